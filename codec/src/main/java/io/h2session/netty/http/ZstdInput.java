package io.h2session.netty.http;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

/**
 * Undoes Zstandard (RFC 8878), several frames too. A window beyond 8 MiB is refused (RFC 9659): a few bytes could ask for 128 MiB of
 * memory.
 */
final class ZstdInput implements ContentDecoder {
    private static final int CHUNK = 8192;
    private static final long MAX_WINDOW = 8 << 20;
    private static final int MAGIC = 0xfd2fb528;
    private static final int SKIPPABLE_MAGIC = 0x184d2a50;
    private static final int SKIPPABLE_MASK = 0xfffffff0;
    private static final int SINGLE_SEGMENT = 0x20;

    private final ZstdDecompressCtx decoder = new ZstdDecompressCtx();

    /** What was taken of the source; the decoder reads direct memory only, and the head of a frame is looked at before. */
    private final ByteBuf input = Unpooled.directBuffer(CHUNK, CHUNK);

    private boolean inFrame;

    /** Throws if the library does not work. */
    static void load() {
        Native.load();
    }

    @Override
    public boolean decode(ByteBuf source, ByteBuf target) throws DataFormatException {
        while (target.isWritable()) {
            int taken = Math.min(source.readableBytes(), input.capacity() - input.readableBytes());
            input.discardReadBytes().writeBytes(source, taken);
            if (!inFrame) {
                if (!headThere()) {
                    return false;
                }
                inFrame = true;
            }
            int readable = input.readableBytes();
            int room = target.writableBytes();
            step(target);
            if (readable == input.readableBytes() && room == target.writableBytes() && !source.isReadable()) {
                return false;
            }
        }
        return true;
    }

    private void step(ByteBuf target) throws DataFormatException {
        ByteBuffer from = input.nioBuffer();
        ByteBuffer to = target.nioBuffer(target.writerIndex(), target.writableBytes());
        int length = from.remaining();
        int room = to.remaining();
        try {
            inFrame = !decoder.decompressDirectByteBufferStream(to, from);
        } catch (ZstdException corrupt) {
            throw new DataFormatException(corrupt.getMessage());
        }
        input.skipBytes(length - from.remaining());
        target.writerIndex(target.writerIndex() + room - to.remaining());
    }

    /** Whether the head of a frame is there, and asks for no more than it may (RFC 8878 section 3.1.1.1). */
    private boolean headThere() throws DataFormatException {
        int at = input.readerIndex();
        int length = input.readableBytes();
        if (length < 5) {
            return false;
        }
        int magic = input.getIntLE(at);
        if ((magic & SKIPPABLE_MASK) == SKIPPABLE_MAGIC) {
            return true;
        } else if (magic != MAGIC) {
            throw new DataFormatException("no Zstandard");
        }
        int descriptor = input.getUnsignedByte(at + 4);
        long window;
        if ((descriptor & SINGLE_SEGMENT) == 0) {
            if (length < 6) {
                return false;
            }
            int size = input.getUnsignedByte(at + 5);
            long base = 1L << (10 + (size >> 3));
            window = base + (base >> 3) * (size & 7);
        } else {
            int dictionary = (1 << (descriptor & 3)) >> 1;
            int sizeBytes = 1 << (descriptor >> 6);
            if (length < 5 + dictionary + sizeBytes) {
                return false;
            }
            window = 0;
            for (int i = sizeBytes - 1; i >= 0; i--) {
                window = (window << 8) | input.getUnsignedByte(at + 5 + dictionary + i);
            }
        }
        if (window < 0 || window > MAX_WINDOW) {
            throw new DataFormatException("a window of more than 8 MiB");
        }
        return true;
    }

    @Override
    public boolean whole() {
        return !inFrame && !input.isReadable();
    }

    @Override
    public void end() {
        input.release();
        decoder.close();
    }
}
