package io.h2session.netty.compat;

import static io.h2session.netty.compat.FrameConnection.request;
import static io.h2session.netty.compat.FrameConnection.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields that programs write in Netty's {@code Http2Headers}, whatever their class checks. */
class FrameFieldsTest {
    private static final String FIELDS = "HEADERS 3 END_STREAM [:status: 200, ";

    /** Headers that check nothing, for 200. */
    private static Http2Headers unchecked() {
        return new DefaultHttp2Headers(false).status("200");
    }

    private static List<String> sent(Http2Headers headers) {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            server.receive(server.say().request(3, true, "/"));
            ChannelFuture written = server.child(0).writeAndFlush(new DefaultHttp2HeadersFrame(headers, true));
            List<String> sent = server.sent(3);
            assertThat(written.isSuccess()).isTrue();
            return sent;
        }
    }

    private static void isRefused(Http2Headers headers) {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            server.receive(server.say().request(3, true, "/"));
            ChannelFuture written = server.child(0).writeAndFlush(new DefaultHttp2HeadersFrame(headers, true));
            assertThat(written.cause()).as("%s", headers).isInstanceOf(IllegalArgumentException.class);
            assertThat(server.sent(3)).isEmpty();

            // Nothing has happened: something better can be written.
            server.child(0).writeAndFlush(new DefaultHttp2HeadersFrame(response(500), true));
            assertThat(server.sent(3)).containsExactly("HEADERS 3 END_STREAM [:status: 500]");
        }
    }

    @Test
    void namesAreSentInLowerCaseAndValuesWithoutBlanksAroundThem() {
        assertThat(sent(unchecked().add("X-Name", " \t a b\t "))).containsExactly(FIELDS + "x-name: a b]");
        assertThat(sent(unchecked().add(AsciiString.of("X"), AsciiString.of(" "))))
                .containsExactly(FIELDS + "x: ]");
    }

    @Test
    void theBytesOfAValueAreSentAsTheyAre() {
        assertThat(sent(unchecked().add("x", "caf\u00e9"))).hasSize(1);
        isRefused(unchecked().add("x", "\u20ac"));
        isRefused(unchecked().add("x\u20ac", "1"));
    }

    @ParameterizedTest
    @EnumSource
    void headersThatCannotBeChangedAreSent(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, true, "/"));
            Http2Headers headers = ReadOnlyHttp2Headers.serverHeaders(
                    false, AsciiString.of("200"), AsciiString.of("x"), AsciiString.of("1"));
            server.child(0).writeAndFlush(new DefaultHttp2HeadersFrame(headers, true));
            assertThat(server.sent(3)).containsExactly(FIELDS + "x: 1]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\nb", "a\0b", "\u007f"})
    void aValueWithControlCharactersIsRefused(String value) {
        isRefused(unchecked().add("x", value));
        isRefused(unchecked().add("x", new AsciiString(value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a:b", "", "a\nb", ":unknown", ":path:"})
    void aNameThatIsNoneIsRefused(String name) {
        isRefused(unchecked().add(name, "1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection",
                "Keep-Alive",
                "proxy-connection",
                "transfer-encoding",
                "upgrade",
                "http2-settings",
                "te"
            })
    void whatIsAboutAConnectionOfHttp1IsRefused(String name) {
        isRefused(unchecked().add(name, "gzip"));
    }

    @Test
    void teMayNameTrailers() {
        assertThat(sent(unchecked().add("te", "Trailers"))).hasSize(1);
    }

    @Test
    void pseudoHeaderFieldsStandOnceAndFirst() {
        isRefused(new UnorderedHeaders("x", "1", ":status", "200"));
        isRefused(new UnorderedHeaders(":status", "200", ":status", "404"));
        isRefused(new UnorderedHeaders(":status", "200", "x", null));
    }

    @Test
    void whatTellsHandlersAboutTheStreamIsNotForThePeer() {
        assertThat(sent(unchecked()
                        .add("x-http2-stream-id", "7")
                        .add("x-http2-stream-weight", "16")
                        .add("X-HTTP2-Scheme", "https")
                        .add("x-http2-", "a name like others")
                        .add("x-httpd", "2")))
                .containsExactly(FIELDS + "x-http2-: a name like others, x-httpd: 2]");
    }

    @ParameterizedTest
    @EnumSource
    void aRequestIsSentWithItsFields(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack)) {
            Http2Headers headers = request("/a?b").add("accept", "text/html").add("x", "y");
            client.open().writeAndFlush(new DefaultHttp2HeadersFrame(headers, true));
            client.channel.runPendingTasks();
            assertThat(client.sent())
                    .hasSize(1)
                    .first()
                    .asString()
                    .endsWith("END_STREAM [:method: GET, :scheme: http, :authority: test, :path: /a?b, "
                            + "accept: text/html, x: y]");
        }
    }

    @Test
    void aResponseThatIsNoneIsRefused() {
        for (String status : new String[] {"20", "2000", "abc", "101"}) {
            try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
                server.receive(server.say().request(3, true, "/"));
                ChannelFuture written = server.child(0)
                        .writeAndFlush(
                                new DefaultHttp2HeadersFrame(new DefaultHttp2Headers(false).status(status), false));
                assertThat(server.sent(3)).as(status).isEmpty();
                assertThat(written.cause()).as(status).isNotNull();
            }
        }
    }

    @Test
    void anInformationalResponseAndTrailersThatDoNotEndTheStreamAreRefused() {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            server.receive(server.say().request(3, true, "/"));
            assertThat(server.child(0)
                            .writeAndFlush(new DefaultHttp2HeadersFrame(response(103), true))
                            .cause())
                    .isInstanceOf(IllegalArgumentException.class);
            server.child(0).writeAndFlush(new DefaultHttp2HeadersFrame(response(200)));
            assertThat(server.child(0)
                            .writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().add("sum", "1")))
                            .cause())
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(server.sent(3)).containsExactly("HEADERS 3 [:status: 200]");
        }
    }
}
