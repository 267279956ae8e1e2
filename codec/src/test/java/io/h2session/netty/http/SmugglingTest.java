package io.h2session.netty.http;

import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.testing.GatedChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/**
 * No message hides in another, whichever way it is translated. What a peer sends is one message when it is sent on as HTTP/1.1, and
 * what handlers write is one message of HTTP/2, or their write has failed. Parsers of the tests' own say what is a message.
 */
class SmugglingTest {
    private static final int CASES = 10_000;
    private static final int CASES_PER_CONNECTION = 20;

    private static final String[] NAMES = {
        "content-length",
        "transfer-encoding",
        "connection",
        "host",
        "cookie",
        "te",
        "expect",
        "x-a",
        "x-b",
        "trailer",
        "upgrade",
        "keep-alive",
        "http2-settings",
        "x-http2-stream-id",
        "content-type",
        "Content-Length",
        "Transfer-Encoding",
        "X-A",
        "x a",
        "x:y",
        "",
        ":path",
        ":method",
        "x\r\ny",
        "transfer_encoding",
        "\u00e9",
        "proxy-connection"
    };
    private static final String[] VALUES = {
        "",
        "chunked",
        "0",
        "3",
        "5",
        "5, 5",
        "+5",
        "-1",
        "0x3",
        "99999999999999999999",
        "a",
        "close",
        "x-a",
        "trailers",
        "gzip, trailers",
        "100-continue",
        " a",
        "a ",
        "\t",
        "a\r\nx: y",
        "a\n\nGET / HTTP/1.1",
        "a\0",
        "\u00e9",
        "\u4e2d",
        "b.example",
        "a=1; b=2",
        "a=1;b",
        "identity",
        "chunked, chunked",
        "h2c"
    };
    private static final String[] METHODS = {"GET", "GET", "POST", "POST", "HEAD", "CONNECT", "OPTIONS", "PURGE"};
    private static final String[] BAD_METHODS = {"", "G T", "GET / HTTP/1.1\r\nx:", "get\0", "\u00e9"};
    private static final String[] PATHS = {"/", "/a?b", "/a#b", "*", "http://b.example/", "/%0d%0a"};
    private static final String[] BAD_PATHS = {
        "", "a", "/ HTTP/1.1\r\nx: y", "/a b", "/\t", "/\u00e9", "/\u4e2d", "//\0"
    };
    private static final String[] AUTHORITIES = {"a.example", "a.example:443", "[::1]:80"};
    private static final String[] BAD_AUTHORITIES = {"", "a b", "a\r\nx: y", "me@a", "a/b", "a,b"};
    private static final int[] STATUSES = {200, 200, 200, 404, 204, 205, 304, 100, 103, 101, 500};
    private static final String[] CONTENTS = {
        "",
        "abc",
        "hello",
        "0\r\n\r\n",
        "GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
    };

    private static String pick(Random random, String[] from) {
        return from[random.nextInt(from.length)];
    }

    /** A good one as a rule. */
    private static String pick(Random random, String[] good, String[] bad) {
        return random.nextInt(12) == 0 ? pick(random, bad) : pick(random, good);
    }

    private static void each(IntConsumer seed) {
        for (int i = 0; i < CASES; i++) {
            try {
                seed.accept(i);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed " + i + ": " + failure, failure);
            }
        }
    }

    // ---- what a peer sends, as HTTP/1.1 ----------------------------------------------------------------------------

    @Test
    void whateverAClientSendsIsOneRequestOfHttp1() {
        int[] whole = new int[1];
        each(seed -> {
            Random random = new Random(seed);
            try (StreamTalk talk = StreamTalk.server()) {
                talk.headers(random.nextInt(3) == 0, requestHead(random));
                boolean tunnel = random.nextBoolean();
                if (talk.codec.method() != null && random.nextBoolean()) {
                    int status = tunnel ? 200 : 403;
                    talk.channel.writeOutbound(new DefaultHttpResponse(HTTP_1_1, HttpResponseStatus.valueOf(status)));
                } else {
                    tunnel = false;
                }
                more(talk, random);
                Sent sent = Sent.on(talk, new EmbeddedChannel(new HttpRequestEncoder()));
                if (sent.heads == 0) {
                    assertThat(sent.bytes).isEmpty();
                    return;
                }
                StrictHttp1 parsed = StrictHttp1.request(sent.bytes, tunnel);
                assertThat(parsed.heads).hasSize(1);
                assertThat(parsed.body.toString()).isEqualTo(sent.body.toString());
                if (!HttpMethod.CONNECT.equals(talk.codec.method())) {
                    assertThat(parsed.whole).isEqualTo(sent.ended || nothingMissing(parsed, sent));
                    whole[0] += sent.ended ? 1 : 0;
                }
            }
        });
        assertThat(whole[0]).as("requests that were whole").isGreaterThan(CASES / 20);
    }

