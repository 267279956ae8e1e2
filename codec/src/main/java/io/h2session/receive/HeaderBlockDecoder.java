package io.h2session.receive;

import io.h2session.api.Http2Limits;
import io.h2session.api.Http2SessionOptions;
import io.h2session.connection.Scratch;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderToken;
import io.h2session.hpack.HpackDecoder;
import io.h2session.hpack.HpackException;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Decodes the fragments of a header block, and enforces the limits of a block. A fragment is copied into the leased
 * scratch, after the incomplete tail of the one before; only such a tail is kept when {@code recv} returns.
 */
final class HeaderBlockDecoder {
    private static final byte[] NO_TAIL = {};

    // Both ends begin with it; our own setting takes effect when it is acknowledged (RFC 7541 section 4.2).
    private static final int INITIAL_TABLE_SIZE = 4096;

    private final HpackDecoder decoder;
    private final long maxEncoded;
    private final int maxFields;
    private final int maxCookies;
    private final Scratch.Lease scratch = new Scratch.Lease();

    private byte[] tail = NO_TAIL;
    private int tailLength;
    private byte[] input;
    private int inputEnd;
    private long encoded;
    private int withheld;
    private int fields;
    private int cookies;

    HeaderBlockDecoder(Http2SessionOptions options) {
        Http2Limits limits = options.limits();
        decoder = new HpackDecoder(INITIAL_TABLE_SIZE);
        if (options.maxHeaderListSize() < Http2SessionOptions.NO_LIMIT) {
            decoder.maxHeaderListSize(options.maxHeaderListSize());
        }
        maxFields = limits.maxHeaderFields();
        maxCookies = limits.maxCookieFields();
        maxEncoded = limits.headerListAbortFactor() == Http2Limits.UNLIMITED
                ? Long.MAX_VALUE
                : options.maxHeaderListSize() * limits.headerListAbortFactor();
    }

    HpackDecoder hpack() {
        return decoder;
    }

    void begin() {
        decoder.beginBlock();
        decoder.discarding(false);
        encoded = 0;
        fields = 0;
        cookies = 0;
        tailLength = 0;
    }

    /** The rest of the block is decoded and ignored. */
    void discard() {
        decoder.discarding(true);
    }

    /** The next bytes; {@link #next()} returns their fields. */
    void input(ByteBuf in, int index, int available, boolean lastOfBlock) {
        // Bytes beyond the limit are not decoded, so that the fields before them are delivered regardless of how the
        // input is split.
        withheld = (int) Math.max(0, encoded + available - maxEncoded);
        int bytes = available - withheld;
        encoded += bytes;
        if (tailLength == 0 && in.hasArray()) {
            input = in.array();
            int from = in.arrayOffset() + index;
            inputEnd = from + bytes;
            decoder.input(input, from, inputEnd, lastOfBlock && withheld == 0);
            return;
        }
        inputEnd = tailLength + bytes;
        input = scratch.array(inputEnd);
        System.arraycopy(tail, 0, input, 0, tailLength);
        in.getBytes(index, input, tailLength, bytes);
        decoder.input(input, 0, inputEnd, lastOfBlock && withheld == 0);
    }

    /** The next field; null if at most an incomplete one is left. */
    HeaderField next() throws ConnectionError {
        try {
            HeaderField field = decoder.next();
            if (field == null) {
                if (withheld > 0) {
                    throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "header_block_too_large");
                }
            } else if (field.token() == HeaderToken.COOKIE) {
                cookies++;
            } else {
                fields++;
            }
            if (decoder.listSize() > maxEncoded) {
                throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "header_list_too_large");
            }
            return field;
        } catch (HpackException e) {
            throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, e.reason());
        }
    }

    /**
     * Whether the limits allow as many fields as were returned; cookies have a limit of their own (RFC 9113 section 8.2.3).
     */
    boolean withinCounts() {
        return fields <= maxFields && cookies <= maxCookies;
    }

    /** How long the block has been on the wire so far. */
    int encodedBytes() {
        return (int) encoded;
    }

    /** The size of the fields so far, as a limit counts it (RFC 9113 section 6.5.2). */
    int listSize() {
        return (int) Math.min(decoder.listSize(), Integer.MAX_VALUE);
    }

    /** Whether the header list is larger than we allow. */
    boolean overflowed() {
        return decoder.overflowed();
    }

    /** All fields of the input were returned: keeps the tail. */
    void suspend(boolean endOfBlock) {
        int left = endOfBlock ? 0 : inputEnd - decoder.position();
        keepTail(left);
        input = null;
    }

    /**
     * Some fields of the input were returned: forgets the rest, which will be offered again. Returns the number of bytes
     * that were taken.
     */
    int pause(int bytes) {
        int left = inputEnd - decoder.position();
        encoded -= left;
        tailLength = 0;
        input = null;
        return bytes - withheld - left;
    }

    /** Gives the scratch back. */
    void releaseScratch() {
        scratch.release();
    }

    private void keepTail(int length) {
        if (length > tail.length) {
            tail = Arrays.copyOfRange(input, inputEnd - length, inputEnd);
        } else if (length > 0) {
            System.arraycopy(input, inputEnd - length, tail, 0, length);
        } else if (tail.length > 64) {
            tail = NO_TAIL;
        }
        tailLength = length;
    }
}
