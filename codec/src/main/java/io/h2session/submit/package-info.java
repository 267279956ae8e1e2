/**
 * What each submit method checks and queues (RFC 9113 sections 6, 8.1 and 8.4).
 *
 * <pre>
 *   submitX ─► Submissions ─┬─► MessageJudge          are messages well formed and in order?
 *                           ├─► Connection            streams, windows, settings, shutdown
 *                           └─► OutboundQueue.add
 * </pre>
 *
 * <p>Nothing is encoded here: a submitted frame is a value in the queue. What the application may not submit is refused with an
 * {@code Http2SubmitException}; what can be judged only later is refused when it is due to be sent, by {@code onFrameNotSent}.
 */
package io.h2session.submit;
