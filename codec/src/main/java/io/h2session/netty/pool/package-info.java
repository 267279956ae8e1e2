/**
 * Streams over connections to one origin, for clients (RFC 9113 sections 5.1.2, 6.8, 8.7, 9.1).
 *
 * <pre>
 *   open(handler) ──► Opening ──► PoolCore ── the connection with the fewest streams ──► ConnectionWatch ──► StreamChannel
 *   any thread           ▲       (one event loop)                                      (the connection's)      or PooledRequest
 *                        │          ▲
 *          waits in a WaitingList   └── limits, GOAWAY, ends, streams that are over
 *
 *   Http2ConnectionPool   what users see, with PoolOptions, PoolFacts and PoolException
 *   PoolCore              who gets a stream, when connections are made and when they end
 *     Connections           which there are: Phase is CONNECTING ─► READY ─► DRAINING ─► ENDED
 *     WaitingList           who waits, in order
 *     BackOff, PoolTime     after failures; the one timer
 *   ConnectionWatch       a handler directly behind the session: makes a connection, opens its streams, tells PoolCore
 *     Slot                  one stream that was given, until it is over
 *   ChannelOpening, RequestOpening   what becomes of a stream: a channel, or a request that can be sent again
 *     PooledExchange        the request whose whole response is a future
 *   Connector, ConnectionSetup, TlsSetup   how connections are made, and how they begin HTTP/2
 * </pre>
 *
 * <p>It stands on {@link io.h2session.netty.channel} and on the public events of {@link io.h2session.netty.Http2SessionHandler}. A
 * connection without a pool pays nothing for it.
 */
@NullMarked
@Unstable
package io.h2session.netty.pool;

import io.h2session.api.Unstable;
import org.jspecify.annotations.NullMarked;
