/**
 * What each received frame does.
 *
 * <pre>
 *   bytes ─► Preface ─► FrameReader ─► FrameDispatcher ─┬─► HeadersReceiver ─► HPACK, message rules
 *                                                        ├─► DataReceiver ─► windows
 *                                                        ├─► SettingsReceiver
 *                                                        ├─► ControlReceiver     PING RST_STREAM GOAWAY WINDOW_UPDATE
 *                                                        └─► ExtensionReceiver   ALTSVC ORIGIN PRIORITY_UPDATE, others
 * </pre>
 *
 * <p>Receiving changes streams and queues frames; it never sends. A peer that breaks the connection's rules is a
 * {@code ConnectionError}, thrown wherever it is found and caught in the session; one that breaks a stream's is reported to
 * {@code StreamFaults}.
 */
package io.h2session.receive;
