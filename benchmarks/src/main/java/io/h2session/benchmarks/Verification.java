package io.h2session.benchmarks;

import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HpackDecoder;
import io.h2session.hpack.HpackException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Plays some batches and decodes every answer, so that nobody wins by being wrong.
 *
 * @param bytesPerResponse on the wire, frame headers included, the HPACK table being warm
 * @param writesPerFlush writes that reach the transport
 * @param buffersPerFlush pieces of memory in them
 */
record Verification(double bytesPerResponse, double writesPerFlush, double buffersPerFlush) {
    private static final int BATCHES = 20;

    /** Verifies a connection that has not begun yet, and leaves it ready for {@link Connection#exchange()}. */
    static Verification of(Connection connection, Shape shape) {
        ByteBuf received = Unpooled.buffer();
        Output output = connection.server().output();
        Client client = new Client(shape);
        output.capture(received);
        int pathBytes = connection.begin().pathBytes;
        client.check(received, 1);
        output.capture(received);
        for (int i = 0; i < BATCHES; i++) {
            int firstStreamId = connection.nextStreamId();
            pathBytes += connection.exchange().pathBytes;
            client.check(received, firstStreamId);
        }
        output.captureNoMore();
        require(connection.server().pathBytes() == pathBytes, "the application was told other paths");
        return new Verification(
                (double) output.bytes() / (BATCHES * RequestBatch.REQUESTS),
                (double) output.writes() / output.flushes(),
                (double) output.buffers() / output.flushes());
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** The client's half: decodes what arrives on one connection. */
    private static final class Client {
        private final Shape shape;
        private final HpackDecoder decoder = new HpackDecoder(4096);
        private long responses;

        Client(Shape shape) {
            this.shape = shape;
        }

        /** All of the bytes are frames, and the streams from {@code firstStreamId} on have their answers. */
        void check(ByteBuf bytes, int firstStreamId) {
            Map<Integer, HeaderList> headers = new HashMap<>();
            Map<Integer, ByteBuf> bodies = new HashMap<>();
            Map<Integer, Boolean> ended = new HashMap<>();
            while (bytes.isReadable()) {
                int length = bytes.readUnsignedMedium();
                int type = bytes.readUnsignedByte();
                int flags = bytes.readUnsignedByte();
                int streamId = bytes.readInt();
                byte[] payload = new byte[length];
                bytes.readBytes(payload);
                switch (type) {
                    case FrameType.HEADERS -> {
                        require((flags & FrameFlags.END_HEADERS) != 0, "a block in two frames");
                        require(headers.put(streamId, decode(payload)) == null, "two responses on stream " + streamId);
                    }
                    case FrameType.DATA ->
                        bodies.computeIfAbsent(streamId, id -> Unpooled.buffer())
                                .writeBytes(payload);
                    case FrameType.SETTINGS, FrameType.WINDOW_UPDATE -> require(streamId == 0, "on a stream");
                    default -> require(false, "a frame of type " + type);
                }
                if (type <= FrameType.HEADERS && (flags & FrameFlags.END_STREAM) != 0) {
                    ended.put(streamId, true);
                }
            }
            bytes.clear();
            require(headers.size() == RequestBatch.REQUESTS, headers.size() + " responses");
            for (int i = 0; i < RequestBatch.REQUESTS; i++) {
                int streamId = firstStreamId + 2 * i;
                HeaderList expected = shape.response(responses++);
                require(expected.equals(headers.get(streamId)), "expected " + expected + ": " + headers.get(streamId));
                byte[] body = new byte[bodies.get(streamId).readableBytes()];
                bodies.get(streamId).readBytes(body);
                require(Arrays.equals(body, Shape.body()), "another body on stream " + streamId);
                require(ended.containsKey(streamId), "stream " + streamId + " goes on");
            }
        }

        private HeaderList decode(byte[] block) {
            HeaderList.Builder fields = HeaderList.builder();
            decoder.beginBlock();
            decoder.input(block, 0, block.length, true);
            try {
                for (HeaderField field = decoder.next(); field != null; field = decoder.next()) {
                    fields.add(field);
                }
            } catch (HpackException e) {
                throw new IllegalStateException(e);
            }
            return fields.build();
        }
    }
}