    /** Content of a known length may be there before its end is told. */
    private static boolean nothingMissing(StrictHttp1 parsed, Sent sent) {
        return parsed.heads.get(0).stream()
                .anyMatch(line -> line.equalsIgnoreCase("content-length: " + sent.body.length()));
    }

    @Test
    void whateverAServerSendsIsOneResponseOfHttp1() {
        int[] whole = new int[1];
        each(seed -> {
            Random random = new Random(seed);
            String method = pick(random, METHODS);
            try (StreamTalk talk = StreamTalk.client()) {
                DefaultFullHttpRequest request = new DefaultFullHttpRequest(
                        HTTP_1_1, HttpMethod.valueOf(method), method.equals("CONNECT") ? "a:443" : "/");
                request.headers().set("host", "a");
                talk.channel.writeOutbound(request);
                talk.said();
                int heads = 1 + random.nextInt(3);
                for (int i = 0; i < heads; i++) {
                    talk.headers(random.nextInt(4) == 0, responseHead(random));
                }
                more(talk, random);
                Sent sent = Sent.on(talk, new EmbeddedChannel(new HttpResponseEncoder()));
                StrictHttp1 parsed = StrictHttp1.response(sent.bytes, method);
                assertThat(parsed.heads).hasSize(sent.heads);
                if (parsed.heads.stream().noneMatch(head -> head.get(0).matches("HTTP/1.1 20[45].*"))) {
                    // Of those Netty's encoder drops the content, in answers to CONNECT too.
                    assertThat(parsed.body.toString()).isEqualTo(sent.body.toString());
                }
                if (sent.ended) {
                    assertThat(parsed.whole).isTrue();
                    whole[0]++;
                }
            }
        });
        assertThat(whole[0]).as("responses that were whole").isGreaterThan(CASES / 20);
    }

    private static HeaderList requestHead(Random random) {
        HeaderList.Builder list = HeaderList.builder();
        String method = pick(random, METHODS, BAD_METHODS);
        boolean connect = method.equals("CONNECT") && random.nextInt(8) != 0;
        list.add(":method", method);
        if (!connect && random.nextInt(20) != 0) {
            list.add(":scheme", pick(random, new String[] {"https", "http"}, new String[] {"", "a b", "h\r\n"}));
        }
        if (random.nextInt(10) != 0) {
            list.add(":authority", pick(random, AUTHORITIES, BAD_AUTHORITIES));
        }
        if (!connect && random.nextInt(20) != 0) {
            list.add(":path", pick(random, PATHS, BAD_PATHS));
        }
        if (random.nextInt(20) == 0) {
            list.add(":protocol", pick(random, VALUES));
        }
        return fields(list, random);
    }

    private static HeaderList responseHead(Random random) {
        HeaderList.Builder list = HeaderList.builder();
        if (random.nextInt(20) != 0) {
            list.add(
                    ":status",
                    random.nextInt(20) == 0 ? pick(random, VALUES) : "" + STATUSES[random.nextInt(STATUSES.length)]);
        }
        return fields(list, random);
    }

    private static HeaderList fields(HeaderList.Builder list, Random random) {
        boolean wild = random.nextInt(3) == 0;
        for (int i = random.nextInt(4); i > 0; i--) {
            // The first names and some values are what an honest peer could send.
            list.add(
                    wild ? pick(random, NAMES) : NAMES[random.nextInt(10)],
                    wild ? pick(random, VALUES) : VALUES[2 + random.nextInt(3)]);
        }
        return list.build();
    }

    private static void more(StreamTalk talk, Random random) {
        int said = random.nextInt(5);
        for (int i = 0; i < said; i++) {
            talk.data(pick(random, CONTENTS), random.nextInt(4) == 0);
        }
        if (random.nextInt(3) == 0) {
            talk.headers(true, fields(HeaderList.builder(), random));
        }
    }

    /** What a codec read, sent on as HTTP/1.1. */
    private static final class Sent {
        int heads;
        boolean ended;
        final StringBuilder body = new StringBuilder();
        byte[] bytes;

