package io.h2session.netty.http;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** gzip (RFC 1952) or deflate (RFC 1950). */
final class DeflateOutput implements ContentEncoder {
    private static final int CHUNK = 8192;

    /** Method 8, no flags, no time, unknown system. */
    private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final boolean gzip;
    private final Deflater deflater;
    private final CRC32 crc = new CRC32();
    private boolean begun;

    DeflateOutput(boolean gzip) {
        this.gzip = gzip;
        deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, gzip);
    }

    @Override
    public void encode(ByteBuf source, Step step, ByteBuf target) {
        if (gzip && !begun) {
            begun = true;
            target.writeBytes(GZIP_HEADER);
        }
        // One part after another, whose memory does not move meanwhile.
        for (ByteBuffer part : source.nioBuffers()) {
            if (gzip) {
                crc.update(part.duplicate());
            }
            deflater.setInput(part);
            drain(Deflater.NO_FLUSH, target);
        }
        source.skipBytes(source.readableBytes());
        if (step == Step.FLUSH) {
            drain(Deflater.SYNC_FLUSH, target);
        } else if (step == Step.FINISH) {
            deflater.finish();
            drain(Deflater.NO_FLUSH, target);
            if (gzip) {
                target.writeIntLE((int) crc.getValue()).writeIntLE((int) deflater.getBytesRead());
            }
        }
    }

    private void drain(int flush, ByteBuf target) {
        int made;
        int room;
        do {
            target.ensureWritable(CHUNK);
            ByteBuffer to = target.nioBuffer(target.writerIndex(), target.writableBytes());
            room = to.remaining();
            made = deflater.deflate(to, flush);
            target.writerIndex(target.writerIndex() + made);
        } while (made == room || (made > 0 && !deflater.needsInput() && !deflater.finished()));
    }

    @Override
    public void end() {
        deflater.end();
    }
}
