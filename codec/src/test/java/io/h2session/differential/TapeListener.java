package io.h2session.differential;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.InvalidFrameReason;
import io.h2session.api.InvalidHeaderAnswer;
import io.h2session.api.NotSentReason;
import io.h2session.api.ReceiveAnswer;
import io.h2session.api.SendAnswer;
import io.h2session.differential.Behaviours.Event;
import io.h2session.frame.DataFrame;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.PriorityUpdateFrame;
import io.h2session.hpack.HeaderField;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Set;

/** Writes down every callback of a session, and answers as the tape says. */
final class TapeListener implements Http2SessionListener {
    private final Trace trace;
    private boolean pausedByAnswer;
    private final Behaviours behaviours;
    private final Set<String> leftOut;
    private String padding;
    private final Integer readLength;
    private DataWriter dataWriter = (streamId, frame) -> {};
    private boolean muted;

    /** Is told of DATA that was sent, before the application is. */
    interface DataWriter {
        void sent(int streamId, DataFrame frame);
    }

    TapeListener(Trace trace, Behaviours behaviours, Set<String> leftOut, String padding, Integer readLength) {
        this.trace = trace;
        this.behaviours = behaviours;
        this.leftOut = leftOut;
        this.padding = padding;
        this.readLength = readLength;
    }

    void dataWriter(DataWriter writer) {
        dataWriter = writer;
    }

    void padding(String strategy) {
        if (padding != null) {
            padding = strategy;
        }
    }

    /** From now on nothing is written down and everything answered with the default. */
    void mute() {
        muted = true;
    }

    private boolean silent(String callback) {
        return muted || leftOut.contains(callback);
    }

    private int ret(Event event) {
        int ret = behaviours.fire(event);
        if (ret != Result.OK) {
            trace.line("    ret " + Result.of(ret));
        }
        return ret;
    }

    private void told(String callback, String line, Event event) {
        if (!silent(callback)) {
            trace.line(line);
            if (ret(event) != Result.OK) {
                throw new TapeFailure();
            }
        }
    }

    private static Event event(String name, Frame frame) {
        return Event.of(name, frame.streamId(), frame.type(), frame.flags());
    }

    // ---- receiving -------------------------------------------------------------------------------------------------

    @Override
    public void onBeginFrame(Http2SessionContext session, int type, int flags, int streamId, int length) {
        told(
                "on_begin_frame",
                "  begin_frame " + head(type, flags, streamId) + " len=" + length,
                Event.of("begin_frame", streamId, type, flags));
    }

    @Override
    public ReceiveAnswer onBeginHeaders(Http2SessionContext session, Frame frame) {
        if (silent("on_begin_headers")) {
            return ReceiveAnswer.CONTINUE;
        }
        trace.line("  begin_headers " + Text.frame(frame, false));
        return answer(ret(event("begin_headers", frame)));
    }

