/**
 * The frames and bodies that wait to be sent, and their order.
 *
 * <pre>
 *   OutboundQueue   first SETTINGS
 *                   URGENT           PING, SETTINGS
 *                   REGULAR          responses, trailers, RST_STREAM, GOAWAY, WINDOW_UPDATE ...
 *                   STREAM_OPENING   requests, pushed responses; held back by the peer's stream limit
 *   DataScheduler   streams with a body, by urgency (RFC 9218); TurnScheduler, or CycleScheduler for nghttp2's order
 * </pre>
 *
 * <p>Frames wait as values. They are encoded when they are sent, so that a cancelled frame costs nothing, and HPACK encodes
 * the header blocks in the order of the wire.
 */
package io.h2session.queue;
