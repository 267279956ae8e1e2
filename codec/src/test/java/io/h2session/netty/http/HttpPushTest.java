package io.h2session.netty.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.Http2SubmitException;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Responses that a server promises and pushes (RFC 9113 section 8.4), as HTTP objects at both ends. */
class HttpPushTest {
    private static final StreamEnd COMPLETE = new StreamEnd(StreamEnd.Kind.COMPLETE, ErrorCode.NO_ERROR.code(), false);

    private final List<HttpPair.Heard> pushed = new ArrayList<>();
    private final List<String> served = new ArrayList<>();
    private final HttpPair.Heard asked = new HttpPair.Heard();

    /** What the page /index does before it answers. */
    private BiConsumer<ChannelHandlerContext, HttpStreamCodec> index = (context, codec) -> {};

    /** How the others answer. */
    private BiConsumer<ChannelHandlerContext, HttpRequest> others = (context, request) -> context.writeAndFlush(
            response(request.uri() + " of " + request.headers().get("host")));

    private final List<Future<StreamChannel>> promises = new ArrayList<>();
    private HttpPair pair;

    @AfterEach
    void end() {
        pair.close();
    }

    private void pair(boolean accepts, Supplier<List<ChannelHandler>> handlers) {
        pair = new HttpPair(
                client -> accepts ? client.enablePush(true) : client, server -> server, this::application, handlers);
    }

    private void pair() {
        pair(true, () -> {
            pushed.add(new HttpPair.Heard());
            return List.of(pushed.get(pushed.size() - 1));
        });
    }

    private List<ChannelHandler> application() {
        return List.of(HttpPair.on((context, message) -> {
            if (message instanceof HttpRequest request) {
                served.add(HttpWords.of(message));
                if (request.uri().equals("/index")) {
                    index.accept(context, context.pipeline().get(HttpStreamCodec.class));
                    context.writeAndFlush(response("index"));
                } else {
                    others.accept(context, request);
                }
            }
        }));
    }

