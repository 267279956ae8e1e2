package io.h2session.netty.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.HeadersCategory;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.channel.StreamHandler;
import io.h2session.testing.CapturedLog;
import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.h2session.testing.PeerView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import io.netty.util.CharsetUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP objects of a stream without a pipeline. */
class HttpStreamMessagesTest {
    private static Http2SessionEvent.Headers head(boolean ends, String... fields) {
        return new Http2SessionEvent.Headers(
                new Http2StreamHandle(), HeadersCategory.REQUEST, HeaderList.of(fields), ends);
    }

    private static String request(boolean ends, String... fields) {
        StreamRequest request = HttpStreamMessages.request(head(ends, fields), HttpStreamOptions.DEFAULT);
        return request == null ? "none" : HttpWords.of(request);
    }

    private static String response(HttpMethod asked, boolean ends, String... fields) {
        HttpResponse response = HttpStreamMessages.response(head(ends, fields), asked, HttpStreamOptions.DEFAULT);
        return response == null ? "none" : HttpWords.of(response);
    }

    @Test
    void aHeadIsTheRequestThatTheCodecReads() {
        String[] get = {
            ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/b", "cookie", "c=1", "cookie", "d=2"
        };
        assertThat(request(true, get)).isEqualTo("whole GET /b host=a cookie=c=1; d=2");
        assertThat(request(false, get)).isEqualTo("GET /b host=a cookie=c=1; d=2 transfer-encoding=chunked");
        assertThat(request(true, ":method", "GET", ":scheme", "https", ":path", "no-path"))
                .isEqualTo("none");
        assertThat(request(true, ":method", "POST", ":scheme", "https", ":path", "/", "content-length", "3"))
                .isEqualTo("none");
        assertThat(request(true, ":method", "POST", ":scheme", "https", ":path", "/", "content-length", "x"))
                .isEqualTo("none");
    }

    @Test
    void aHeadIsTheResponseThatTheCodecReads() {
        assertThat(response(HttpMethod.GET, false, ":status", "200", "content-length", "3"))
                .isEqualTo("200 content-length=3");
        assertThat(response(HttpMethod.GET, true, ":status", "200")).isEqualTo("whole 200 content-length=0");
        assertThat(response(HttpMethod.GET, true, ":status", "200", "content-length", "3"))
                .isEqualTo("none");
        assertThat(response(HttpMethod.HEAD, true, ":status", "200", "content-length", "3"))
                .isEqualTo("whole 200 content-length=3");
        assertThat(response(HttpMethod.GET, false, ":status", "103", "link", "x"))
                .isEqualTo("whole 103 link=x");
        assertThat(response(HttpMethod.GET, true, ":status", "103")).isEqualTo("none");
        assertThat(response(HttpMethod.GET, false, ":status", "101")).isEqualTo("none");
        assertThat(response(HttpMethod.GET, false, "a", "b")).isEqualTo("none");
        assertThat(response(HttpMethod.GET, true, ":status", "200", "content-length", "x"))
                .isEqualTo("none");
    }

