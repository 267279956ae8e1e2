/**
 * The load program: one {@link io.h2session.examples.load.LoadCommand} command.
 *
 * <pre>
 *   LoadCommand ── Plan ──► LoadRun ──► Worker, one per event loop ──► LoadConnection: Http2Connection, Http1Connection
 *        │                                 │  when requests are due: Pace       ▲
 *        ▼                                 ▼                                    │ SocketConnector
 *   Report, Chart, JsonReport ◄── Result: Tally with HdrHistograms ◄── Exchange, one per request
 * </pre>
 *
 * <p>The connections use the engine directly ({@link io.h2session.Http2Session}), which is the cheapest way.
 */
package io.h2session.examples.load;