    @Override
    public ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) {
        if (silent("on_header")) {
            return ReceiveAnswer.CONTINUE;
        }
        trace.line("  header " + Text.field(frame, field));
        return answer(noted(ret(field("header", frame, field))));
    }

    @Override
    public InvalidHeaderAnswer onInvalidHeader(Http2SessionContext session, Frame frame, HeaderField field) {
        if (silent("on_invalid_header")) {
            return InvalidHeaderAnswer.AS_CONFIGURED;
        }
        trace.line("  invalid_header " + Text.field(frame, field));
        return switch (noted(ret(field("invalid_header", frame, field)))) {
            case Result.OK -> InvalidHeaderAnswer.IGNORE;
            case Result.PAUSE -> InvalidHeaderAnswer.PAUSE;
            case Result.TEMPORAL_CALLBACK_FAILURE -> InvalidHeaderAnswer.MALFORMED;
            default -> throw new TapeFailure();
        };
    }

    /** Whether a callback has answered PAUSE since that was last asked. */
    boolean takePaused() {
        boolean paused = pausedByAnswer;
        pausedByAnswer = false;
        return paused;
    }

    private int noted(int ret) {
        pausedByAnswer |= ret == Result.PAUSE;
        return ret;
    }

    private static Event field(String name, Frame frame, HeaderField field) {
        return new Event(
                name,
                frame.streamId(),
                frame.type(),
                frame.flags(),
                Text.hex(field.name().toByteArray()));
    }

    private static ReceiveAnswer answer(int ret) {
        return switch (ret) {
            case Result.OK -> ReceiveAnswer.CONTINUE;
            case Result.PAUSE -> ReceiveAnswer.PAUSE;
            case Result.TEMPORAL_CALLBACK_FAILURE -> ReceiveAnswer.RESET_STREAM;
            default -> throw new TapeFailure();
        };
    }

    // libnghttp2 heeds a pause and what is fatal, and no other answer.
    @Override
    public ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data) {
        if (silent("on_data_chunk")) {
            return ReceiveAnswer.CONTINUE;
        }
        trace.chunk("  data_chunk " + Text.flags(flags) + " stream=" + streamId, ByteBufUtil.getBytes(data));
        int ret = noted(ret(Event.of("data_chunk", streamId, FrameType.DATA, flags)));
        if (ret < Result.FATAL) {
            throw new TapeFailure();
        }
        return ret == Result.PAUSE ? ReceiveAnswer.PAUSE : ReceiveAnswer.CONTINUE;
    }

    @Override
    public void onFrameReceived(Http2SessionContext session, Frame frame) {
        int stream = frame instanceof PriorityUpdateFrame update ? update.prioritizedStreamId() : frame.streamId();
        told(
                "on_frame_recv",
                "  frame_recv " + Text.frame(frame, false),
                Event.of("frame_recv", stream, frame.type(), frame.flags()));
    }

    @Override
    public void onInvalidFrameReceived(Http2SessionContext session, Frame frame, InvalidFrameReason reason) {
        told(
                "on_invalid_frame_recv",
                "  invalid_frame_recv " + Text.frame(frame, false) + " error=" + Result.error(reason.name()),
                event("invalid_frame_recv", frame));
    }

    @Override
    public ReceiveAnswer onExtensionChunk(
            Http2SessionContext session, int type, int flags, int streamId, ByteBuf chunk) {
        if (silent("on_ext_chunk")) {
            return ReceiveAnswer.CONTINUE;
        }
        trace.chunk("  ext_chunk " + head(type, flags, streamId), ByteBufUtil.getBytes(chunk));
        return switch (ret(Event.of("ext_chunk", streamId, type, flags))) {
            case Result.OK -> ReceiveAnswer.CONTINUE;
            case Result.CANCEL -> ReceiveAnswer.RESET_STREAM;
            default -> throw new TapeFailure();
        };
    }

    @Override
    public Object unpackExtension(Http2SessionContext session, int type, int flags, int streamId, int length) {
        if (silent("unpack_ext")) {
            return null;
        }
        trace.line("  unpack_ext " + head(type, flags, streamId) + " len=" + length);
        return switch (ret(Event.of("unpack_ext", streamId, type, flags))) {
            case Result.OK -> new byte[0];
            case Result.CANCEL -> null;
            default -> throw new TapeFailure();
        };
    }

    // ---- sending ---------------------------------------------------------------------------------------------------

    @Override
    public SendAnswer beforeFrameSend(Http2SessionContext session, Frame frame) {
        if (silent("before_frame_send")) {
            return SendAnswer.PROCEED;
        }
        trace.line("  before_frame_send " + Text.frame(frame, true));
        return sendAnswer(ret(event("before_frame_send", frame)));
    }

    private static SendAnswer sendAnswer(int ret) {
        return switch (ret) {
            case Result.OK -> SendAnswer.PROCEED;
            case Result.CANCEL -> SendAnswer.CANCEL;
            default -> throw new TapeFailure();
        };
    }

    @Override
    public void onFrameSent(Http2SessionContext session, Frame frame) {
        if (frame instanceof DataFrame data && !muted) {
            dataWriter.sent(data.streamId(), data);
        }
        told("on_frame_send", "  frame_send " + Text.frame(frame, true), event("frame_send", frame));
    }

    /** The application writes a body's bytes itself; answers what it returns. */
    int sendData(DataFrame frame) {
        trace.line("  send_data stream=" + frame.streamId() + " len=" + (frame.length() - frame.padding()) + " pad="
                + frame.padding());
        int ret = ret(event("send_data", frame));
        if (ret < Result.FATAL) {
            throw new TapeFailure();
        }
        return ret;
    }

    @Override
    public void onFrameNotSent(Http2SessionContext session, Frame frame, NotSentReason reason) {
        told(
                "on_frame_not_send",
                "  frame_not_send " + Text.frame(frame, true) + " error=" + Result.error(reason.name()),
                event("frame_not_send", frame));
    }

    @Override
    public int selectPadding(Http2SessionContext session, Frame frame, int length, int max) {
        if (padding == null || muted) {
            return length;
        }
        int room = max - length;
        int chosen = padding(room);
        trace.line(
                "  select_padding " + Text.place(frame.type(), frame.streamId()) + " room=" + room + " pad=" + chosen);
        ret(event("select_padding", frame));
        return length + chosen;
    }

    private int padding(int room) {
        if (padding.startsWith("fixed:")) {
            return Math.min(room, Integer.parseInt(padding.substring("fixed:".length())));
        }
        return switch (padding) {
            case "max" -> room;
            case "bad" -> room + 1;
            default -> 0;
        };
    }

    @Override
    public int dataReadLength(
            Http2SessionContext session, int streamId, int connectionWindow, int streamWindow, int peerMaxFrameSize) {
        if (readLength == null || muted) {
            return 16 * 1024;
        }
        trace.line("  read_length " + Text.place(FrameType.DATA, streamId) + " conn=" + connectionWindow + " win="
                + streamWindow + " max_frame=" + peerMaxFrameSize + " -> " + readLength);
        ret(Event.of("read_length", streamId, FrameType.DATA, 0));
        return readLength;
    }

    @Override
    public SendAnswer packExtension(Http2SessionContext session, ExtensionFrame frame, ByteBuf target) {
        if (silent("pack_ext")) {
            return SendAnswer.CANCEL;
        }
        trace.line("  pack_ext " + head(frame.type(), frame.flags(), frame.streamId()) + " room=16384");
        SendAnswer answer = sendAnswer(ret(event("pack_ext", frame)));
        if (answer == SendAnswer.PROCEED) {
            target.writeBytes((byte[]) frame.payload());
        }
        return answer;
    }

    // ---- streams and the session -----------------------------------------------------------------------------------

    @Override
    public void onStreamClosed(Http2SessionContext session, int streamId, long errorCode) {
        Object userData = session.userData(streamId);
        told(
                "on_stream_close",
                "  stream_close stream=" + streamId + " code=" + Text.errorCode(errorCode) + " ud="
                        + (userData == null ? 0 : userData),
                Event.of("stream_close", streamId, -1, 0));
    }

    @Override
    public void onError(Http2SessionContext session, String reason) {
        String code = reason.equals("settings_expected") ? "SETTINGS_EXPECTED" : "HTTP_HEADER";
        told(
                "on_error",
                "  error code=" + Result.error(code) + " msg=\"" + reason + "\"",
                Event.of("error", -1, -1, 0));
    }

    private static String head(int type, int flags, int streamId) {
        return FrameType.name(type) + " " + Text.flags(flags) + " stream=" + streamId;
    }
}
