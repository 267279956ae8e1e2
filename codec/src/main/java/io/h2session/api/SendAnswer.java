package io.h2session.api;

/** What {@link Http2SessionListener#beforeFrameSend} decides. */
public enum SendAnswer {
    /** Send it. */
    PROCEED,
    /** Don't: the frame is reported as not sent with {@link NotSentReason#CANCEL}. */
    CANCEL
}
