/**
 * What each received frame does.
 *
 * <pre>
 *    bytes ─► Preface ─► FrameReader ─► FrameDispatcher ─┬─► HeadersReceiver ─► HPACK, message rules
 *                                                        ├─► DataReceiver ─► DataAccounting ─► windows
 *                                                        ├─► SettingsReceiver
 *                                                        ├─► ControlReceiver     PING RST_STREAM GOAWAY WINDOW_UPDATE
 *                                                        └─► ExtensionReceiver   ALTSVC ORIGIN PRIORITY_UPDATE, others
 * </pre>
 *
 * <p>Receiving changes streams and queues frames; it never sends. A violation of the rules of the connection is a {@code
 * ConnectionError}, thrown where it is found and caught in {@code SessionCalls}; a violation of the rules of a stream is
 * reported to {@code StreamFaults}. {@code LateFrames} decides about frames on streams that have ended, {@code FrameCharges} when
 * a frame is charged.
 */
package io.h2session.receive;
