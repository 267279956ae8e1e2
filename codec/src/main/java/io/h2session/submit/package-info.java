/**
 * What each submit method checks and queues. One class for each subject:
 *
 * <pre>
 *   submitX ─┬─► SessionStart          first SETTINGS (RFC 9113 section 3.4), Upgrade (RFC 7540 section 3.2)
 *            ├─► MessageSubmissions    requests, responses, trailers, DATA, PUSH_PROMISE (RFC 9113 sections 8.1, 8.4)
 *            │      └─ MessageJudge        well formed, and in order?
 *            ├─► StreamSubmissions     RST_STREAM (6.4), requests discarded, exchanges held
 *            ├─► ControlSubmissions    SETTINGS (6.5), PING (6.7), GOAWAY (6.8)
 *            ├─► WindowSubmissions     WINDOW_UPDATE (6.9), bytes consumed
 *            ├─► PrioritySubmissions   PRIORITY_UPDATE (RFC 9218)
 *            └─► ExtensionSubmissions  ALTSVC (RFC 7838), ORIGIN (RFC 8336), other types (RFC 9113 section 5.5)
 *                   │
 *                   └─► SubmitChecks ─► Connection: what is true ─► OutboundQueue.add
 * </pre>
 *
 * <p>Nothing is encoded here: a submitted frame is a value in the queue. A submission that is not allowed is refused with
 * an {@code Http2SubmitException}. Checks that are possible only later are made by {@code send}, and reported by
 * {@code onFrameNotSent}.
 */
package io.h2session.submit;
