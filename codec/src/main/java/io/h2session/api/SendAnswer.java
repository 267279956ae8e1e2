package io.h2session.api;

/**
 * The decision of {@link Http2SessionListener#beforeFrameSend}.
 *
 * @since 0.1
 */
public enum SendAnswer {
    /** Send the frame. */
    PROCEED,
    /** Do not send the frame. It is reported as not sent with {@link NotSentReason#CANCEL}. */
    CANCEL
}