    private static FullHttpResponse response(String content) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer(content, US_ASCII));
        response.headers().set("content-length", response.content().readableBytes());
        return response;
    }

    private static HttpRequest request(HttpMethod method, String uri) {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, uri);
    }

    private static FullHttpRequest get(String uri) {
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, uri);
        request.headers().set("host", "example.com");
        return request;
    }

    private StreamChannel ask() {
        StreamChannel stream = pair.open(asked);
        stream.writeAndFlush(get("/index"));
        pair.exchange();
        return stream;
    }

    // ---- it is pushed ----------------------------------------------------------------------------------------------

    @Test
    void aHandlerPushesAndTheServersOwnHandlersAnswerOnAChannelOfThePromisedStream() {
        index = (context, codec) -> {
            HttpRequest style = request(HttpMethod.GET, "/style.css?a=b");
            style.headers().set("accept", "text/css");
            promises.add(codec.push(style));
            // The object is as it was.
            assertThat(style.headers().contains("host")).isFalse();
        };
        pair();
        StreamChannel stream = ask();

        assertThat(served)
                .containsExactly(
                        "whole GET /index host=example.com",
                        "whole GET /style.css?a=b host=example.com accept=text/css");
        assertThat(asked.words).containsExactly("200 content-length=5", "'index' last");
        assertThat(pushed).hasSize(1);
        assertThat(pushed.get(0).words)
                .containsExactly("PushPromise", "200 content-length=29", "'/style.css?a=b of example.com' last");
        StreamChannel atServer = promises.get(0).getNow();
        assertThat(atServer.stream().id()).isEqualTo(2);
        assertThat(pair.promised.get(0).stream().id()).isEqualTo(2);
        assertThat(List.of(stream, atServer, pair.promised.get(0)))
                .allSatisfy(one -> assertThat(one.end()).isEqualTo(COMPLETE));
        assertThat(pair.accepted).hasSize(2).contains(atServer);
        assertThat(pushed.get(0).inactive).isTrue();
        assertThat(pushed.get(0).exceptions).isEmpty();
    }

    @Test
    void severalArePushedAndStreamedWhileTheResponseIs() {
        List<ChannelHandlerContext> streaming = new ArrayList<>();
        index = (context, codec) -> {
            promises.add(codec.push(request(HttpMethod.GET, "/a")));
            promises.add(codec.push(request(HttpMethod.GET, "/b")));
        };
        others = (context, request) -> {
            context.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
            context.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(request.uri(), US_ASCII)));
            streaming.add(context);
        };
        pair();
        ask();
        assertThat(asked.inactive).isTrue();
        streaming.get(1).writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        pair.exchange();

        assertThat(pushed.get(0).words).containsExactly("PushPromise", "200 transfer-encoding=chunked", "'/a'");
        assertThat(pushed.get(1).words)
                .containsExactly("PushPromise", "200 transfer-encoding=chunked", "'/b'", "'' last");

        streaming.get(0).writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        pair.exchange();
        assertThat(pushed.get(0).words).endsWith("'' last");
        assertThat(pair.promised.get(0).end()).isEqualTo(COMPLETE);
    }

    @Test
    void anAggregatorOfTheClientsHasThePushedResponseWhole() {
        index = (context, codec) -> promises.add(codec.push(request(HttpMethod.GET, "/a")));
        pair(true, () -> {
            pushed.add(new HttpPair.Heard());
            return List.of(new HttpObjectAggregator(1000), pushed.get(0));
        });
        ask();

        assertThat(pushed.get(0).words)
                .containsExactly("PushPromise", "whole 200 content-length=17'/a of example.com'");
    }

    @Test
    void aPushedHeadHasALengthAndNoContent() {
        index = (context, codec) -> promises.add(codec.push(request(HttpMethod.HEAD, "/a")));
        pair();
        ask();

        assertThat(served).endsWith("whole HEAD /a host=example.com");
        assertThat(pushed.get(0).words).containsExactly("PushPromise", "whole 200 content-length=17");
        assertThat(pair.promised.get(0).end()).isEqualTo(COMPLETE);
    }

    @Test
    void aHostOfItsOwnIsKeptAndAnAbsoluteTargetWins() {
        index = (context, codec) -> {
            HttpRequest one = request(HttpMethod.GET, "/a");
            one.headers().set("Host", "other.example");
            promises.add(codec.push(one));
            promises.add(codec.push(request(HttpMethod.GET, "http://third.example/b")));
        };
        pair();
        ask();

        assertThat(served).endsWith("whole GET /a host=other.example", "whole GET /b host=third.example");
    }

    @Test
    void aPushFromTheEventsOfTheStreamsChannelComesTheSame() {
        index = (context, codec) -> promises.add(((StreamChannel) context.channel())
                .push(HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "x", ":path", "/a")));
        pair();
        ask();

        assertThat(pushed.get(0).words).containsExactly("PushPromise", "200 content-length=7", "'/a of x' last");
    }

    @Test
    void aResponseThatIsWrittenByHandToThePromisedStreamComesTheSame() {
        io.h2session.netty.Http2StreamHandle promised = new io.h2session.netty.Http2StreamHandle();
        index = (context, codec) -> {
            context.write(Http2SessionWrite.pushPromise(
                    codec.stream(),
                    promised,
                    HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "x", ":path", "/a")));
            context.channel()
                    .parent()
                    .write(Http2SessionWrite.response(
                            promised, HeaderList.of(":status", "200"), Unpooled.copiedBuffer("by hand", US_ASCII)));
        };
        pair();
        ask();

        assertThat(pushed.get(0).words)
                .containsExactly("PushPromise", "200 transfer-encoding=chunked", "'by hand' last");
    }

    // ---- it is not -------------------------------------------------------------------------------------------------

    @Test
    void aClientThatAcceptsNoneIsPromisedNone() {
        index = (context, codec) -> promises.add(codec.push(request(HttpMethod.GET, "/a")));
        pair(false, null);
        ask();

        assertThat(promises.get(0).cause())
                .isInstanceOfSatisfying(Http2SubmitException.class, cause -> assertThat(cause.word())
                        .isEqualTo("push_disabled"));
        assertThat(served).hasSize(1);
        assertThat(asked.words).containsExactly("200 content-length=5", "'index' last");
    }

    @Test
    void aClientThatHasNoHandlerForThemCancels() {
        index = (context, codec) -> promises.add(codec.push(request(HttpMethod.GET, "/a")));
        others = (context, request) -> {};
        pair(true, null);
        ask();

        assertThat(promises.get(0).getNow().end())
                .isEqualTo(new StreamEnd(StreamEnd.Kind.RESET_BY_PEER, ErrorCode.CANCEL.code(), false));
        assertThat(asked.words).containsExactly("200 content-length=5", "'index' last");
    }

    @Test
    void aClientThatClosesThePromisedChannelCancels() {
        index = (context, codec) -> promises.add(codec.push(request(HttpMethod.GET, "/a")));
        others = (context, request) -> {};
        pair();
        StreamChannel stream = ask();
        pair.promised.get(0).close();
        pair.exchange();

        assertThat(promises.get(0).getNow().end())
                .isEqualTo(new StreamEnd(StreamEnd.Kind.RESET_BY_PEER, ErrorCode.CANCEL.code(), false));
        assertThat(stream.end()).isEqualTo(COMPLETE);
    }

    @Test
    void aServerThatClosesItsChannelBeforeThePromiseIsSentSendsNone() {
        index = (context, codec) -> promises.add(codec.push(request(HttpMethod.GET, "/a")));
        others = (context, request) -> context.close();
        pair();
        ask();

        assertThat(promises.get(0).getNow().end())
                .isEqualTo(new StreamEnd(StreamEnd.Kind.RESET, ErrorCode.CANCEL.code(), false));
        assertThat(pushed).isEmpty();
        assertThat(asked.words).containsExactly("200 content-length=5", "'index' last");
    }

    @Test
    void aServerThatClosesItsChannelUnansweredCancels() {
        index = (context, codec) -> promises.add(codec.push(request(HttpMethod.GET, "/a")));
        others = (context, request) -> {};
        pair();
        ask();
        promises.get(0).getNow().close();
        pair.exchange();

        assertThat(pair.promised.get(0).end())
                .isEqualTo(new StreamEnd(StreamEnd.Kind.RESET_BY_PEER, ErrorCode.CANCEL.code(), false));
        assertThat(pushed.get(0).words).containsExactly("PushPromise");
    }

    @Test
    void aPushedBodyThatIsNotAsLongAsItsLengthResetsThePromisedStreamAlone() {
        index = (context, codec) -> promises.add(codec.push(request(HttpMethod.GET, "/a")));
        others = (context, request) -> {
            HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            head.headers().set("content-length", 10);
            context.write(head);
            context.write(new DefaultHttpContent(Unpooled.copiedBuffer("abc", US_ASCII)));
            context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        };
        pair();
        StreamChannel stream = ask();

        assertThat(pair.promised.get(0).end().kind()).isEqualTo(StreamEnd.Kind.RESET_BY_PEER);
        assertThat(pair.promised.get(0).end().errorCode()).isEqualTo(ErrorCode.INTERNAL_ERROR.code());
        assertThat(stream.end()).isEqualTo(COMPLETE);
    }

    @Test
    void whatMayNotBePromisedFailsAndNothingIsSent() {
        FullHttpRequest withContent = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.GET, "/a", Unpooled.copiedBuffer("abc", US_ASCII));
        FullHttpRequest whole = get("/whole");
        index = (context, codec) -> {
            promises.add(codec.push(withContent));
            promises.add(codec.push(request(HttpMethod.CONNECT, "a:1")));
            promises.add(codec.push(request(HttpMethod.GET, "a")));
            promises.add(codec.push(whole));
        };
        pair();
        ask();

        assertThat(promises.subList(0, 3))
                .allSatisfy(one -> assertThat(one.cause()).isInstanceOf(IllegalArgumentException.class));
        assertThat(promises.get(3).isSuccess()).isTrue();
        assertThat(withContent.refCnt()).isZero();
        assertThat(whole.refCnt()).isZero();
        assertThat(pushed).hasSize(1);
    }

    @Test
    void nothingIsPromisedOnAStreamWhoseResponseHasEnded() {
        List<HttpStreamCodec> codecs = new ArrayList<>();
        index = (context, codec) -> codecs.add(codec);
        pair();
        ask();

        assertThat(codecs.get(0).push(request(HttpMethod.GET, "/a")).cause())
                .isInstanceOf(ClosedChannelException.class);
        assertThat(pushed).isEmpty();
    }

    @Test
    void aClientPromisesNothing() {
        pair();
        StreamChannel stream = pair.open(asked);

        assertThat(stream.push(HeaderList.of(":method", "GET")).cause()).isInstanceOf(IllegalStateException.class);
        FullHttpRequest request = get("/a");
        assertThatThrownBy(() -> stream.pipeline().get(HttpStreamCodec.class).push(request))
                .isInstanceOf(IllegalStateException.class);
        assertThat(request.refCnt()).isZero();
    }

    @Test
    void aRequestThatIsWrittenToAPromisedChannelIsRefusedAndHarmsNothing() {
        index = (context, codec) -> promises.add(codec.push(request(HttpMethod.HEAD, "/a")));
        others = (context, request) -> {};
        pair();
        ask();
        FullHttpRequest wrong = get("/wrong");

        assertThat(pair.promised.get(0).writeAndFlush(wrong).cause()).isInstanceOf(IllegalStateException.class);
        assertThat(wrong.refCnt()).isZero();
        promises.get(0).getNow().writeAndFlush(response("a"));
        pair.exchange();

        assertThat(pushed.get(0).words).containsExactly("PushPromise", "whole 200 content-length=1");
    }
}
