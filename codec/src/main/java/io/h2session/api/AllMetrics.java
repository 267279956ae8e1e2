package io.h2session.api;

/** Passes each call on to several. */
final class AllMetrics implements Http2SessionMetrics {
    private final Http2SessionMetrics[] parts;

    AllMetrics(Http2SessionMetrics[] parts) {
        this.parts = parts;
    }

    @Override
    public void sessionBegun(Http2SessionContext session) {
        for (Http2SessionMetrics part : parts) {
            part.sessionBegun(session);
        }
    }

    @Override
    public void sessionEnded(Http2SessionContext session, String reason) {
        for (Http2SessionMetrics part : parts) {
            part.sessionEnded(session, reason);
        }
    }

    @Override
    public void frameReceived(Http2SessionContext session, int type, int flags, int streamId, int length) {
        for (Http2SessionMetrics part : parts) {
            part.frameReceived(session, type, flags, streamId, length);
        }
    }

    @Override
    public void frameSent(Http2SessionContext session, int type, int flags, int streamId, int length) {
        for (Http2SessionMetrics part : parts) {
            part.frameSent(session, type, flags, streamId, length);
        }
    }

    @Override
    public void bytesReceived(Http2SessionContext session, int bytes) {
        for (Http2SessionMetrics part : parts) {
            part.bytesReceived(session, bytes);
        }
    }

    @Override
    public void bytesSent(Http2SessionContext session, int bytes) {
        for (Http2SessionMetrics part : parts) {
            part.bytesSent(session, bytes);
        }
    }

    @Override
    public void streamOpened(Http2SessionContext session, int streamId, boolean local) {
        for (Http2SessionMetrics part : parts) {
            part.streamOpened(session, streamId, local);
        }
    }

    @Override
    public void streamClosed(
            Http2SessionContext session,
            int streamId,
            boolean local,
            long errorCode,
            boolean inboundComplete,
            long firstByteNanos,
            long nanos) {
        for (Http2SessionMetrics part : parts) {
            part.streamClosed(session, streamId, local, errorCode, inboundComplete, firstByteNanos, nanos);
        }
    }

    @Override
    public void requestSent(Http2SessionContext session, int streamId, long queuedNanos) {
        for (Http2SessionMetrics part : parts) {
            part.requestSent(session, streamId, queuedNanos);
        }
    }

    @Override
    public void stallBegun(Http2SessionContext session, int streamId, Http2Stall cause) {
        for (Http2SessionMetrics part : parts) {
            part.stallBegun(session, streamId, cause);
        }
    }

    @Override
    public void stallEnded(Http2SessionContext session, int streamId, Http2Stall cause, long nanos) {
        for (Http2SessionMetrics part : parts) {
            part.stallEnded(session, streamId, cause, nanos);
        }
    }

    @Override
    public void headersReceived(Http2SessionContext session, int encodedBytes, int listSize) {
        for (Http2SessionMetrics part : parts) {
            part.headersReceived(session, encodedBytes, listSize);
        }
    }

    @Override
    public void headersSent(Http2SessionContext session, int encodedBytes, int listSize) {
        for (Http2SessionMetrics part : parts) {
            part.headersSent(session, encodedBytes, listSize);
        }
    }

    @Override
    public void goAwayReceived(Http2SessionContext session, int lastStreamId, long errorCode) {
        for (Http2SessionMetrics part : parts) {
            part.goAwayReceived(session, lastStreamId, errorCode);
        }
    }

    @Override
    public void goAwaySent(Http2SessionContext session, int lastStreamId, long errorCode) {
        for (Http2SessionMetrics part : parts) {
            part.goAwaySent(session, lastStreamId, errorCode);
        }
    }

    @Override
    public void resetReceived(Http2SessionContext session, long errorCode) {
        for (Http2SessionMetrics part : parts) {
            part.resetReceived(session, errorCode);
        }
    }

    @Override
    public void resetSent(Http2SessionContext session, long errorCode) {
        for (Http2SessionMetrics part : parts) {
            part.resetSent(session, errorCode);
        }
    }

    @Override
    public void glitch(Http2SessionContext session, Http2Glitch cause) {
        for (Http2SessionMetrics part : parts) {
            part.glitch(session, cause);
        }
    }

    @Override
    public void pendingOutput(Http2SessionContext session, long bytes, boolean high) {
        for (Http2SessionMetrics part : parts) {
            part.pendingOutput(session, bytes, high);
        }
    }

    @Override
    public void roundTrip(Http2SessionContext session, long nanos) {
        for (Http2SessionMetrics part : parts) {
            part.roundTrip(session, nanos);
        }
    }
}
