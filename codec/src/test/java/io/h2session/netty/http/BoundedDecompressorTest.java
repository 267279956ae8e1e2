package io.h2session.netty.http;

import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.channel.StreamErrorException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Compressed content that is read: whole, in pieces, and without harm. */
class BoundedDecompressorTest {
    private static final byte[] TEXT = "to be or not to be, ".repeat(3000).getBytes(StandardCharsets.US_ASCII);

    private interface Wrapping {
        OutputStream around(OutputStream out) throws IOException;
    }

    private static byte[] compressed(byte[] bytes, Wrapping wrapping) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (OutputStream out = wrapping.around(all)) {
            out.write(bytes);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return all.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) {
        return compressed(bytes, GZIPOutputStream::new);
    }

    private static byte[] raw(byte[] bytes) {
        return compressed(bytes, out -> new DeflaterOutputStream(out, new Deflater(9, true)));
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** gzip whose header has an extra field, a name, a comment and a checksum. */
    private static byte[] gzipWithAllParts(byte[] bytes) {
        byte[] plain = gzip(bytes);
        byte[] head = {
            0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0, 'a', 'b', 'c', 'n', 0, 'c', 'o', 0, 1, 2
        };
        return concat(head, java.util.Arrays.copyOfRange(plain, 10, plain.length));
    }

    /** What came out. */
    private static final class Result {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final List<String> heads = new ArrayList<>();
        final List<Throwable> exceptions = new ArrayList<>();
        String last;
        int largest;
        long count;

        void take(Object message) {
            if (message instanceof HttpRequest) {
                heads.add(HttpWords.of(message));
            }
            if (message instanceof HttpContent content) {
                largest = Math.max(largest, content.content().readableBytes());
                byte[] piece = new byte[content.content().readableBytes()];
                content.content().readBytes(piece);
                count += piece.length;
                if (count < 16 << 20) {
                    bytes.writeBytes(piece);
                }
            }
            if (message instanceof LastHttpContent end) {
                last = HttpWords.of(end);
            }
            ReferenceCountUtil.release(message);
        }
    }

    private static EmbeddedChannel channel(DecompressionLimits limits, Result result) {
        return new EmbeddedChannel(new BoundedDecompressor(limits), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                result.take(message);
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                result.exceptions.add(cause);
            }
        });
    }

    private static HttpRequest head(String coding) {
        HttpRequest request = new DefaultHttpRequest(HTTP_1_1, HttpMethod.POST, "/");
        request.headers().set("content-encoding", coding).set("content-length", 17);
        return request;
    }

    private static Result read(DecompressionLimits limits, String coding, byte[] wire, int piece) {
        Result result = new Result();
        EmbeddedChannel channel = channel(limits, result);
        channel.writeInbound(head(coding));
        for (int at = 0; at < wire.length; at += piece) {
            ByteBuf bytes = Unpooled.copiedBuffer(wire, at, Math.min(piece, wire.length - at));
            channel.writeInbound(new DefaultHttpContent(bytes));
        }
        DefaultLastHttpContent last = new DefaultLastHttpContent();
        last.trailingHeaders().set("digest", "x");
        channel.writeInbound(last);
        channel.finishAndReleaseAll();
        return result;
    }

    private static byte[] bytes(Result result) {
        return result.bytes.toByteArray();
    }

    @Test
    void eachCodingIsInflatedHoweverItIsCut() {
        byte[] zlib = compressed(TEXT, DeflaterOutputStream::new);
        byte[][] wires = {gzip(TEXT), gzipWithAllParts(TEXT), zlib, raw(TEXT), concat(gzip(TEXT), gzip(new byte[0]))};
        String[] codings = {"gzip", "X-GZIP", "deflate", "deflate", "gzip"};
        for (int i = 0; i < wires.length; i++) {
            for (int piece : new int[] {1, 7, 100, wires[i].length}) {
                Result result = read(DecompressionLimits.DEFAULT, codings[i], wires[i], piece);

                assertThat(result.exceptions).isEmpty();
                assertThat(bytes(result)).isEqualTo(TEXT);
                assertThat(result.heads).containsExactly("POST / transfer-encoding=chunked");
                assertThat(result.last).isEqualTo("'' last digest=x");
                assertThat(result.largest).isLessThanOrEqualTo(8192);
            }
        }
    }

    @Test
    void otherCodingsAndContentWithoutOnePassAsTheyAre() {
        for (String coding : new String[] {"compress", "identity", "gzip, gzip", ""}) {
            Result result = read(DecompressionLimits.DEFAULT, coding, gzip(TEXT), 100);

            assertThat(bytes(result)).isEqualTo(gzip(TEXT));
            assertThat(result.heads.get(0)).contains("content-length=17");
        }
    }

    @Test
    void contentThatIsCorruptOrCutOffIsToldAndItsRestIsDropped() {
        byte[] good = gzip(TEXT);
        byte[] checksum = good.clone();
        checksum[good.length - 6] ^= 1;
        byte[] middle = good.clone();
        middle[good.length / 2] ^= 0x55;
        byte[][] wires = {
            java.util.Arrays.copyOf(good, good.length - 1),
            java.util.Arrays.copyOf(good, 5),
            checksum,
            middle,
            "no gzip, no gzip".getBytes(StandardCharsets.US_ASCII),
            concat(good, new byte[20])
        };
        for (byte[] wire : wires) {
            Result result = read(DecompressionLimits.DEFAULT, "gzip", wire, 10);

            assertThat(result.exceptions).hasSize(1);
            assertThat(((StreamErrorException) result.exceptions.get(0)).errorCode())
                    .isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
            assertThat(result.last).isNull();
        }
    }

    @Test
    void noMoreComesOutThanTheTotalAndTheRatioAllow() {
        byte[] zeros = gzip(new byte[10 << 20]);
        DecompressionLimits total = new DecompressionLimits(1_000_000, 2000, 0);
        DecompressionLimits ratio = new DecompressionLimits(1L << 40, 100, 100_000);
        for (DecompressionLimits limits : List.of(total, ratio)) {
            Result result = read(limits, "gzip", zeros, 1000);

            assertThat(((StreamErrorException) result.exceptions.get(0)).errorCode())
                    .isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
            assertThat(result.bytes.size()).isLessThanOrEqualTo(1_100_000);
            assertThat(result.last).isNull();
        }
        assertThat(read(new DecompressionLimits(10 << 20, 2000, 0), "gzip", zeros, 1000)
                        .bytes
                        .size())
                .isEqualTo(10 << 20);
    }

    @Test
    void withoutAutoReadWhatIsNotAskedForWaitsCompressed() {
        Result result = new Result();
        EmbeddedChannel channel = channel(new DecompressionLimits(1 << 30, 2000, 0), result);
        channel.config().setAutoRead(false);
        channel.read();
        channel.writeInbound(head("gzip"));
        channel.writeInbound(new DefaultLastHttpContent(Unpooled.wrappedBuffer(gzip(new byte[1 << 20]))));
        assertThat(result.bytes.size()).isEqualTo(16 * 8192);
        int reads = 0;
        while (result.last == null) {
            int before = result.bytes.size();
            channel.read();
            reads++;
            assertThat(result.bytes.size() - before).isLessThanOrEqualTo(16 * 8192);
            assertThat(result.bytes.size() > before || result.last != null).isTrue();
        }

        assertThat(result.bytes.size()).isEqualTo(1 << 20);
        assertThat(reads).isBetween(7, 10);
        channel.finishAndReleaseAll();
    }

    @Test
    void aBombResetsItsStreamAndCreditIsGivenForWhatWasReceived() {
        for (boolean bomb : new boolean[] {true, false}) {
            Result result = new Result();
            try (HttpPair pair = new HttpPair(() -> List.of(
                    new BoundedDecompressor(new DecompressionLimits(1L << 40, bomb ? 100 : 2000, 0)),
                    new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext context, Object message) {
                            result.take(message);
                        }
                    }))) {
                StreamChannel stream = pair.open();
                DefaultHttpRequest head = new DefaultHttpRequest(HTTP_1_1, HttpMethod.POST, "/");
                head.headers().set("host", "a").set("content-encoding", "gzip");
                stream.write(head);
                // More than a window of compressed bytes.
                byte[] wire = gzip(new byte[80 << 20]);
                stream.writeAndFlush(new DefaultLastHttpContent(Unpooled.wrappedBuffer(wire)));
                pair.exchange();

                assertThat(wire.length).isGreaterThan(65_535);
                if (bomb) {
                    assertThat(stream.end())
                            .isEqualTo(new StreamEnd(
                                    StreamEnd.Kind.RESET_BY_PEER, ErrorCode.ENHANCE_YOUR_CALM.code(), false));
                } else {
                    assertThat(result.count).isEqualTo(80 << 20);
                    assertThat(result.last).isNotNull();
                }
            }
        }
    }
}
