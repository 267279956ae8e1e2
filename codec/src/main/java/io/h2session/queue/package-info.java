/**
 * What waits to be sent, and in what order.
 *
 * <pre>
 *   OutboundQueue   first SETTINGS
 *                   URGENT           PING, SETTINGS
 *                   REGULAR          responses, trailers, RST_STREAM, GOAWAY, WINDOW_UPDATE ...
 *                   STREAM_OPENING   requests, pushed responses; held back by the peer's stream limit
 *   DataScheduler   streams with a body, by urgency (RFC 9218); TurnScheduler, or CycleScheduler for nghttp2's order
 * </pre>
 *
 * <p>Frames wait as values: nothing is encoded before it is sent, so that what is cancelled costs nothing and HPACK sees the
 * blocks in the order of the wire.
 */
package io.h2session.queue;
