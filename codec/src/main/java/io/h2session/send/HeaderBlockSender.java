package io.h2session.send;

import io.h2session.api.NotSentReason;
import io.h2session.api.SendAnswer;
import io.h2session.connection.Connection;
import io.h2session.connection.Scratch;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameWriter;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HpackEncoder;
import io.h2session.queue.OutboundItem;
import io.netty.buffer.ByteBuf;

/**
 * Encodes HEADERS and PUSH_PROMISE: HPACK, padding, the application's consent, CONTINUATION (RFC 9113 sections 6.2, 6.6,
 * 6.10).
 */
final class HeaderBlockSender {
    // Fragments are no longer than this, even if the peer accepts more: header blocks should not delay other frames.
    private static final int MAX_FRAGMENT = 16_384;
    private static final int PRIORITY_BYTES = 5;

    private final Connection connection;
    private final OutboundBuffer out;
    private final int maxBlockLength;
    private final boolean heedPeerListSize;
    private final Scratch.Lease scratch = new Scratch.Lease();
    private boolean asked;

    HeaderBlockSender(Connection connection, OutboundBuffer out) {
        this.connection = connection;
        this.out = out;
        maxBlockLength = connection.options().limits().maxSendHeaderBlockLength();
        heedPeerListSize = connection.options().heedPeerHeaderListSize();
    }

    /** Whether the application was asked for its consent to the last header block. */
    boolean asked() {
        return asked;
    }

    void releaseScratch() {
        scratch.release();
    }

    /**
     * Returns null if it was written. In any case the item's frame is then the one that was, or would have been, written.
     */
    NotSentReason headers(OutboundItem item, HeadersFrame frame, HeadersCategory category) {
        HeaderList headers = frame.headers();
        HeadersFrame shown = frame.category() == category && frame.padding() == 0
                ? frame
                : new HeadersFrame(frame.streamId(), frame.flags(), 0, 0, category, null, headers);
        item.frame(shown);
        asked = false;
        long bound = HpackEncoder.encodedBound(headers);
        NotSentReason tooLarge = tooLarge(headers, bound + PRIORITY_BYTES, false);
        if (tooLarge != null) {
            return tooLarge;
        }
        byte[] block = scratch.array((int) bound);
        int length = connection.encoder().encode(headers, block, 0);
        int padding = choosePadding(shown, length);
        if (padding > 0) {
            shown = new HeadersFrame(
                    frame.streamId(), frame.flags() | FrameFlags.PADDED, 0, padding, category, null, headers);
            item.frame(shown);
        }
        asked = true;
        if (connection.callbacks().beforeFrameSend(shown) == SendAnswer.CANCEL) {
            return cancelled();
        }
        ByteBuf target = out.gather();
        int start = target.writerIndex();
        FrameWriter.headers(target, frame.streamId(), frame.endStream(), null, padding, block, 0, length, MAX_FRAGMENT);
        connection.metrics().framesSent(target, start);
        connection.metrics().headersSent(length, headers);
        return null;
    }

    /** As {@link #headers}. */
    NotSentReason pushPromise(OutboundItem item, PushPromiseFrame frame) {
        HeaderList headers = frame.headers();
        asked = false;
        long bound = HpackEncoder.encodedBound(headers);
        NotSentReason tooLarge = tooLarge(headers, bound, true);
        if (tooLarge != null) {
            return tooLarge;
        }
        byte[] block = scratch.array((int) bound);
        int length = connection.encoder().encode(headers, block, 0);
        int padding = choosePadding(frame, length + Integer.BYTES);
        PushPromiseFrame shown = padding == 0
                ? frame
                : new PushPromiseFrame(
                        frame.streamId(),
                        frame.flags() | FrameFlags.PADDED,
                        0,
                        padding,
                        frame.promisedStreamId(),
                        headers);
        item.frame(shown);
        asked = true;
        if (connection.callbacks().beforeFrameSend(shown) == SendAnswer.CANCEL) {
            return cancelled();
        }
        ByteBuf target = out.gather();
        int start = target.writerIndex();
        FrameWriter.pushPromise(
                target, frame.streamId(), frame.promisedStreamId(), padding, block, 0, length, MAX_FRAGMENT);
        connection.metrics().framesSent(target, start);
        connection.metrics().headersSent(length, headers);
        return null;
    }

    private NotSentReason tooLarge(HeaderList headers, long bound, boolean promise) {
        if (bound > maxBlockLength) {
            return NotSentReason.FRAME_SIZE_ERROR;
        }
        // The peer would decode all of it, and then refuse it. A response is sent nevertheless, since its work is done.
        boolean refused = heedPeerListSize
                && (promise || !connection.role().isServer())
                && headers.listSize() > connection.remote().maxHeaderListSize();
        return refused ? NotSentReason.HEADER_LIST_TOO_LARGE : null;
    }

    // A block that needs CONTINUATION is not padded, since it has no single frame length.
    private int choosePadding(Frame frame, int length) {
        int max = Math.min(MAX_FRAGMENT, length + FrameWriter.MAX_PADDING);
        return length >= max ? 0 : connection.callbacks().selectPadding(frame, length, max) - length;
    }

    // The block has changed our dynamic table, and does not reach the peer's: both tables are emptied.
    private NotSentReason cancelled() {
        connection.encoder().resetTable();
        return NotSentReason.CANCEL;
    }
}
