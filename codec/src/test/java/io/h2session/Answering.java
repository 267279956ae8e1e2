package io.h2session;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Recorder;
import java.util.HashMap;
import java.util.Map;

/**
 * A server's application that answers every complete request with 200, but those for {@code /hold} never, and resets those for
 * {@code /reset} with CONNECT_ERROR.
 */
class Answering extends Recorder {
    private static final HeaderList OK = HeaderList.of(":status", "200");

    private final Map<Integer, String> paths = new HashMap<>();

    @Override
    public ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) throws Exception {
        if (field.name().contentEquals(":path")) {
            paths.put(frame.streamId(), field.value().toString());
        }
        return super.onHeader(session, frame, field);
    }

    @Override
    public void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {
        super.onFrameReceived(session, frame);
        boolean message = frame.type() == FrameType.HEADERS || frame.type() == FrameType.DATA;
        if (!session.role().isServer() || !message || (frame.flags() & FrameFlags.END_STREAM) == 0) {
            return;
        }
        switch (paths.getOrDefault(frame.streamId(), "")) {
            case "/hold" -> {}
            case "/reset" -> session.submitReset(frame.streamId(), ErrorCode.CONNECT_ERROR.code());
            default -> session.submitResponse(frame.streamId(), OK, null);
        }
    }
}
