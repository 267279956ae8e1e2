package io.h2session.submit;

import io.h2session.api.Http2SubmitException;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.connection.Connection;

/** Checks that all submissions share. If one fails, the application is at fault. */
final class SubmitChecks {
    /** The longest payload that every peer accepts: SETTINGS_MAX_FRAME_SIZE is never smaller (RFC 9113 section 4.2). */
    static final int MAX_PAYLOAD = 16_384;

    private SubmitChecks() {}

    static void requireLive(Connection connection) {
        require(!connection.shutdown().over(), Reason.INVALID_STATE, "the session is over");
    }

    static void requireStreamNumber(int streamId) {
        require(streamId > 0, Reason.INVALID_ARGUMENT, "no stream has that number: ", streamId);
    }

    static void require(boolean fine, Reason reason, String message) {
        if (!fine) {
            throw new Http2SubmitException(reason, message);
        }
    }

    /** Builds the message only if the check fails, because this runs for every response. */
    static void require(boolean fine, Reason reason, String message, int number) {
        if (!fine) {
            throw new Http2SubmitException(reason, message + number);
        }
    }
}