    @Test
    void contentAndTrailersAreThoseThatTheCodecReads() {
        Http2StreamHandle stream = new Http2StreamHandle();
        ByteBuf bytes = Unpooled.copiedBuffer("abc", CharsetUtil.US_ASCII);
        HttpContent piece = HttpStreamMessages.content(new Http2SessionEvent.Data(stream, bytes, false));
        assertThat(HttpWords.of(piece)).isEqualTo("'abc'");
        piece.release();
        assertThat(bytes.refCnt()).isZero();
        ByteBuf more = Unpooled.copiedBuffer("d", CharsetUtil.US_ASCII);
        HttpContent last = HttpStreamMessages.content(new Http2SessionEvent.Data(stream, more, true));
        assertThat(HttpWords.of(last)).isEqualTo("'d' last");
        last.release();
        assertThat(more.refCnt()).isZero();
        assertThat(HttpStreamMessages.content(new Http2SessionEvent.Data(stream, Unpooled.buffer(), true)))
                .isSameAs(LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(HttpWords.of(
                        HttpStreamMessages.content(new Http2SessionEvent.Data(stream, Unpooled.buffer(), false))))
                .isEqualTo("''");
        assertThat(HttpWords.of(HttpStreamMessages.trailers(head(true, "a", "b", "content-length", "1"))))
                .isEqualTo("'' last a=b");
    }

    @Test
    void theFieldsOfAMessageAreThoseThatTheCodecWrites() {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/a");
        request.headers().set("Host", "b").set("Connection", "c").set("C", "d").set("E", "f");
        assertThat(HttpStreamMessages.fields(request, "https"))
                .isEqualTo(HeaderList.of(
                        ":method", "GET", ":scheme", "https", ":authority", "b", ":path", "/a", "e", "f"));
        request.headers().remove("Host");
        assertThatThrownBy(() -> HttpStreamMessages.fields(request, "https"))
                .isInstanceOf(IllegalArgumentException.class);
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers().set("Transfer-Encoding", "chunked").set("A", "b");
        assertThat(HttpStreamMessages.fields(response, HttpMethod.GET))
                .isEqualTo(HeaderList.of(":status", "200", "a", "b"));
        assertThat(HttpStreamMessages.trailers(response.headers())).isEqualTo(HeaderList.of("a", "b"));
    }

    private static StreamRequest received(String authority, String path) {
        return HttpStreamMessages.request(
                head(true, ":method", "GET", ":scheme", "https", ":authority", authority, ":path", path, "e", "f"),
                HttpStreamOptions.DEFAULT);
    }

    private static HeaderList sent(String authority, String path) {
        return HeaderList.of(":method", "GET", ":scheme", "http", ":authority", authority, ":path", path, "e", "f");
    }

    @Test
    void aRequestThatWasReceivedIsSentOnWithTheFieldsThatItHas() {
        StreamRequest request = received("a", "/b?c");
        assertThat(HttpStreamMessages.fields(request, "http")).isEqualTo(sent("a", "/b?c"));
        request.setUri("/d");
        assertThat(HttpStreamMessages.fields(request, "http")).isEqualTo(sent("a", "/d"));
        request.setUri("/b?c").headers().set("host", "e:1");
        assertThat(HttpStreamMessages.fields(request, "http")).isEqualTo(sent("e:1", "/b?c"));
        request.headers().set("host", "user@e");
        assertThat(HttpStreamMessages.fields(request, "http")).isEqualTo(sent("e", "/b?c"));
        request.headers().set("host", "e").add("Host", "E");
        assertThat(HttpStreamMessages.fields(request, "http")).isEqualTo(sent("e", "/b?c"));
        request.setMethod(HttpMethod.CONNECT).setUri("f:443");
        assertThat(HttpStreamMessages.fields(request, "http"))
                .isEqualTo(HeaderList.of(":method", "CONNECT", ":authority", "f:443", "e", "f"));
    }

    @Test
    void aRequestThatWasReceivedIsRefusedIfItWasMadeMalformed() {
        StreamRequest request = received("a", "/b");
        request.headers().set("host", "e").add("host", "g");
        assertRefused(request);
        request.headers().set("host", "e f");
        assertRefused(request);
        request.headers().set("host", "");
        assertRefused(request);
        request.headers().remove("host");
        assertRefused(request);
        request.headers().set("host", "e");
        request.setUri("/b c");
        assertRefused(request);
        assertThat(HttpStreamMessages.fields(received("a", "/b#c"), "http")).isEqualTo(sent("a", "/b"));
        assertRefused(received("a", "/\u00e9"));
        assertRefused(received("a", "*"));
    }

    private static void assertRefused(HttpRequest request) {
        assertThatThrownBy(() -> HttpStreamMessages.fields(request, "http"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCookieIsSentOnAsTheFieldThatItIs() {
        StreamRequest request = HttpStreamMessages.request(
                head(true, ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/", "cookie", "c=1"),
                HttpStreamOptions.DEFAULT);
        HeaderList once = HttpStreamMessages.fields(request, "https");
        HeaderList again = HttpStreamMessages.fields(request, "https");
        assertThat(once).endsWith(HeaderField.of("cookie", "c=1"));
        assertThat(again.get(again.size() - 1)).isSameAs(once.get(once.size() - 1));
    }

    @Test
    void aPathThatNoTableMayHoldIsSentOnAsOne() {
        HeaderList fields = HeaderList.builder()
                .add(":method", "GET")
                .add(":scheme", "https")
                .add(":authority", "a")
                .addSensitive(":path", "/secret")
                .build();
        StreamRequest request = HttpStreamMessages.request(
                new Http2SessionEvent.Headers(new Http2StreamHandle(), HeadersCategory.REQUEST, fields, true),
                HttpStreamOptions.DEFAULT);
        assertThat(HttpStreamMessages.fields(request, "https"))
                .isEqualTo(fields)
                .filteredOn(field -> field.isSensitive())
                .hasSize(1);
    }

    /** Sends back what it is sent, as HTTP objects. */
    private static final class Echo implements StreamHandler {
        final List<String> told = new ArrayList<>();
        private boolean wrongTrailers;

        @Override
        public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {
            StreamRequest request = HttpStreamMessages.request(head, HttpStreamOptions.DEFAULT);
            told.add(HttpWords.of(request));
            wrongTrailers = request.uri().equals("/wrong");
            HttpResponse ok = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            if (request.uri().equals("/short")) {
                ok.headers().set("content-length", "2");
            } else if (request.uri().equals("/early")) {
                return;
            }
            connection.write(
                    Http2SessionWrite.responseHead(head.stream(), HttpStreamMessages.fields(ok, request.method())),
                    connection.voidPromise());
            flush(connection);
        }

        @Override
        public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
            write(connection, data.stream(), HttpStreamMessages.content(data));
        }

        @Override
        public void trailers(ChannelHandlerContext connection, Http2SessionEvent.Headers trailers) {
            LastHttpContent last = HttpStreamMessages.trailers(trailers);
            if (wrongTrailers) {
                ByteBuf content = Unpooled.copiedBuffer("x", CharsetUtil.US_ASCII);
                LastHttpContent wrong = new DefaultLastHttpContent(
                        content, DefaultHttpHeadersFactory.trailersFactory().withValidation(false));
                wrong.trailingHeaders().set("a", "b\u0000");
                assertThatThrownBy(() -> HttpStreamMessages.write(connection, trailers.stream(), wrong))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThat(content.refCnt()).isZero();
            }
            write(connection, trailers.stream(), last);
        }

        private static void write(ChannelHandlerContext connection, Http2StreamHandle stream, HttpContent content) {
            HttpStreamMessages.write(connection, stream, content);
            flush(connection);
        }

        private static void flush(ChannelHandlerContext connection) {
            ((Http2StreamsHandler) connection.handler()).flushSoon();
        }

        @Override
        public void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd end) {
            told.add(end.kind().toString());
        }
    }

    private static List<String> sent(GatedChannel channel, PeerView view) {
        channel.runPendingTasks();
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.writeBytes(out);
            out.release();
        }
        return view.readAndRelease(all);
    }

    private static GatedChannel server(StreamHandler handler) {
        return new GatedChannel(
                Http2SessionHandler.forServer().automaticConnectionWindow(true).build(),
                Http2StreamsHandler.builder().streamHandler(head -> handler).build());
    }

    private static void begin(GatedChannel channel, PeerView view, Frames peer, long... settings) {
        channel.writeInbound(peer.fork().preface().settings(settings).buf());
        channel.writeInbound(Frames.script().settingsAck().buf());
        sent(channel, view);
    }

    @Test
    void contentThatIsWrittenGivesItsCreditWhenItHasLeft() {
        Echo echo = new Echo();
        GatedChannel channel = server(echo);
        PeerView view = PeerView.ofServer();
        Frames peer = Frames.script();
        begin(channel, view, peer, 4, 0);
        int length = 200_000;
        Frames content = peer.fork().request(1, false, "/a");
        for (int left = length; left > 0; left -= 10_000) {
            content.data(1, new byte[10_000], false);
        }
        channel.writeInbound(content.buf());
        assertThat(sent(channel, view)).noneMatch(frame -> frame.startsWith("WINDOW_UPDATE 1"));
        channel.writeInbound(
                peer.fork().windowUpdate(0, length).windowUpdate(1, length).buf());
        assertThat(sent(channel, view)).anyMatch(frame -> frame.startsWith("WINDOW_UPDATE 1 +"));
        channel.writeInbound(peer.fork().headers(1, true, "b", "c").buf());
        assertThat(sent(channel, view)).containsExactly("HEADERS 1 END_STREAM [b: c]");
        assertThat(echo.told).last().isEqualTo("COMPLETE");
        channel.finishAndReleaseAll();
    }

    @Test
    void contentThatIsRefusedOrMoreThanTheHeadSaidResetsTheStream() {
        Echo echo = new Echo();
        GatedChannel channel = server(echo);
        PeerView view = PeerView.ofServer();
        Frames peer = Frames.script();
        begin(channel, view, peer);
        channel.writeInbound(peer.fork()
                .request(1, false, "/short")
                .data(1, "three", true)
                .request(3, false, "/b")
                .data(3, "three", true)
                .request(5, false, "/early")
                .data(5, "three", true)
                .buf());
        assertThat(sent(channel, view))
                .contains("HEADERS 1 [:status: 200, content-length: 2]", "RST_STREAM 1 INTERNAL_ERROR")
                .contains("RST_STREAM 5 INTERNAL_ERROR")
                .contains("DATA 3 END_STREAM three")
                .noneMatch(frame -> frame.startsWith("DATA 1 END"));
        assertThat(echo.told).filteredOn("RESET"::equals).hasSize(2);
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void contentThatCannotLeaveAnyMoreIsNoException(boolean connection) {
        Echo echo = new Echo();
        GatedChannel channel = server(echo);
        try (CapturedLog log = new CapturedLog()) {
            PeerView view = PeerView.ofServer();
            Frames peer = Frames.script();
            begin(channel, view, peer, 4, 0);
            channel.writeInbound(peer.fork()
                    .request(1, false, "/a")
                    .data(1, "one", false)
                    .data(1, "two", true)
                    .buf());
            if (connection) {
                channel.failWrites(new IOException("connection reset by peer"));
                channel.writeInbound(peer.fork().windowUpdate(1, 4).buf());
            } else {
                channel.writeInbound(peer.fork().reset(1, ErrorCode.CANCEL).buf());
            }
            channel.runPendingTasks();
            channel.checkException();
            assertThat(echo.told).last().isEqualTo(connection ? "CONNECTION_ENDED" : "RESET_BY_PEER");
            assertThat(log.lines()).isEmpty();
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    @Test
    void whatIsFlushedInOneReadLeavesOnceAtItsEnd() {
        Echo echo = new Echo();
        GatedChannel channel = server(echo);
        PeerView view = PeerView.ofServer();
        Frames peer = Frames.script();
        begin(channel, view, peer);
        channel.writeInbound(peer.fork()
                .request(1, false, "/a")
                .data(1, "one", true)
                .request(3, false, "/wrong")
                .headers(3, true, "b", "c")
                .buf());
        assertThat(channel.outboundMessages()).hasSize(1);
        assertThat(sent(channel, view))
                .containsExactlyInAnyOrder(
                        "HEADERS 1 [:status: 200]",
                        "HEADERS 3 [:status: 200]",
                        "DATA 1 END_STREAM one",
                        "HEADERS 3 END_STREAM [b: c]");
        assertThat(echo.told).filteredOn("COMPLETE"::equals).hasSize(2);
        channel.finishAndReleaseAll();
    }

    @Test
    void responseHeadersThatCannotChangeAreConvertedOnceForEachStatus() {
        HttpHeaders constant = new ReadOnlyHttpHeaders(false, "Content-Length", "3", "server", "s");
        HeaderList fields = fields(constant, 200);

        assertThat(fields).isEqualTo(HeaderList.of(":status", "200", "content-length", "3", "server", "s"));
        assertThat(fields(constant, 200)).isSameAs(fields);
        assertThat(fields(constant, 404))
                .isEqualTo(HeaderList.of(":status", "404", "content-length", "3", "server", "s"));
        assertThat(fields(constant, 204)).isEqualTo(HeaderList.of(":status", "204", "server", "s"));
        assertThat(fields(constant, 200)).isEqualTo(fields);
        HttpResponse answer = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, constant);
        assertThat(HttpStreamMessages.fields(answer, HttpMethod.CONNECT))
                .isEqualTo(HeaderList.of(":status", "200", "server", "s"));
    }

    @Test
    void responseHeadersThatCanChangeAreConvertedEachTime() {
        HttpHeaders headers = new DefaultHttpHeaders().set("a", "1");

        assertThat(fields(headers, 200)).isEqualTo(HeaderList.of(":status", "200", "a", "1"));
        headers.set("a", "2");
        assertThat(fields(headers, 200)).isEqualTo(HeaderList.of(":status", "200", "a", "2"));
    }

    @Test
    void malformedResponseHeadersThatCannotChangeAreRefusedEachTime() {
        HttpHeaders malformed = new ReadOnlyHttpHeaders(false, "a b", "c");

        assertThatThrownBy(() -> fields(malformed, 200)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> fields(malformed, 200)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void responseHeadersThatAreLargeAreNotKept() {
        HttpHeaders large = new ReadOnlyHttpHeaders(false, "a", "b".repeat(1024));

        assertThat(fields(large, 200)).isEqualTo(fields(large, 200)).isNotSameAs(fields(large, 200));
    }

    private static HeaderList fields(HttpHeaders headers, int status) {
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), headers);
        return HttpStreamMessages.fields(response, HttpMethod.GET);
    }
}
