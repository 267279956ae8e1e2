package io.h2session.netty.inspect;

import io.h2session.api.Http2SessionContext;

/** The gauges of a session at one time. */
record Sample(
        long time,
        int streams,
        int sendWindow,
        int receiveWindow,
        int unconsumed,
        long pendingBytes,
        int queuedFrames,
        int encoderTable,
        int decoderTable,
        long bytesIn,
        long bytesOut) {
    static Sample of(Http2SessionContext session, long time, long pendingBytes, Counts counts) {
        return new Sample(
                time,
                session.activeStreams(),
                session.remoteWindow(0),
                session.localWindow(0),
                session.effectiveReceived(0),
                pendingBytes,
                session.outboundQueueSize(),
                session.encoderTableSize(),
                session.decoderTableSize(),
                counts.bytesIn,
                counts.bytesOut);
    }

    void write(Json json, long begun) {
        json.object()
                .put("t", (time - begun) / 1000)
                .put("streams", streams)
                .put("sendWindow", sendWindow)
                .put("receiveWindow", receiveWindow)
                .put("unconsumed", unconsumed)
                .put("pending", pendingBytes)
                .put("queued", queuedFrames)
                .put("encoderTable", encoderTable)
                .put("decoderTable", decoderTable)
                .put("bytesIn", bytesIn)
                .put("bytesOut", bytesOut)
                .end();
    }
}
