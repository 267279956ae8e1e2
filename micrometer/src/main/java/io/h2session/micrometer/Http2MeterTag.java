package io.h2session.micrometer;

import io.micrometer.common.docs.KeyName;

/**
 * The tags of the meters.
 *
 * @since 0.1
 */
public enum Http2MeterTag implements KeyName {
    /** {@code server} or {@code client}: what this end is. */
    ROLE,

    /** {@code local}: this end opened the stream; {@code remote}: the peer did. */
    SIDE,

    /** {@code received} or {@code sent}. */
    DIRECTION,

    /** The error code by its name in RFC 9113 section 7, such as {@code CANCEL}; {@code other} for codes that it does not define. */
    CODE,

    /** The type of the frame by its name in its RFC, such as {@code HEADERS}; {@code other} for unknown types. */
    TYPE,

    /** {@code wire} or {@code decoded}. */
    FORM,

    /** {@code stream} or {@code connection}: what waits. */
    SCOPE,

    /**
     * Of stalls, the constant of {@link io.h2session.api.Http2Stall} in lower case; of glitches, that of {@link
     * io.h2session.api.Http2Glitch}.
     */
    CAUSE,

    /** A fixed token such as {@code finished}, see {@link io.h2session.api.Http2SessionContext#terminationReason}. */
    REASON;

    @Override
    public String asString() {
        return Http2Meter.lowerCase(this);
    }
}
