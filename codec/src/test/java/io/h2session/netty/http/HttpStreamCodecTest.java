package io.h2session.netty.http;

import static io.h2session.netty.http.StreamTalk.client;
import static io.h2session.netty.http.StreamTalk.server;
import static io.h2session.netty.http.StreamTalk.text;
import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream's events are as objects of HTTP/1.1, and such objects as writes of the stream. */
class HttpStreamCodecTest {
    private static final HttpHeadersFactory UNCHECKED =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    private static DefaultHttpResponse response(int status, String... fields) {
        DefaultHttpResponse response = new DefaultHttpResponse(HTTP_1_1, HttpResponseStatus.valueOf(status));
        for (int i = 0; i < fields.length; i += 2) {
            response.headers().add(fields[i], fields[i + 1]);
        }
        return response;
    }

    private static DefaultFullHttpResponse whole(int status, String content) {
        return new DefaultFullHttpResponse(HTTP_1_1, HttpResponseStatus.valueOf(status), text(content));
    }

    private static DefaultHttpRequest request(String method, String uri, String... fields) {
        DefaultHttpRequest request = new DefaultHttpRequest(HTTP_1_1, HttpMethod.valueOf(method), uri);
        for (int i = 0; i < fields.length; i += 2) {
            request.headers().add(fields[i], fields[i + 1]);
        }
        return request;
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    @Test
    void aRequestWithoutContentIsWholeAndHoldsNoBuffer() {
        try (StreamTalk talk = server()) {
            talk.request(true, "GET", "accept", "*/*");

            FullHttpRequest request = talk.read(FullHttpRequest.class);
            assertThat(HttpWords.of(request)).isEqualTo("whole GET /where host=a.example accept=*/*");
            assertThat(request.protocolVersion()).isEqualTo(HTTP_1_1);
            assertThat(request.content()).isSameAs(Unpooled.EMPTY_BUFFER);
            assertThat(((StreamRequest) request).scheme()).isEqualTo("https");
            assertThat(talk.codec.scheme()).isEqualTo("https");
            assertThat(talk.codec.protocol()).isNull();
        }
    }

    @Test
    void contentAndTrailersAreStreamed() {
        try (StreamTalk talk = server()) {
            talk.request(false, "POST").data("one", false).data("", false).data("two", false);
            talk.headers(true, "grpc-status", "0");

            assertThat(talk.heard())
                    .containsExactly(
                            "POST /where host=a.example transfer-encoding=chunked",
                            "'one'",
                            "'two'",
                            "'' last grpc-status=0");
        }
    }

    @Test
    void theLastContentMayHaveBytesOrNone() {
        try (StreamTalk one = server();
                StreamTalk other = server()) {
            assertThat(one.request(false, "POST", "content-length", "3")
                            .data("abc", true)
                            .heard())
                    .containsExactly("POST /where host=a.example content-length=3", "'abc' last");
            assertThat(other.request(false, "POST", "content-length", "3")
                            .data("abc", false)
                            .data("", true)
                            .heard())
                    .containsExactly("POST /where host=a.example content-length=3", "'abc'", "'' last");
        }
    }

    @Test
    void cookiesAreJoinedIntoOneFieldAndSetCookieIsNot() {
        try (StreamTalk talk = server();
                StreamTalk client = client()) {
            talk.request(true, "GET", "cookie", "a=1", "x", "y", "cookie", "b=2", "cookie", "c=3; d=4");
            assertThat(talk.heard()).containsExactly("whole GET /where host=a.example cookie=a=1; b=2; c=3; d=4 x=y");
            client.headers(true, ":status", "200", "set-cookie", "a=1", "set-cookie", "b=2");
            assertThat(client.heard()).containsExactly("whole 200 set-cookie=a=1 set-cookie=b=2 content-length=0");
        }
    }

    @Test
    void aHostBesideAnAuthorityIsNotRepeated() {
        try (StreamTalk both = server();
                StreamTalk alone = server()) {
            assertThat(both.request(true, "GET", "host", "A.example:443").heard())
                    .containsExactly("whole GET /where host=a.example");
            assertThat(alone.headers(true, ":method", "GET", ":scheme", "https", ":path", "/", "host", "b.example")
                            .heard())
                    .containsExactly("whole GET / host=b.example");
        }
    }

    @Test
    void namesThatTellOfTheStreamAreNotThePeersToGive() {
        try (StreamTalk talk = server();
                StreamTalk asked = server(HttpStreamOptions.DEFAULT.withExtensionFields(true))) {
            String[] spoofed = {"x-http2-stream-id", "7", "x-http2-scheme", "evil", "x-http2-stream-weight", "3"};
            assertThat(talk.request(true, "GET", spoofed).heard()).containsExactly("whole GET /where host=a.example");
            assertThat(asked.request(true, "GET", spoofed).heard())
                    .containsExactly("whole GET /where host=a.example x-http2-stream-id=0 x-http2-scheme=https");
        }
    }

    @Test
    void theVersionIsThatOfTheOptions() {
        try (StreamTalk talk = server(HttpStreamOptions.DEFAULT.withHttp2Version(true))) {
            assertThat(talk.request(true, "GET").read(HttpRequest.class).protocolVersion())
                    .hasToString("HTTP/2.0");
        }
    }

    @ParameterizedTest
    @CsvSource({
        // method, status, END_STREAM, content-length, what the head says of its length
        "GET,200,false,,transfer-encoding=chunked",
        "GET,200,false,5,content-length=5",
        "GET,200,true,,content-length=0",
        "GET,404,false,,transfer-encoding=chunked",
        "GET,204,true,,",
        "GET,204,false,,",
        "GET,205,true,,content-length=0",
        "GET,304,true,,",
        "GET,304,true,17,content-length=17",
        "GET,304,false,,",
        "HEAD,200,true,,",
        "HEAD,200,true,17,content-length=17",
        "HEAD,200,false,,",
        "CONNECT,200,false,,",
        "CONNECT,200,false,5,",
        "CONNECT,403,false,,transfer-encoding=chunked",
        "CONNECT,403,true,,content-length=0",
    })
    void aResponseSaysHowLongItIsWhereHttp1HasToBeTold(
            String method, int status, boolean ends, String length, String said) {
        try (StreamTalk talk = client()) {
            talk.channel.writeOutbound(request(method, method.equals("CONNECT") ? "a:443" : "/", "host", "a"));
            String[] fields = length == null
                    ? new String[] {":status", "" + status}
                    : new String[] {":status", "" + status, "content-length", length};
            talk.headers(ends, fields);

            HttpResponse response = talk.read(HttpResponse.class);
            assertThat(HttpWords.of(response).replace("whole ", ""))
                    .isEqualTo(status + (said == null ? "" : " " + said));
        }
    }

    @Test
    void withoutFramingForHttp1NothingIsAdded() {
        try (StreamTalk talk = server(HttpStreamOptions.DEFAULT.withHttp1Framing(false));
                StreamTalk client = client(HttpStreamOptions.DEFAULT.withHttp1Framing(false))) {
            assertThat(talk.request(false, "POST").heard()).containsExactly("POST /where host=a.example");
            assertThat(client.headers(true, ":status", "200").heard()).containsExactly("whole 200");
        }
    }

    @Test
    void informationalResponsesComeWholeAsOftenAsTheyAreSent() {
        try (StreamTalk talk = client()) {
            talk.headers(false, ":status", "100").headers(false, ":status", "103", "link", "</a>");
            talk.headers(false, ":status", "111")
                    .headers(false, ":status", "200")
                    .data("x", true);

            assertThat(talk.heard())
                    .containsExactly(
                            "whole 100",
                            "whole 103 link=</a>",
                            "whole 111",
                            "200 transfer-encoding=chunked",
                            "'x' last");
        }
    }

    @Test
    void trailersComeWithoutWhatMustNotStandThere() {
        try (StreamTalk talk = server()) {
            talk.request(false, "POST").data("abc", false);
            talk.headers(
                    true,
                    "content-length",
                    "9",
                    "host",
                    "evil",
                    "transfer-encoding",
                    "chunked",
                    "te",
                    "trailers",
                    "content-type",
                    "a/b",
                    "authorization",
                    "me",
                    "x-http2-scheme",
                    "x",
                    "digest",
                    "x");

            assertThat(talk.heard())
                    .containsExactly(
                            "POST /where host=a.example transfer-encoding=chunked", "'abc'", "'' last digest=x");
        }
    }

    @Test
    void aConnectHasTheAuthorityAsItsTarget() {
        try (StreamTalk talk = server()) {
            talk.headers(false, ":method", "CONNECT", ":authority", "b.example:443");

            assertThat(talk.heard()).containsExactly("CONNECT b.example:443 host=b.example:443");
            assertThat(talk.codec.scheme()).isNull();
        }
    }

    @Test
    void anExtendedConnectTellsItsProtocol() {
        try (StreamTalk talk = server()) {
            talk.request(false, "CONNECT", "sec-websocket-version", "13");
            assertThat(talk.said()).as("it lacks a :protocol").containsExactly("reset 1");
        }
        try (StreamTalk talk = server()) {
            talk.headers(
                    false,
                    ":method",
                    "CONNECT",
                    ":protocol",
                    "websocket",
                    ":scheme",
                    "https",
                    ":authority",
                    "a",
                    ":path",
                    "/chat");

            StreamRequest request = talk.read(StreamRequest.class);
            assertThat(HttpWords.of(request)).isEqualTo("CONNECT /chat host=a");
            assertThat(request.protocol()).isEqualTo("websocket");
            assertThat(talk.codec.protocol()).isEqualTo("websocket");
        }
    }

    @Test
    void whatFollowsAConnectWaitsUntilItIsAccepted() {
        try (StreamTalk talk = server()) {
            talk.headers(false, ":method", "CONNECT", ":authority", "b:443").data("GET /admin", false);
            assertThat(talk.heard()).containsExactly("CONNECT b:443 host=b:443");

            talk.channel.writeOutbound(response(200));
            talk.data("more", true);

            assertThat(talk.heard()).containsExactly("'GET /admin'", "'more' last");
        }
    }

    @Test
    void whatFollowsAConnectThatIsRefusedIsDropped() {
        try (StreamTalk talk = server()) {
            talk.headers(false, ":method", "CONNECT", ":authority", "b:443").data("GET /admin", false);
            talk.channel.writeOutbound(whole(403, "no"));
            talk.data("more", false).data("", true);

            assertThat(talk.heard()).containsExactly("CONNECT b:443 host=b:443", "'' last");
        }
    }

    // What a session that judges messages would refuse; one that does not must not let it pass either.
    @ParameterizedTest
    @ValueSource(
            strings = {
                ":method=GET :scheme=https :authority=a",
                ":scheme=https :authority=a :path=/",
                ":method=GET :authority=a :path=/",
                ":method=GET :scheme=https :authority=a :path=",
                ":method=GET :scheme=https :authority=a :path=where",
                ":method=GET :scheme=https :authority=a :path=/x HTTP/1.1",
                ":method=GET :scheme=https :authority=a :path=/\r\nx:y",
                ":method=G T :scheme=https :authority=a :path=/",
                ":method=GET :method=GET :scheme=https :authority=a :path=/",
                ":method=GET :scheme=https :authority=a\r\nb :path=/",
                ":method=GET :scheme=https :authority=a :path=/ x=a\r\nb:c",
                ":method=GET :scheme=https :authority=a :path=/ x\ty=b",
                ":method=GET :scheme=https :authority=a :path=/ x :status=200",
                ":method=GET :scheme=https :authority=a :path=/ :unknown=1",
                ":method=GET :scheme=https :authority=a :path=/ content-length=1 content-length=2",
                ":method=GET :scheme=https :authority=a :path=/ content-length=+1",
                ":method=GET :scheme=https :authority=a :path=/ content-length=",
                ":method=GET :scheme=https :authority=a :path=/ content-length=99999999999999999999",
                ":method=CONNECT :authority=a:1 :path=/",
                ":method=CONNECT :authority=",
                ":status=200",
            })
    void aHeadThatCouldBeTakenForSomethingElseResetsTheStream(String fields) {
        HeaderList.Builder list = HeaderList.builder();
        for (String field : fields.split(" (?=[:a-z])", -1)) {
            int equals = field.indexOf('=');
            list.add(equals < 0 ? field : field.substring(0, equals), equals < 0 ? "" : field.substring(equals + 1));
        }
        try (StreamTalk talk = server()) {
            talk.headers(false, list.build()).data("lost", true);

            assertThat(talk.heard()).isEmpty();
            assertThat(talk.said()).containsExactly("reset 1");
        }
    }

    @Test
    void aBodyThatIsNotAsLongAsItsLengthResetsTheStream() {
        for (String body : new String[] {"ab", "abcd"}) {
            try (StreamTalk talk = server()) {
                talk.request(false, "POST", "content-length", "3")
                        .data(body, true)
                        .data("x", true);

                assertThat(talk.heard()).containsExactly("POST /where host=a.example content-length=3");
                assertThat(talk.said()).containsExactly("reset 1");
            }
        }
        try (StreamTalk talk = server()) {
            talk.request(false, "POST", "content-length", "3").data("ab", false).headers(true, "x", "y");
            assertThat(talk.said()).containsExactly("reset 1");
        }
        try (StreamTalk talk = server()) {
            assertThat(talk.request(true, "POST", "content-length", "3").said()).containsExactly("reset 1");
        }
    }

    @Test
    void contentWhereThereCanBeNoneResetsTheStream() {
        try (StreamTalk talk = client()) {
            talk.channel.writeOutbound(request("HEAD", "/", "host", "a"));
            talk.said();
            talk.headers(false, ":status", "200").data("x", false);

            assertThat(talk.heard()).containsExactly("200");
            assertThat(talk.said()).containsExactly("reset 1");
        }
        try (StreamTalk talk = client()) {
            assertThat(talk.headers(false, ":status", "101").said()).containsExactly("reset 1");
        }
    }

    @Test
    void withoutAutoReadAnEventThatTellsNothingIsFollowedByAnother() {
        int[] reads = new int[1];
        try (StreamTalk talk = server()) {
            talk.channel.pipeline().addFirst(new io.netty.channel.ChannelOutboundHandlerAdapter() {
                @Override
                public void read(io.netty.channel.ChannelHandlerContext context) {
                    reads[0]++;
                }
            });
            talk.channel.config().setAutoRead(false);
            talk.request(false, "POST");
            reads[0] = 0;
            talk.data("", false);
            assertThat(reads[0]).isEqualTo(1);
            talk.data("x", false);
            assertThat(reads[0]).isEqualTo(1);
        }
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    private static StreamTalk asked(String method) {
        StreamTalk talk = server().request(true, method);
        talk.heard();
        return talk;
    }

    @Test
    void aWholeResponseIsOneWrite() {
        try (StreamTalk empty = asked("GET");
                StreamTalk full = asked("GET")) {
            empty.channel.writeOutbound(whole(200, ""));
            full.channel.writeOutbound(whole(200, "abc"));

            assertThat(empty.said()).containsExactly("[:status: 200] END");
            assertThat(full.said()).containsExactly("[:status: 200] + 3 END");
        }
    }

    @Test
    void aWholeResponseMayHaveTrailers() {
        try (StreamTalk talk = asked("GET")) {
            DefaultFullHttpResponse response = whole(200, "abc");
            response.trailingHeaders().add("grpc-status", "0");
            ChannelFuture sent = talk.channel.writeOneOutbound(response);
            talk.channel.flush();

            assertThat(talk.said()).containsExactly("[:status: 200]", "'abc'", "trailers [grpc-status: 0]");
            assertThat(sent.isSuccess()).isTrue();
        }
    }

    @Test
    void aHeadWaitsForWhatFollowsOrAFlush() {
        try (StreamTalk together = asked("GET");
                StreamTalk apart = asked("GET")) {
            ChannelFuture head = together.channel.writeOneOutbound(response(200, "grpc-status", "5"));
            ChannelFuture last = together.channel.writeOneOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
            together.channel.flush();
            assertThat(together.said()).containsExactly("[:status: 200, grpc-status: 5] END");
            assertThat(head.isSuccess()).isTrue();
            assertThat(last.isSuccess()).isTrue();

            apart.channel.writeOneOutbound(response(200));
            assertThat(apart.said()).isEmpty();
            apart.channel.flush();
            assertThat(apart.said()).containsExactly("[:status: 200]");
            apart.channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
            assertThat(apart.said()).containsExactly("'' END");
        }
    }

    @Test
    void contentIsStreamed() {
        try (StreamTalk talk = asked("GET")) {
            talk.channel.writeOutbound(
                    response(200),
                    new DefaultHttpContent(text("one")),
                    new DefaultHttpContent(text("two")),
                    new DefaultLastHttpContent(text("three")));

            assertThat(talk.said()).containsExactly("[:status: 200]", "'one'", "'two'", "'three' END");
        }
    }

    @Test
    void trailersNeedNoAnnouncementAndLackWhatMustNotStandThere() {
        try (StreamTalk talk = asked("GET")) {
            DefaultLastHttpContent last = new DefaultLastHttpContent(text("x"), UNCHECKED.newHeaders());
            last.trailingHeaders()
                    .add("Digest", "a")
                    .add("Content-Length", "1")
                    .add("Host", "x")
                    .add("TE", "trailers");
            last.trailingHeaders()
                    .add("Content-Type", "a/b")
                    .add("Connection", "close")
                    .add("Set-Cookie", "a=b");
            talk.channel.writeOutbound(response(200), last);

            assertThat(talk.said()).containsExactly("[:status: 200]", "'x'", "trailers [digest: a]");
        }
    }

    @ParameterizedTest
    @CsvSource({"HEAD,200", "GET,204", "GET,205", "GET,304", "HEAD,404"})
    void aResponseWithoutContentEndsWithItsHeadWhateverIsWritten(String method, int status) {
        try (StreamTalk whole = asked(method);
                StreamTalk streamed = asked(method)) {
            whole.channel.writeOutbound(whole(status, "dropped"));
            assertThat(whole.said()).containsExactly("[:status: " + status + "] END");

            ChannelFuture head = streamed.channel.writeOneOutbound(response(status));
            ChannelFuture content = streamed.channel.writeOneOutbound(new DefaultHttpContent(text("dropped")));
            ChannelFuture buffer = streamed.channel.writeOneOutbound(text("dropped"));
            ChannelFuture last = streamed.channel.writeOneOutbound(new DefaultLastHttpContent(text("dropped")));
            assertThat(last.isDone()).isFalse();
            streamed.channel.flush();
            assertThat(streamed.said()).containsExactly("[:status: " + status + "] END");
            assertThat(head.isSuccess() && content.isSuccess() && buffer.isSuccess() && last.isSuccess())
                    .isTrue();
        }
    }

    @Test
    void informationalResponsesAreSentWholeOrNotBeforeTheFinalOne() {
        try (StreamTalk talk = asked("GET")) {
            talk.channel.writeOutbound(
                    whole(100, ""), response(103, "link", "</a>"), LastHttpContent.EMPTY_LAST_CONTENT);
            talk.channel.writeOutbound(response(110), whole(111, ""), whole(200, "x"));

            assertThat(talk.said())
                    .containsExactly(
                            "informational [:status: 100]",
                            "informational [:status: 103, link: </a>]",
                            "informational [:status: 110]",
                            "informational [:status: 111]",
                            "[:status: 200] + 1 END");
        }
    }

    @ParameterizedTest
    @CsvSource({"GET,100", "GET,204", "CONNECT,200"})
    void aResponseThatCanHaveNoLengthSaysNone(String method, int status) {
        try (StreamTalk talk = server()) {
            if (method.equals("CONNECT")) {
                talk.headers(false, ":method", "CONNECT", ":authority", "a:443");
            } else {
                talk.request(true, method);
            }
            talk.heard();
            talk.channel.writeOutbound(response(status, "content-length", "0"));
            assertThat(talk.said()).singleElement().asString().contains("[:status: " + status + "]");
        }
    }

    @Test
    void switchingProtocolsAndLateInformationalResponsesAreRefused() {
        try (StreamTalk talk = asked("GET")) {
            assertThat(talk.channel.writeOneOutbound(response(101)).cause())
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(talk.channel.writeOneOutbound(whole(103, "content")).cause())
                    .isInstanceOf(IllegalArgumentException.class);
            talk.channel.writeOutbound(response(200));
            assertThat(talk.channel.writeOneOutbound(whole(103, "")).cause()).isInstanceOf(IllegalStateException.class);
            assertThat(talk.said()).containsExactly("[:status: 200]");
        }
    }

    @Test
    void whatIsOutOfOrderIsReleasedAndFails() {
        try (StreamTalk talk = server()) {
            assertThat(talk.channel.writeOneOutbound(whole(200, "x")).cause())
                    .as("no request")
                    .isInstanceOf(IllegalStateException.class);
        }
        try (StreamTalk talk = asked("GET")) {
            ByteBuf early = text("early");
            assertThat(talk.channel
                            .writeOneOutbound(new DefaultHttpContent(early))
                            .cause())
                    .isInstanceOf(IllegalStateException.class);
            assertThat(early.refCnt()).isZero();
            ByteBuf foreign = text("foreign");
            DefaultFullHttpRequest request = new DefaultFullHttpRequest(HTTP_1_1, HttpMethod.GET, "/", foreign);
            assertThat(talk.channel.writeOneOutbound(request).cause())
                    .isInstanceOf(UnsupportedMessageTypeException.class);
            assertThat(foreign.refCnt()).isZero();
            talk.channel.writeOutbound(response(200), new DefaultHttpContent(text("x")));
            assertThat(talk.channel.writeOneOutbound(response(200)).cause()).isInstanceOf(IllegalStateException.class);
            talk.channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
            ByteBuf late = text("late");
            assertThat(talk.channel
                            .writeOneOutbound(new DefaultHttpContent(late))
                            .cause())
                    .isInstanceOf(ClosedChannelException.class);
            assertThat(late.refCnt()).isZero();
            assertThat(talk.said()).containsExactly("[:status: 200]", "'x'", "'' END");
        }
    }

    @Test
    void aRefusalWithoutAListenerIsAnException() {
        try (StreamTalk talk = asked("GET")) {
            talk.channel.write(response(101), talk.channel.voidPromise());

            org.assertj.core.api.Assertions.assertThatThrownBy(talk.channel::checkException)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aHeadThatWaitsFailsWhenTheStreamIsClosed() {
        try (StreamTalk talk = asked("GET")) {
            ChannelFuture head = talk.channel.writeOneOutbound(response(200));
            talk.channel.close();

            assertThat(head.cause()).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void aMalformedFieldFailsAndSomethingBetterCanBeWritten() {
        try (StreamTalk talk = asked("GET")) {
            DefaultHttpResponse bad = new DefaultHttpResponse(HTTP_1_1, HttpResponseStatus.OK, UNCHECKED);
            bad.headers().add("x", "a\r\nset-cookie: b");
            assertThat(talk.channel.writeOneOutbound(bad).cause()).isInstanceOf(IllegalArgumentException.class);
            talk.channel.writeOutbound(whole(500, ""));

            assertThat(talk.said()).containsExactly("[:status: 500] END");
        }
    }

    @Test
    void whatIsAboutAConnectionOfHttp1IsLeftOut() {
        try (StreamTalk talk = client()) {
            HttpRequest request = request(
                    "GET",
                    "/",
                    "Host",
                    "a",
                    "Connection",
                    "close, X-Hop",
                    "connection",
                    "te,X-Other",
                    "X-Hop",
                    "1",
                    "x-other",
                    "2",
                    "Keep-Alive",
                    "3",
                    "Proxy-Connection",
                    "4",
                    "Transfer-Encoding",
                    "chunked",
                    "Upgrade",
                    "h2c",
                    "HTTP2-Settings",
                    "",
                    "x-http2-stream-id",
                    "3",
                    "X-Http2-Scheme",
                    "ftp",
                    "x-http2-path",
                    "/x",
                    "x-http2-stream-weight",
                    "4",
                    "x-http2-stream-dependency-id",
                    "5",
                    "x-http2-stream-promise-id",
                    "6",
                    "TE",
                    "gzip, trailers;q=1",
                    "Accept",
                    "*/*",
                    "X",
                    "");
            int fields = request.headers().size();
            talk.channel.writeOutbound(request, LastHttpContent.EMPTY_LAST_CONTENT);

            assertThat(talk.said())
                    .containsExactly(
                            "[:method: GET, :scheme: http, :authority: a, :path: /, te: trailers, accept: */*, x: ] END");
            assertThat(request.headers()).as("the request is not changed").hasSize(fields);
        }
    }

    @Test
    void blanksAroundAValueAreNoPartOfIt() {
        try (StreamTalk talk = client()) {
            HttpRequest request = new DefaultHttpRequest(HTTP_1_1, HttpMethod.GET, "/", UNCHECKED);
            request.headers()
                    .add("Host", " a ")
                    .add("Accept", "  */*\t")
                    .add("X", " ")
                    .add("TE", "\ttrailers");
            talk.channel.writeOutbound(request);

            assertThat(talk.said())
                    .containsExactly(
                            "[:method: GET, :scheme: http, :authority: a, :path: /, accept: */*, x: , te: trailers]");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=1; b=2; c=3 | cookie: a=1, cookie: b=2, cookie: c=3",
                "a=1          | cookie: a=1",
                "a=1;b=2      | cookie: a=1;b=2",
                "a=1; b=2;    | cookie: a=1; b=2;",
                "a=1; b=2;c=3 | cookie: a=1; b=2;c=3",
            })
    void cookiesAreFieldsOfTheirOwn(String value, String fields) {
        try (StreamTalk talk = client()) {
            talk.channel.writeOutbound(
                    request("GET", "/", "Host", "a", "Cookie", value), LastHttpContent.EMPTY_LAST_CONTENT);
            assertThat(talk.said())
                    .containsExactly("[:method: GET, :scheme: http, :authority: a, :path: /, " + fields + "] END");
        }
    }

    @Test
    void theSchemeIsThatOfTheOptionsOrTheTarget() {
        try (StreamTalk talk = client(HttpStreamOptions.DEFAULT.withScheme("https"));
                StreamTalk absolute = client(HttpStreamOptions.DEFAULT.withScheme("https"))) {
            talk.channel.writeOutbound(request("GET", "/", "Host", "a"));
            absolute.channel.writeOutbound(request("GET", "http://b/", "Host", "a"));
            assertThat(talk.said()).containsExactly("[:method: GET, :scheme: https, :authority: a, :path: /]");
            assertThat(absolute.said()).containsExactly("[:method: GET, :scheme: http, :authority: b, :path: /]");
        }
    }

    @Test
    void twoHostsAreRefusedUnlessTheyAreOne() {
        try (StreamTalk talk = client()) {
            assertThat(talk.channel
                            .writeOneOutbound(request("GET", "/", "Host", "a", "Host", "b"))
                            .cause())
                    .isInstanceOf(IllegalArgumentException.class);
            talk.channel.writeOutbound(request("GET", "/", "Host", "a", "Host", "A"));
            assertThat(talk.said()).containsExactly("[:method: GET, :scheme: http, :authority: a, :path: /]");
        }
    }

    @Test
    void anExtendedConnectIsWrittenFromItsTypedField() {
        try (StreamTalk talk = client()) {
            talk.channel.writeOutbound(StreamRequest.connect("websocket", null, "a.example", "/chat"));
            assertThat(talk.said())
                    .containsExactly(
                            "[:method: CONNECT, :scheme: http, :authority: a.example, :path: /chat, :protocol: websocket]");
        }
    }

    @Test
    void fieldsThatWereReceivedAreSentOnAsTheyAre() {
        HeaderField secret = HeaderField.sensitive("authorization", "me");
        try (StreamTalk from = server();
                StreamTalk to = client()) {
            from.headers(
                    true,
                    HeaderList.of(
                            HeaderField.of(":method", "GET"),
                            HeaderField.of(":scheme", "https"),
                            HeaderField.of(":authority", "a"),
                            HeaderField.of(":path", "/"),
                            secret));
            to.channel.write(from.read(FullHttpRequest.class));
            to.channel.flush();
            io.h2session.netty.Http2SessionWrite.Head head = to.channel.readOutbound();
            assertThat(head.headers().get(4)).isSameAs(secret);
        }
    }
}
