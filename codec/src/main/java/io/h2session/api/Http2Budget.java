package io.h2session.api;

/**
 * The budgets that bound what a peer may cost without being useful (RFC 9113 section 10.5). {@link
 * Http2SessionContext#abuseBudgets()} tells how much of each is used.
 *
 * @since 0.1
 */
@Unstable
public enum Http2Budget {
    /** {@link Http2Limits#abuseBurst()}: the points of {@link Http2Glitch}. */
    ABUSE,
    /** {@link Http2Limits#streamResetBurst()}: RST_STREAM of streams that the peer opened. */
    STREAM_RESETS,
    /** {@link Http2Limits#maxEmptyData()}: DATA frames without content. Only if {@link Http2Limits#abuseWeighted()}. */
    EMPTY_DATA,
    /**
     * {@link Http2Limits#maxSmallWindowUpdates()}: WINDOW_UPDATE frames of a few bytes. Its limit grows with the DATA that is
     * sent. Only if {@link Http2Limits#abuseWeighted()}, and if an update can be {@linkplain Http2Limits#smallWindowUpdate()
     * small}.
     */
    SMALL_WINDOW_UPDATES,
    /** {@link Http2Limits#maxSmallWindowSteps()}: SETTINGS frames that open the streams' windows by a few bytes. */
    SMALL_WINDOW_STEPS
}
