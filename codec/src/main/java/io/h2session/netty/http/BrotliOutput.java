package io.h2session.netty.http;

import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Brotli (RFC 7932), at a quality and with a window that suit answers made on the fly. */
final class BrotliOutput implements ContentEncoder {
    private static final int CHUNK = 8192;
    private static final int QUALITY = 4;

    /** 256 KiB. */
    private static final int WINDOW_BITS = 18;

    private final EncoderJNI.Wrapper encoder;

    BrotliOutput() {
        try {
            encoder = new EncoderJNI.Wrapper(CHUNK, QUALITY, WINDOW_BITS, Encoder.Mode.GENERIC);
        } catch (IOException noMemory) {
            throw new UncheckedIOException(noMemory);
        }
    }

    @Override
    public void encode(ByteBuf source, Step step, ByteBuf target) {
        while (source.isReadable()) {
            ByteBuffer input = encoder.getInputBuffer();
            input.clear();
            int length = Math.min(source.readableBytes(), input.remaining());
            input.limit(length);
            source.readBytes(input);
            push(EncoderJNI.Operation.PROCESS, length, target);
        }
        if (step != Step.MORE) {
            push(step == Step.FLUSH ? EncoderJNI.Operation.FLUSH : EncoderJNI.Operation.FINISH, 0, target);
        }
    }

    private void push(EncoderJNI.Operation operation, int length, ByteBuf target) {
        encoder.push(operation, length);
        while (true) {
            if (!encoder.isSuccess()) {
                throw new IllegalStateException("Brotli has failed");
            } else if (encoder.hasMoreOutput()) {
                target.writeBytes(encoder.pull());
            } else if (encoder.hasRemainingInput()) {
                encoder.push(operation, 0);
            } else {
                return;
            }
        }
    }

    @Override
    public void end() {
        encoder.destroy();
    }
}
