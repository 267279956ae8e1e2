package io.h2session.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** WebSocket on streams (RFC 8441): our client and our server. */
class WebSocketTest {
    /** Remembers frames in words, and sends each that has content back if told to. */
    @ChannelHandler.Sharable
    private static final class Frames extends ChannelInboundHandlerAdapter {
        final List<String> words = new ArrayList<>();
        final List<Throwable> exceptions = new ArrayList<>();
        WebSocketOpened opened;
        private final boolean echo;

        Frames(boolean echo) {
            this.echo = echo;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            words.add(words(message));
            if (echo && message instanceof WebSocketFrame && !(message instanceof CloseWebSocketFrame)) {
                context.writeAndFlush(message);
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        private static String words(Object message) {
            if (message instanceof CloseWebSocketFrame close) {
                return "Close " + close.statusCode() + " " + close.reasonText();
            } else if (message instanceof TextWebSocketFrame text) {
                return "Text " + text.text() + (text.isFinalFragment() ? "" : "...");
            } else if (message instanceof WebSocketFrame frame) {
                return frame.getClass().getSimpleName().replace("WebSocketFrame", "") + " "
                        + ByteBufUtil.hexDump(frame.content())
                        + (frame.isFinalFragment() ? "" : "...");
            }
            return HttpWords.of(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof WebSocketOpened told) {
                opened = told;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            exceptions.add(cause);
        }
    }

    private final Frames atClient = new Frames(false);
    private final Frames atServer = new Frames(true);

    private HttpPair pair(WebSocketOptions options, boolean announced) {
        return new HttpPair(
                builder -> builder,
                builder -> builder.enableConnectProtocol(announced),
                () -> List.of(new WebSocketServerHandler(options, path -> path.startsWith("/chat")), atServer));
    }

    private StreamChannel open(HttpPair pair, WebSocketOptions options, String path) {
        StreamChannel stream = pair.open(new WebSocketClientHandler(options, null, "a.example", path, null), atClient);
        pair.exchange();
        return stream;
    }

    @Test
    void framesOfAllKindsGoBothWaysWithAndWithoutDeflate() {
        for (boolean deflate : new boolean[] {false, true}) {
            WebSocketOptions options = WebSocketOptions.DEFAULT.withDeflate(deflate);
            atClient.words.clear();
            try (HttpPair pair = pair(options, true)) {
                StreamChannel stream = open(pair, options, "/chat?room=1");
                assertThat(atClient.opened).isEqualTo(new WebSocketOpened("/chat?room=1", null, deflate));
                assertThat(atServer.opened).isEqualTo(atClient.opened);

                stream.write(new TextWebSocketFrame("gr\u00fc\u00dfe"));
                stream.write(new BinaryWebSocketFrame(StreamTalk.text("\1\2\3")));
                stream.write(new TextWebSocketFrame(false, 0, "first"));
                stream.write(new PingWebSocketFrame(StreamTalk.text("p")));
                stream.write(new ContinuationWebSocketFrame(true, 0, "second"));
                stream.writeAndFlush(new TextWebSocketFrame("x".repeat(30_000)));
                pair.exchange();

                assertThat(atClient.words)
                        .startsWith("Text gr\u00fc\u00dfe", "Binary 010203", "Text first...")
                        .contains("Pong 70", "Continuation 7365636f6e64", "Text " + "x".repeat(30_000))
                        .hasSize(6);
                assertThat(atClient.exceptions).isEmpty();
            }
        }
    }

    @Test
    void deflateSavesBytes() {
        try (HttpPair pair = pair(WebSocketOptions.DEFAULT, true)) {
            StreamChannel stream = open(pair, WebSocketOptions.DEFAULT, "/chat");
            long before = pair.fromServer;
            stream.writeAndFlush(new TextWebSocketFrame("x".repeat(30_000)));
            pair.exchange();

            assertThat(atClient.words).containsExactly("Text " + "x".repeat(30_000));
            assertThat(pair.fromServer - before).isLessThan(1000);
        }
    }

    @Test
    void theFirstSubprotocolOfTheServersThatIsOfferedIsChosen() {
        try (HttpPair pair = pair(WebSocketOptions.DEFAULT.withSubprotocols("best", "good"), true)) {
            open(pair, WebSocketOptions.DEFAULT.withSubprotocols("other", "good", "best"), "/chat");
            assertThat(atClient.opened.subprotocol()).isEqualTo("best");
            open(pair, WebSocketOptions.DEFAULT.withSubprotocols("other"), "/chat");
            assertThat(atClient.opened.subprotocol()).isNull();
        }
    }

    @Test
    void aCloseIsAnsweredAndThenTheStreamEnds() {
        try (HttpPair pair = pair(WebSocketOptions.DEFAULT, true)) {
            StreamChannel stream = open(pair, WebSocketOptions.DEFAULT, "/chat");
            stream.writeAndFlush(new CloseWebSocketFrame(1000, "bye"));
            assertThat(stream.writeAndFlush(new TextWebSocketFrame("late")).isSuccess())
                    .isFalse();
            pair.exchange();

            assertThat(atServer.words).containsExactly("Close 1000 bye");
            assertThat(atClient.words).containsExactly("Close 1000 ");
            assertThat(stream.end()).isEqualTo(new StreamEnd(StreamEnd.Kind.COMPLETE, 0, false));
            assertThat(pair.accepted.get(0).end().kind()).isEqualTo(StreamEnd.Kind.COMPLETE);
        }
    }

    @Test
    void aServerMayCloseToo() {
        try (HttpPair pair = pair(WebSocketOptions.DEFAULT, true)) {
            StreamChannel stream = open(pair, WebSocketOptions.DEFAULT, "/chat");
            pair.accepted.get(0).writeAndFlush(new CloseWebSocketFrame(1001, "away"));
            pair.exchange();

            assertThat(atClient.words).containsExactly("Close 1001 away");
            assertThat(stream.end().kind()).isEqualTo(StreamEnd.Kind.COMPLETE);
        }
    }

    @Test
    void closingTheChannelResetsTheStreamAsTcpWould() {
        try (HttpPair pair = pair(WebSocketOptions.DEFAULT, true)) {
            StreamChannel stream = open(pair, WebSocketOptions.DEFAULT, "/chat");
            stream.close();
            pair.exchange();
            assertThat(pair.accepted.get(0).end()).isEqualTo(new StreamEnd(StreamEnd.Kind.RESET_BY_PEER, 8, false));
        }
    }

    @Test
    void whatTheServerDoesNotTakeIsItsHandlersToAnswer() {
        try (HttpPair pair = pair(WebSocketOptions.DEFAULT, true)) {
            StreamChannel stream = open(pair, WebSocketOptions.DEFAULT, "/other");
            assertThat(atServer.words).singleElement().asString().startsWith("CONNECT /other host=a.example");
            assertThat(atClient.opened).isNull();
            assertThat(stream.isOpen()).isTrue();
        }
    }

    @Test
    void aRefusalIsToldAndClosesTheStream() {
        WebSocketOptions tooOld = WebSocketOptions.DEFAULT;
        try (HttpPair pair = pair(WebSocketOptions.DEFAULT, true)) {
            WebSocketClientHandler handler = new WebSocketClientHandler(tooOld, null, "a", "/chat", null);
            StreamChannel stream = pair.open(
                    new io.netty.channel.ChannelOutboundHandlerAdapter() {
                        @Override
                        public void write(
                                ChannelHandlerContext context,
                                Object message,
                                io.netty.channel.ChannelPromise promise) {
                            if (message instanceof StreamRequest request) {
                                request.headers().set("sec-websocket-version", "8");
                            }
                            context.write(message, promise);
                        }
                    },
                    handler,
                    atClient);
            pair.exchange();

            assertThat(atClient.exceptions).singleElement().isInstanceOf(WebSocketHandshakeException.class);
            assertThat(stream.isOpen()).isFalse();
        }
    }

    @Test
    void withoutTheServersSettingNothingIsSent() {
        try (HttpPair pair = pair(WebSocketOptions.DEFAULT, false)) {
            StreamChannel stream = open(pair, WebSocketOptions.DEFAULT, "/chat");

            assertThat(atClient.exceptions).hasSize(1);
            assertThat(stream.isOpen()).isFalse();
            assertThat(pair.accepted).isEmpty();
        }
    }

    @Test
    void aFrameThatIsTooLongClosesTheWebSocket() {
        WebSocketOptions small = WebSocketOptions.DEFAULT.withDeflate(false).withMaxFrameBytes(100);
        try (HttpPair pair = pair(small, true)) {
            StreamChannel stream = open(pair, WebSocketOptions.DEFAULT.withDeflate(false), "/chat");
            stream.writeAndFlush(new TextWebSocketFrame("x".repeat(101)));
            pair.exchange();

            assertThat(atClient.words).hasSize(1);
            assertThat(atClient.words.get(0)).startsWith("Close 1009");
            assertThat(pair.accepted.get(0).isOpen()).isFalse();
        }
    }

    /** What browsers do not ask for, but others do: RFC 7692 section 7.1.1. */
    @Test
    void eachMessageIsCompressedAloneIfTheOtherEndAsksForIt() {
        try (HttpPair pair = pair(WebSocketOptions.DEFAULT, true)) {
            HttpPair.Heard heard = new HttpPair.Heard();
            StreamChannel stream = pair.open(heard);
            StreamRequest request = StreamRequest.connect("websocket", "http", "a", "/chat");
            request.headers()
                    .set("sec-websocket-version", "13")
                    .set(
                            "sec-websocket-extensions",
                            "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
            stream.writeAndFlush(request);
            pair.exchange();

            assertThat(heard.words).hasSize(1);
            assertThat(heard.words.get(0)).contains("server_no_context_takeover", "client_no_context_takeover");
            assertThat(atServer.opened.deflate()).isTrue();
        }
        try (HttpPair pair = new HttpPair(
                builder -> builder,
                builder -> builder.enableConnectProtocol(true),
                () -> List.of(HttpPair.on((ctx, request) -> {
                    HttpResponse answer = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                    answer.headers().set("sec-websocket-extensions", "permessage-deflate; client_no_context_takeover");
                    ctx.writeAndFlush(answer);
                })))) {
            open(pair, WebSocketOptions.DEFAULT, "/chat");

            assertThat(atClient.exceptions).isEmpty();
            assertThat(atClient.opened.deflate()).isTrue();
        }
    }
}
