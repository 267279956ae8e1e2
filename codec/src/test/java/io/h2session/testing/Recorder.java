package io.h2session.testing;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.InvalidFrameReason;
import io.h2session.api.InvalidHeaderAnswer;
import io.h2session.api.NotSentReason;
import io.h2session.api.ReceiveAnswer;
import io.h2session.api.SendAnswer;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderField;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes every callback down as a line of text. Chunks of one DATA frame become one line, so that the same script gives the
 * same lines however it is cut.
 */
public class Recorder implements Http2SessionListener {
    private final List<String> lines = new ArrayList<>();
    private final StringBuilder chunks = new StringBuilder();
    private int chunkStream;

    /** What was written down so far. */
    public final List<String> lines() {
        flushChunks();
        return List.copyOf(lines);
    }

    /** What was written down so far, which is then forgotten. */
    public final List<String> take() {
        List<String> taken = lines();
        lines.clear();
        return taken;
    }

    /** Writes a line. */
    public final void line(String line) {
        flushChunks();
        lines.add(line);
    }

    private void flushChunks() {
        if (chunks.length() > 0) {
            lines.add("data stream=" + chunkStream + " " + chunks);
            chunks.setLength(0);
        }
    }

    @Override
    public void onBeginFrame(Http2SessionContext session, int type, int flags, int streamId, int length)
            throws Exception {
        line("begin " + FrameType.name(type) + " stream=" + streamId + " length=" + length);
    }

    @Override
    public ReceiveAnswer onBeginHeaders(Http2SessionContext session, Frame frame) throws Exception {
        line("begin-headers stream=" + frame.streamId());
        return ReceiveAnswer.CONTINUE;
    }

    @Override
    public ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) throws Exception {
        line("header stream=" + frame.streamId() + " " + field);
        return ReceiveAnswer.CONTINUE;
    }

    @Override
    public InvalidHeaderAnswer onInvalidHeader(Http2SessionContext session, Frame frame, HeaderField field)
            throws Exception {
        line("invalid-header stream=" + frame.streamId());
        return InvalidHeaderAnswer.AS_CONFIGURED;
    }

    @Override
    public ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data)
            throws Exception {
        if (streamId != chunkStream) {
            flushChunks();
        }
        chunkStream = streamId;
        chunks.append(data.toString(StandardCharsets.ISO_8859_1));
        return ReceiveAnswer.CONTINUE;
    }

    @Override
    public void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {
        line("received " + frame);
    }

    @Override
    public void onInvalidFrameReceived(Http2SessionContext session, Frame frame, InvalidFrameReason reason)
            throws Exception {
        line("invalid " + FrameType.name(frame.type()) + " stream=" + frame.streamId() + " " + reason);
    }

    @Override
    public SendAnswer beforeFrameSend(Http2SessionContext session, Frame frame) throws Exception {
        line("before " + FrameType.name(frame.type()) + " stream=" + frame.streamId());
        return SendAnswer.PROCEED;
    }

    @Override
    public void onFrameSent(Http2SessionContext session, Frame frame) throws Exception {
        boolean end = (frame.flags() & FrameFlags.END_STREAM) != 0
                && (frame.type() == FrameType.DATA || frame.type() == FrameType.HEADERS);
        line("sent " + FrameType.name(frame.type()) + " stream=" + frame.streamId() + (end ? " END_STREAM" : ""));
    }

    @Override
    public void onFrameNotSent(Http2SessionContext session, Frame frame, NotSentReason reason) throws Exception {
        line("not-sent " + FrameType.name(frame.type()) + " stream=" + frame.streamId() + " " + reason);
    }

    @Override
    public void onStreamClosed(Http2SessionContext session, int streamId, long errorCode) throws Exception {
        line("closed stream=" + streamId + " " + ErrorCode.name(errorCode));
    }

    @Override
    public void onError(Http2SessionContext session, String reason) throws Exception {
        line("error " + reason);
    }
}
