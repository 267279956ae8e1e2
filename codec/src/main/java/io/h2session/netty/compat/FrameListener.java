package io.h2session.netty.compat;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.ReceiveAnswer;
import io.h2session.api.SendAnswer;
import io.h2session.frame.DataFrame;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersFrame;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** What a session asks about Netty's frames: how much padding they ask for, and the payloads of those it does not know. */
final class FrameListener implements Http2SessionListener {
    private static final int FIRST_CAPACITY = 64;

    /** What has come of the frame that is being received. */
    private byte[] payload = new byte[0];

    private int received;

    // ---- padding ---------------------------------------------------------------------------------------------------

    @Override
    public int selectPadding(Http2SessionContext session, Frame frame, int length, int max) {
        if (session.userData(frame.streamId()) instanceof Http2StreamHandle stream
                && stream.attachment() instanceof FrameStreamChannel channel) {
            int padding = frame instanceof DataFrame
                    ? channel.dataPadding()
                    : frame instanceof HeadersFrame ? channel.headersPadding() : 0;
            return Math.min(length + padding, max);
        }
        return length;
    }

    // ---- frames of unknown types -----------------------------------------------------------------------------------

    @Override
    public ReceiveAnswer onExtensionChunk(
            Http2SessionContext session, int type, int flags, int streamId, ByteBuf chunk) {
        int more = chunk.readableBytes();
        if (received + more > payload.length) {
            payload = Arrays.copyOf(payload, Math.max(received + more, Math.max(FIRST_CAPACITY, payload.length * 2)));
        }
        chunk.getBytes(chunk.readerIndex(), payload, received, more);
        received += more;
        return ReceiveAnswer.CONTINUE;
    }

    @Override
    public Object unpackExtension(Http2SessionContext session, int type, int flags, int streamId, int length) {
        byte[] whole = Arrays.copyOf(payload, received);
        received = 0;
        return whole;
    }

    @Override
    public SendAnswer packExtension(Http2SessionContext session, ExtensionFrame frame, ByteBuf target) {
        ByteBuf content = (ByteBuf) frame.payload();
        try {
            target.writeBytes(content);
        } finally {
            content.release();
        }
        return SendAnswer.PROCEED;
    }

    @Override
    public boolean packsExtensions() {
        return true;
    }
}
