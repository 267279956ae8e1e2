/**
 * Flow-control windows (RFC 9113 sections 5.2 and 6.9): numbers only, no frames.
 *
 * <pre>
 *   SendWindow     for what we send          shrinks when DATA is sent, grows by WINDOW_UPDATE and SETTINGS
 *   ReceiveWindow  for what the peer sends   limit ── received ──► credit is due at half of the limit
 * </pre>
 */
package io.h2session.flow;