        static Sent on(StreamTalk talk, EmbeddedChannel http1) {
            Sent sent = new Sent();
            for (HttpObject object = talk.channel.readInbound(); object != null; object = talk.channel.readInbound()) {
                if (object instanceof HttpMessage) {
                    sent.heads++;
                }
                if (object instanceof HttpContent content) {
                    sent.body.append(content.content().toString(CharsetUtil.ISO_8859_1));
                    sent.ended |= object instanceof LastHttpContent && !isInformational(object);
                }
                http1.writeOutbound(object);
            }
            ByteBuf all = Unpooled.buffer();
            for (ByteBuf one = http1.readOutbound(); one != null; one = http1.readOutbound()) {
                all.writeBytes(one);
                one.release();
            }
            sent.bytes = new byte[all.readableBytes()];
            all.readBytes(sent.bytes);
            http1.finishAndReleaseAll();
            return sent;
        }

        private static boolean isInformational(HttpObject object) {
            return object instanceof HttpResponse response && response.status().code() / 100 == 1;
        }
    }

    // ---- what handlers write, as HTTP/2 ----------------------------------------------------------------------------

    private static final HttpHeadersFactory UNCHECKED =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    @Test
    void whateverAClientWritesIsOneRequestOfHttp2OrFails() {
        assertThat(writeEach(true)).as("requests that were sent").isGreaterThan(CASES / 10);
    }

    @Test
    void whateverAServerWritesIsOneResponseOfHttp2OrFails() {
        assertThat(writeEach(false)).as("responses that were sent").isGreaterThan(CASES / 10);
    }

    /** Answers how many messages arrived whole. */
    private static int writeEach(boolean client) {
        int[] whole = new int[1];
        Ends[] ends = {new Ends(client)};
        each(seed -> {
            if (seed % CASES_PER_CONNECTION == 0) {
                ends[0].close();
                ends[0] = new Ends(client);
            }
            Random random = new Random(seed);
            String method = client ? null : pick(random, METHODS);
            StrictHttp2 judge = new StrictHttp2(method);
            ends[0].judge = judge;
            if (client) {
                ends[0].open();
            } else {
                ends[0].ask(method);
            }
            boolean end = writeAll(ends[0].stream, random, client ? SmugglingTest::request : SmugglingTest::response);
            ends[0].exchange();
            judge(end, judge);
            whole[0] += judge.ended() ? 1 : 0;
            ends[0].stream.close();
            ends[0].exchange();
        });
        ends[0].close();
        return whole[0];
    }

    private static void judge(boolean endWritten, StrictHttp2 judge) {
        // A response without content has ended with its head.
        assertThat(judge.ended() || !endWritten)
                .as("the end arrived if a write of it succeeded")
                .isTrue();
    }

    private interface Heads {
        HttpObject make(Random random, boolean full);
    }

    /** Writes what comes to mind; answers whether a write of the end has succeeded. */
    private static boolean writeAll(Channel stream, Random random, Heads heads) {
        List<ChannelFuture> ends = new ArrayList<>();
        int objects = 1 + random.nextInt(5);
        boolean informational = false;
        boolean disorder = random.nextInt(4) == 0;
        for (int i = 0; i < objects; i++) {
            int kind = disorder
                    ? random.nextInt(4)
                    : i == 0 ? random.nextInt(2) : i == objects - 1 ? 3 : 2 + random.nextInt(2);
            HttpObject object = kind < 2 ? heads.make(random, kind == 0) : kind == 2 ? content(random) : last(random);
            ChannelFuture future = stream.write(object);
            // The end of an informational response ends nothing, nor does a head between them that was refused.
            if (object instanceof HttpResponse response && future.cause() == null) {
                informational = response.status().code() / 100 == 1;
            }
            if (object instanceof LastHttpContent && !informational) {
                ends.add(future);
            }
            if (random.nextInt(3) == 0) {
                stream.flush();
            }
        }
        stream.flush();
        ((GatedChannel) stream.parent()).runPendingTasks();
        return ends.stream().anyMatch(ChannelFuture::isSuccess);
    }

    private static HttpObject request(Random random, boolean full) {
        String method = pick(random, METHODS);
        String uri = method.equals("CONNECT") ? "a:443" : pick(random, PATHS, BAD_PATHS);
        HttpHeaders headers = UNCHECKED.newHeaders();
        if (random.nextInt(12) != 0) {
            headers.add("Host", pick(random, AUTHORITIES, BAD_AUTHORITIES));
        }
        addFields(headers, random);
        return full
                ? new DefaultFullHttpRequest(
                        HTTP_1_1,
                        HttpMethod.valueOf(method),
                        uri,
                        StreamTalk.text(pick(random, CONTENTS)),
                        headers,
                        trailers(random),
                        false)
                : new DefaultHttpRequest(HTTP_1_1, HttpMethod.valueOf(method), uri, headers, false);
    }

