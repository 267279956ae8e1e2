package io.h2session.api;

/**
 * A deadline of a session that runs: {@link Http2SessionContext#runningDeadlines()}. When it has passed, the session judges
 * what the peer has done. If that was enough, the deadline begins again.
 *
 * @param deadline what the peer is given time for
 * @param streamId the stream; 0 for the connection. Of {@link Http2Deadline#REQUEST_WAIT} the last one of the requests that wait
 *     since the same time
 * @param leftNanos how long until the session judges, in nanoseconds; 0 or less if the next check is to do so
 * @param timeoutNanos the whole time, in nanoseconds
 * @param held whether the time stands still, because the session is paused or the transport is not read
 * @since 0.1
 */
@Unstable
public record Http2RunningDeadline(
        Http2Deadline deadline, int streamId, long leftNanos, long timeoutNanos, boolean held) {}
