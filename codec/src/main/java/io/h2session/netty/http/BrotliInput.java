package io.h2session.netty.http;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

/** Undoes Brotli (RFC 7932). */
final class BrotliInput implements ContentDecoder {
    private static final int CHUNK = 8192;

    private final DecoderJNI.Wrapper decoder;

    /** What came out and has not been taken; the decoder's memory. Null if there is none. */
    private ByteBuffer made;

    private boolean begun;
    private boolean over;

    BrotliInput() {
        try {
            decoder = new DecoderJNI.Wrapper(CHUNK);
        } catch (IOException noMemory) {
            throw new UncheckedIOException(noMemory);
        }
    }

    /** Throws if the library does not work. */
    static void load() {
        Brotli4jLoader.ensureAvailability();
    }

    @Override
    public boolean decode(ByteBuf source, ByteBuf target) throws DataFormatException {
        while (true) {
            if (made != null) {
                take(target);
                if (made != null) {
                    return true;
                }
            }
            switch (decoder.getStatus()) {
                case OK -> decoder.push(0);
                case NEEDS_MORE_OUTPUT -> made = decoder.pull();
                case NEEDS_MORE_INPUT -> {
                    if (decoder.hasOutput()) {
                        made = decoder.pull();
                    } else if (!push(source)) {
                        return false;
                    }
                }
                case DONE -> {
                    over = true;
                    if (source.isReadable()) {
                        throw new DataFormatException("more than one stream");
                    }
                    return false;
                }
                default -> throw new DataFormatException("no Brotli");
            }
        }
    }

    private void take(ByteBuf target) {
        int length = Math.min(made.remaining(), target.writableBytes());
        ByteBuffer part = made.slice();
        part.limit(length);
        target.writeBytes(part);
        made.position(made.position() + length);
        if (!made.hasRemaining()) {
            made = null;
        }
    }

    private boolean push(ByteBuf source) {
        if (!source.isReadable()) {
            return false;
        }
        begun = true;
        ByteBuffer input = decoder.getInputBuffer();
        input.clear();
        int length = Math.min(source.readableBytes(), input.remaining());
        input.limit(length);
        source.readBytes(input);
        decoder.push(length);
        return true;
    }

    @Override
    public boolean whole() {
        return over || !begun;
    }

    @Override
    public void end() {
        decoder.destroy();
    }
}
