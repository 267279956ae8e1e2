/**
 * The session in a Netty pipeline (RFC 9113 on a {@link io.netty.channel.Channel}).
 *
 * <pre>
 *              ByteBuf                                                       events
 *   transport ────────► Http2SessionHandler ─► ReceiveLoop ─► session ─► SessionEvents ─► application
 *             ◄──────── ChannelSink ◄────────── SendLoop ◄─── session ◄─ OutboundWrites ◄─────
 *              ByteBuf                                                       writes
 * </pre>
 *
 * <p>{@link io.h2session.netty.Http2SessionEvent} is everything that comes out, {@link
 * io.h2session.netty.Http2SessionWrite} everything that goes in, {@link io.h2session.netty.Http2StreamHandle} the name of a stream
 * in both. What is built on this package uses these three, and the public methods of the handler.
 *
 * <p>The classes form layers. A class depends on classes of its own layer and of the layers below:
 *
 * <pre>
 *   handler     Http2SessionHandler, its builder     Netty's methods, and those of users; no logic
 *   wiring      SessionChannel                       makes the parts of one connection, and connects them
 *   writing     OutboundWrites                       MessageWrites, ControlWrites, WriteChecks: write ─► submit
 *   receiving   ReceiveLoop                          recv, turns, pausing, the timer
 *   and ending  SessionClosing, TransportEnd         how a session ends, and its channel afterwards; SessionUpkeep, Retirement
 *   sending     SendLoop                             send, flush, budget; EngineCalls: one call of the session at a time
 *               FactUpdates                          what any thread may know: Http2SessionFacts
 *   ----------- the session is made here: what is above calls it, what is below is called by it or by its callbacks -----------
 *   callbacks   SessionEvents                        callback ─► event: EventPipeline, BodyPieces
 *               FramePromises                        frame sent ─► promise: ControlPromises, RefusedWrites
 *               ChannelSink, ReadGate                bytes out, and when reading stops; GracefulShutdown: notice, PING, GOAWAY
 *   messages    Http2SessionEvent, Http2SessionWrite
 *   streams     Http2StreamHandle ─► StreamRecord    what is kept for a stream: OutgoingBody, HeadPromise, HeldPiece
 *               SessionStreams                       what the streams share: PendingBytes, SentPromises, ConsumedBytes
 *   values      HandlerSettings, SessionEnd          and small parts: SessionTimer, TurnClock, WriteWatch, TakenBytes, InputEnd
 *               Http2SessionObserver                 sees all frames of a session, as FrameLog does
 * </pre>
 */
@NullMarked
package io.h2session.netty;

import org.jspecify.annotations.NullMarked;
