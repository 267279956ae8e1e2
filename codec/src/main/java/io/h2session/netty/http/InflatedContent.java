package io.h2session.netty.http;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates the content of one message: gzip (RFC 1952), several members too, or deflate (RFC 1950, or RFC 1951 alone as some send it).
 *
 * <pre>
 *   gzip     HEADER ─► BLOCKS ─► TRAILER ─► (HEADER | end)
 *   deflate  FIRST ─► BLOCKS ─► end
 * </pre>
 */
final class InflatedContent implements ContentDecoder {
    private static final int FLAG_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int TRAILER_LENGTH = 8;
    private static final int HEADER_LENGTH = 10;
    private static final int MAX_HEADER = 65_536 + 1024;

    private enum State {
        FIRST,
        HEADER,
        BLOCKS,
        TRAILER,
        AFTER
    }

    private final boolean gzip;
    private final CRC32 crc = new CRC32();
    private Inflater inflater;
    private State state;

    /** What came of a header or trailer so far. */
    private final byte[] begun = new byte[HEADER_LENGTH];

    private int begunLength;

    /** What is left of the optional parts of a header, and how much of the extra field. */
    private int flags;

    private int extra = -1;
    private int skipped;
    private long produced;

    /** @param gzip whether it is gzip; otherwise deflate */
    InflatedContent(boolean gzip) {
        this.gzip = gzip;
        state = gzip ? State.HEADER : State.FIRST;
    }

    @Override
    public boolean decode(ByteBuf source, ByteBuf target) throws DataFormatException {
        while (true) {
            switch (state) {
                case FIRST -> {
                    if (!source.isReadable()) {
                        return false;
                    }
                    // RFC 1950: method 8 with a window of 32 KiB at most. Otherwise some leave that header out.
                    int first = source.getByte(source.readerIndex());
                    begin((first & 0x0f) != 8 || (first & 0xf0) > 0x70);
                }
                case HEADER -> {
                    if (!header(source)) {
                        return false;
                    }
                    begin(true);
                }
                case BLOCKS -> {
                    if (blocks(source, target)) {
                        return !target.isWritable();
                    }
                }
                case TRAILER -> {
                    if (!trailer(source)) {
                        return false;
                    }
                }
                default -> {
                    if (!source.isReadable()) {
                        return false;
                    }
                    if (!gzip) {
                        throw new DataFormatException("more than one stream");
                    }
                    startHeader();
                }
            }
        }
    }

    @Override
    public boolean whole() {
        return state == State.AFTER
                || ((state == State.HEADER || state == State.FIRST) && begunLength == 0 && produced == 0);
    }

    private void begin(boolean raw) {
        if (inflater != null) {
            inflater.end();
        }
        inflater = new Inflater(raw);
        crc.reset();
        produced = 0;
        state = State.BLOCKS;
    }

    /** Answers whether there is nothing to go on with: no more input, or no more room. */
    private boolean blocks(ByteBuf source, ByteBuf target) throws DataFormatException {
        ByteBuffer input = source.nioBuffer();
        inflater.setInput(input);
        int before = input.remaining();
        ByteBuffer output = target.internalNioBuffer(target.writerIndex(), target.writableBytes());
        int from = target.writerIndex();
        int made = inflater.inflate(output);
        source.skipBytes(before - input.remaining());
        target.writerIndex(from + made);
        produced += made;
        if (gzip && made > 0) {
            crc.update(target.nioBuffer(from, made));
        }
        if (inflater.needsDictionary()) {
            throw new DataFormatException("a dictionary is needed");
        }
        if (inflater.finished()) {
            state = gzip ? State.TRAILER : State.AFTER;
            begunLength = 0;
            return !target.isWritable();
        }
        return made == 0 || !target.isWritable() || !source.isReadable();
    }

    private boolean trailer(ByteBuf source) throws DataFormatException {
        while (begunLength < TRAILER_LENGTH) {
            if (!source.isReadable()) {
                return false;
            }
            begun[begunLength++] = source.readByte();
        }
        if (number(0) != crc.getValue() || number(4) != (produced & 0xffff_ffffL)) {
            throw new DataFormatException("checksum");
        }
        state = State.AFTER;
        return true;
    }

    private long number(int at) {
        return (begun[at] & 0xffL)
                | ((begun[at + 1] & 0xffL) << 8)
                | ((begun[at + 2] & 0xffL) << 16)
                | ((begun[at + 3] & 0xffL) << 24);
    }

    private void startHeader() {
        state = State.HEADER;
        begunLength = 0;
        extra = -1;
        skipped = 0;
    }

    /** Answers whether the header is there. */
    private boolean header(ByteBuf source) throws DataFormatException {
        while (begunLength < HEADER_LENGTH) {
            if (!source.isReadable()) {
                return false;
            }
            begun[begunLength++] = source.readByte();
            if (begunLength == HEADER_LENGTH) {
                if ((begun[0] & 0xff) != 0x1f || (begun[1] & 0xff) != 0x8b || begun[2] != 8) {
                    throw new DataFormatException("no gzip");
                }
                flags = begun[3];
            }
        }
        while ((flags & (FLAG_EXTRA | FLAG_NAME | FLAG_COMMENT | FLAG_CRC)) != 0) {
            if (!source.isReadable()) {
                return false;
            }
            if (++skipped > MAX_HEADER) {
                throw new DataFormatException("a gzip header that long");
            }
            optional(source.readByte());
        }
        return true;
    }

    /** A byte of the optional parts, which come in this order. */
    private void optional(byte b) {
        if ((flags & FLAG_EXTRA) != 0) {
            if (extra == -1) {
                // The first of two bytes of its length, kept below zero so that the second is told apart.
                extra = -2 - (b & 0xff);
            } else if (extra < -1) {
                extra = (-2 - extra) | ((b & 0xff) << 8);
                flags = extra == 0 ? flags & ~FLAG_EXTRA : flags;
            } else if (--extra == 0) {
                flags &= ~FLAG_EXTRA;
            }
        } else if ((flags & (FLAG_NAME | FLAG_COMMENT)) != 0) {
            if (b == 0) {
                flags &= (flags & FLAG_NAME) != 0 ? ~FLAG_NAME : ~FLAG_COMMENT;
            }
        } else if (extra != -3) {
            // Two bytes of checksum: the first sets the mark.
            extra = -3;
        } else {
            flags &= ~FLAG_CRC;
        }
    }

    @Override
    public void end() {
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }
}
