/**
 * Flow-control windows (RFC 9113 section 5.2 and 6.9): plain numbers, no frames.
 *
 * <pre>
 *   SendWindow     what the peer lets us send           shrinks as DATA leaves, grows by WINDOW_UPDATE and SETTINGS
 *   ReceiveWindow  what we let the peer send            limit ── received ──► credit is due at half of the limit
 * </pre>
 */
package io.h2session.flow;
