package io.h2session.examples.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;

/** The content of a request that was sent already, for another try. Kept up to a limit; beyond it there is no other try. */
final class Replay {
    /** A form fits in, a file does not. */
    private static final int MAX_BYTES = 64 * 1024;

    private ByteBuf content;
    private boolean whole = true;

    /** Keeps what is sent now. Trailers are not kept. */
    void sent(HttpContent piece, ByteBufAllocator allocator) {
        int length = piece.content().readableBytes();
        if (whole && piece instanceof LastHttpContent last) {
            HttpHeaders trailers = last.trailingHeaders();
            if (!trailers.isEmpty()) {
                drop();
            }
        }
        if (!whole || length == 0) {
            return;
        }
        if (length + (content == null ? 0 : content.readableBytes()) > MAX_BYTES) {
            drop();
            return;
        }
        if (content == null) {
            content = allocator.buffer(length, MAX_BYTES);
        }
        // A copy: a slice could keep a buffer that is much larger.
        content.writeBytes(piece.content(), piece.content().readerIndex(), length);
    }

    /** Sends what was kept once more. */
    void sendTo(Back back) {
        if (content != null) {
            back.write(new DefaultHttpContent(content.retainedDuplicate()));
        }
    }

    /** Whether everything that was sent is still there. */
    boolean isWhole() {
        return whole;
    }

    /** There will be no other try. */
    void drop() {
        whole = false;
        if (content != null) {
            content.release();
            content = null;
        }
    }
}
