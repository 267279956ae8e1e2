package io.h2session.frame;

/** What the parts of a {@link FrameReader} share: where in a frame it is, and the frame being read. */
final class ReadState {
    /** What the next byte belongs to. */
    enum Place {
        HEADER,
        PREFIX,
        DATA,
        FRAGMENT,
        SETTINGS,
        GOAWAY_DEBUG,
        COLLECT,
        RAW,
        SKIP,
        CLOSED
    }

    final FrameRules rules;
    final HeldBytes held = new HeldBytes();
    FrameLimits limits;

    Place place = Place.HEADER;
    boolean paused;

    // The header of the frame being read.
    int type;
    int flags;
    int streamId;
    int length;

    /** Bytes of payload that have not arrived, padding at the end not counted. */
    int remaining;

    /** Bytes of padding with the Pad Length byte. */
    int padding;

    /** Bytes of padding at the end that have not arrived. */
    int paddingLeft;

    ReadState(FrameRules rules, FrameLimits limits) {
        this.rules = rules;
        this.limits = limits;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    boolean closed() {
        return place == Place.CLOSED;
    }

    void beginPayload() {
        remaining = length;
        padding = 0;
        paddingLeft = 0;
    }

    /** Sets aside the padding at the payload's end; it may take all that is left but no more (RFC 9113 section 6.1). */
    void dividePayload(int padLength) throws ConnectionError {
        if (padLength > remaining) {
            throw refused(ErrorCode.PROTOCOL_ERROR, "padding_too_long");
        }
        padding = padLength + 1;
        paddingLeft = padLength;
        remaining -= padLength;
    }

    /** Closes the reader; the error is for the caller to throw. */
    ConnectionError refused(ErrorCode code, String reason) {
        place = Place.CLOSED;
        return new ConnectionError(code, reason);
    }
}