    private static HttpObject response(Random random, boolean full) {
        HttpResponseStatus status = HttpResponseStatus.valueOf(STATUSES[random.nextInt(STATUSES.length)]);
        HttpHeaders headers = UNCHECKED.newHeaders();
        addFields(headers, random);
        return full
                ? new DefaultFullHttpResponse(
                        HTTP_1_1, status, StreamTalk.text(pick(random, CONTENTS)), headers, trailers(random))
                : new DefaultHttpResponse(HTTP_1_1, status, headers);
    }

    private static HttpObject content(Random random) {
        return new DefaultHttpContent(StreamTalk.text(pick(random, CONTENTS)));
    }

    private static HttpObject last(Random random) {
        return random.nextBoolean()
                ? LastHttpContent.EMPTY_LAST_CONTENT
                : new DefaultLastHttpContent(StreamTalk.text(pick(random, CONTENTS)), trailers(random));
    }

    private static HttpHeaders trailers(Random random) {
        HttpHeaders trailers = UNCHECKED.newHeaders();
        if (random.nextInt(4) == 0) {
            addFields(trailers, random);
        }
        return trailers;
    }

    private static void addFields(HttpHeaders headers, Random random) {
        boolean wild = random.nextInt(3) == 0;
        for (int i = random.nextInt(3); i > 0; i--) {
            headers.add(
                    wild ? pick(random, NAMES) : NAMES[1 + random.nextInt(14)],
                    wild ? pick(random, VALUES) : VALUES[random.nextInt(17)]);
        }
    }

    /** One end with a codec on its stream; the other takes whatever comes, and has it judged. */
    private static final class Ends implements AutoCloseable {
        private final GatedChannel ours;
        private final GatedChannel theirs;
        private StrictHttp2 judge;
        private StreamChannel stream;

        Ends(boolean client) {
            Http2SessionOptions credulous =
                    Http2SessionOptions.builder().httpMessaging(false).build();
            Http2StreamsHandler streams = Http2StreamsHandler.builder()
                    .childHandler(new ChannelInitializer<StreamChannel>() {
                        @Override
                        protected void initChannel(StreamChannel made) {
                            stream = made;
                            made.pipeline().addLast(HttpStreamCodec.forServer(), HttpPair.on((context, message) -> {}));
                        }
                    })
                    .build();
            ours = new GatedChannel(
                    (client ? Http2SessionHandler.forClient() : Http2SessionHandler.forServer()).build(), streams);
            theirs = new GatedChannel(
                    (client ? Http2SessionHandler.forServer() : Http2SessionHandler.forClient())
                            .options(credulous)
                            .build(),
                    new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext context, Object event) {
                            try {
                                take(event);
                            } finally {
                                ReferenceCountUtil.release(event);
                            }
                        }
                    });
            exchange();
        }

        private void take(Object event) {
            if (event instanceof Http2SessionEvent.Headers headers) {
                judge.headers(headers.headers(), headers.endStream());
            } else if (event instanceof Http2SessionEvent.Data data) {
                judge.data(data.content().readableBytes(), data.endStream());
            }
        }

        void open() {
            stream = new StreamBootstrap(ours)
                    .handler(HttpStreamCodec.forClient())
                    .open()
                    .getNow();
            ours.runPendingTasks();
        }

        void ask(String method) {
            HeaderList head = method.equals("CONNECT")
                    ? HeaderList.of(":method", method, ":authority", "a:443")
                    : HeaderList.of(
                            ":method",
                            method,
                            ":scheme",
                            "https",
                            ":authority",
                            "a",
                            ":path",
                            method.equals("OPTIONS") ? "*" : "/");
            theirs.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), head));
            exchange();
        }

        void exchange() {
            boolean moved;
            do {
                moved = move(ours, theirs);
                moved |= move(theirs, ours);
            } while (moved);
        }

        private static boolean move(GatedChannel from, GatedChannel to) {
            from.runPendingTasks();
            boolean moved = false;
            for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
                moved |= bytes.isReadable();
                to.writeInbound(bytes);
            }
            to.checkException();
            return moved;
        }

        @Override
        public void close() {
            for (GatedChannel one : new GatedChannel[] {ours, theirs}) {
                one.unsafe().close(one.voidPromise());
                one.runPendingTasks();
                one.releaseOutbound();
                one.releaseInbound();
            }
        }
    }
}
