package io.h2session.message;

/** What to do with a field of a header block, from harmless to fatal for the message. */
public enum FieldVerdict {
    /** Deliver it. */
    ACCEPT,

    /** Leave it out; the message stays well formed (a {@code content-length: 0} of a 204 response). */
    REMOVE,

    /**
     * Its name or value has bytes that RFC 9113 section 8.2.1 forbids. The message is malformed unless the application
     * asks for the field to be ignored ({@code nghttp2_on_invalid_header_callback}).
     */
    INVALID,

    /** The message is malformed (RFC 9113 section 8.1.1): stream error PROTOCOL_ERROR. */
    MALFORMED
}
