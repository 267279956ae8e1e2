package io.h2session.benchmarks;

import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.hpack.HpackEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Everything a client says on a connection, encoded beforehand. The first batch fills the HPACK table; in the others a
 * field is indexed or a literal that is not, so they leave the table as it is and can follow each other in any order.
 */
final class ClientBytes {
    private static final int DISTINCT_BATCHES = 8;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Below 2^31-1-65535, and enough for every response before the numbers of the streams are used up. */
    private static final int CONNECTION_CREDIT = 1 << 30;

    private final Shape shape;
    private final HpackEncoder encoder = new HpackEncoder(4096);
    private final RequestBatch first;
    private final RequestBatch[] later = new RequestBatch[DISTINCT_BATCHES];
    private int next;

    ClientBytes(Shape shape) {
        this.shape = shape;
        first = encode(0);
        for (int i = 0; i < DISTINCT_BATCHES; i++) {
            later[i] = encode(1 + i);
        }
        HeaderList request = shape.request(RequestBatch.REQUESTS);
        if (!Arrays.equals(block(request), block(request))) {
            throw new IllegalStateException("the blocks still change the table");
        }
    }

    /** The client's preface, its SETTINGS, its ACK of the server's, and credit for the connection. */
    ByteBuf preface() {
        ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer();
        bytes.writeBytes(PREFACE);
        frameHeader(bytes, 0, FrameType.SETTINGS, 0, 0);
        frameHeader(bytes, 0, FrameType.SETTINGS, FrameFlags.ACK, 0);
        frameHeader(bytes, 4, FrameType.WINDOW_UPDATE, 0, 0);
        return bytes.writeInt(CONNECTION_CREDIT);
    }

    /** The requests a connection begins with. */
    RequestBatch first() {
        return first;
    }

    /** The requests that go on. */
    RequestBatch later() {
        next = (next + 1) % DISTINCT_BATCHES;
        return later[next];
    }

    void release() {
        first.release();
        for (RequestBatch batch : later) {
            batch.release();
        }
    }

    private RequestBatch encode(int batch) {
        ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer();
        int[] starts = new int[RequestBatch.REQUESTS + 1];
        int pathBytes = 0;
        for (int i = 0; i < RequestBatch.REQUESTS; i++) {
            HeaderList request = shape.request(batch * RequestBatch.REQUESTS + i);
            pathBytes += request.value(HeaderToken.PATH).length();
            byte[] block = block(request);
            int flags = FrameFlags.END_STREAM | FrameFlags.END_HEADERS;
            frameHeader(bytes, block.length, FrameType.HEADERS, flags, 0);
            bytes.writeBytes(block);
            starts[i + 1] = bytes.writerIndex();
        }
        return new RequestBatch(bytes, starts, pathBytes);
    }

    private byte[] block(HeaderList fields) {
        byte[] out = new byte[(int) HpackEncoder.encodedBound(fields)];
        return Arrays.copyOf(out, encoder.encode(fields, out, 0));
    }

    private static void frameHeader(ByteBuf bytes, int length, int type, int flags, int streamId) {
        bytes.writeMedium(length).writeByte(type).writeByte(flags).writeInt(streamId);
    }
}
