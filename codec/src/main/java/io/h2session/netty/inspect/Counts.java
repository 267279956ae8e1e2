package io.h2session.netty.inspect;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2Stall;

/** What is counted of a session from its beginning, watched or not: additions only. */
final class Counts {
    long bytesIn;
    long bytesOut;
    long framesIn;
    long framesOut;
    long streams;
    long resetsIn;
    long resetsOut;
    long headerBytesIn;
    long headerListIn;
    long headerBytesOut;
    long headerListOut;
    long glitchPoints;
    final int[] glitches = new int[Http2Glitch.values().length];
    final long[] stalls = new long[Http2Stall.values().length];
    final long[] stallNanos = new long[Http2Stall.values().length];

    /** The times that something waited for the peer or the network: all causes but the application. */
    long peerStalls() {
        long sum = 0;
        for (Http2Stall cause : Http2Stall.values()) {
            sum += cause == Http2Stall.APPLICATION ? 0 : stalls[cause.ordinal()];
        }
        return sum;
    }

    /** For how long, stalls that have ended only. */
    long peerStallNanos() {
        long sum = 0;
        for (Http2Stall cause : Http2Stall.values()) {
            sum += cause == Http2Stall.APPLICATION ? 0 : stallNanos[cause.ordinal()];
        }
        return sum;
    }

    void write(Json json) {
        json.object("counts")
                .put("bytesIn", bytesIn)
                .put("bytesOut", bytesOut)
                .put("framesIn", framesIn)
                .put("framesOut", framesOut)
                .put("streams", streams)
                .put("resetsIn", resetsIn)
                .put("resetsOut", resetsOut)
                .put("headerBytesIn", headerBytesIn)
                .put("headerListIn", headerListIn)
                .put("headerBytesOut", headerBytesOut)
                .put("headerListOut", headerListOut)
                .end();
        json.array("stalls");
        for (Http2Stall cause : Http2Stall.values()) {
            if (stalls[cause.ordinal()] > 0) {
                json.object()
                        .put("cause", cause.name())
                        .put("count", stalls[cause.ordinal()])
                        .put("micros", stallNanos[cause.ordinal()] / 1000)
                        .end();
            }
        }
        json.endArray().array("glitches");
        for (Http2Glitch cause : Http2Glitch.values()) {
            if (glitches[cause.ordinal()] > 0) {
                json.object()
                        .put("cause", cause.name())
                        .put("count", glitches[cause.ordinal()])
                        .put("points", cause.points())
                        .end();
            }
        }
        json.endArray();
    }
}
