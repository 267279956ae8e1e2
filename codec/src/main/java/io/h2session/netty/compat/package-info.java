/**
 * Netty's own HTTP/2 objects on this session: for handlers that were written for {@code Http2FrameCodec} and {@code
 * Http2MultiplexHandler}. A stream's channel is an {@code Http2StreamChannel}, its handlers read and write Netty's frames, and
 * {@code Http2StreamFrameToHttpObjectCodec} works on it. Needs Netty's {@code netty-codec-http2}; nothing else in this library does.
 *
 * <pre>
 *   Http2SessionHandler ──► Http2StreamsHandler ──────────────► FrameMultiplexHandler ──► SETTINGS, PING, GOAWAY as frames
 *    (FrameSessionBuilder)          │       (it puts this one in front of itself)     ◄── the same
 *                                   ▼
 *                           FrameStreamChannel ── IncomingFrames ──► HEADERS, DATA ... as Netty's frames
 *                                              ◄── OutgoingFrames ── the same
 *
 *   FrameStreamBootstrap   opens streams on a client's connection
 *   FrameDuplexHandler     for handlers of the connection that want to make streams, or to visit them
 *   FrameStream            the Http2FrameStream of a channel, or of a response that is pushed
 *   FieldConversion        Http2Headers and header lists, byte for byte
 *   StreamErrors           exceptions and error codes
 *   FrameListener          what a session asks: padding, frames of unknown types
 * </pre>
 */
@NullMarked
package io.h2session.netty.compat;

import org.jspecify.annotations.NullMarked;
