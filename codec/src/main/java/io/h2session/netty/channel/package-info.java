/**
 * Streams as channels (RFC 9113 section 5), on the events and writes of {@link io.h2session.netty.Http2SessionHandler}.
 *
 * <pre>
 *                           events                        ┌─► StreamChannel (pipeline)    one for each stream
 *   Http2SessionHandler ────────────► Http2StreamsHandler ─┤
 *           ▲                                             └─► StreamHandler (no pipeline)
 *           └── writes, each with the handle of its stream ◄──┘
 *
 *   StreamChannel    what users see: a Channel, its stream, why it ended; its handlers read events and write writes
 *   ChildChannel     all of that but what the messages are: for packages whose handlers read and write others
 *   StreamLife       how it begins and ends; what its pipeline asks of it
 *   ReadLoop         read(), autoRead, what waits to be read, window credit
 *   StreamWrites     messages become writes, promises, what waits to be sent
 *   StreamPipeline   its handlers, told what Netty's own pipeline would tell them
 *   StreamBootstrap  opens streams on a client's connection
 * </pre>
 *
 * <p>The state of a stream stays in the session. A channel is the attachment of its {@link
 * io.h2session.netty.Http2StreamHandle}, so that no table is needed to find it. A connection without these handlers pays nothing for
 * them.
 */
@NullMarked
package io.h2session.netty.channel;

import org.jspecify.annotations.NullMarked;
