/**
 * The session in a Netty pipeline (RFC 9113 on a {@link io.netty.channel.Channel}).
 *
 * <pre>
 *              ByteBuf                                   events
 *   transport ────────► Http2SessionHandler ─► session ─► SessionEvents ────────────► application
 *             ◄──────── ChannelSink ◄───────── session ◄─ OutboundWrites ◄──────────
 *              ByteBuf                                   writes
 *
 *   ReadGate        when reading stops, and how it goes on        ConsumedBytes    what the application consumed
 *   SentPromises    whose octets the transport has to take        OutgoingBody    DATA the application pushes
 *   SessionClosing  how a session ends, and its channel after it
 * </pre>
 *
 * <p>{@link io.h2session.netty.Http2SessionEvent} is everything that comes out, {@link
 * io.h2session.netty.Http2SessionWrite} everything that goes in, {@link io.h2session.netty.Http2StreamHandle} the name
 * of a stream in both.
 */
package io.h2session.netty;
