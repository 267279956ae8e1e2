package io.h2session.netty.negotiation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2SessionHandler;
import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.h2session.testing.PeerView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 with prior knowledge and HTTP/1.1 on one port, told apart by the first bytes. */
class FirstBytesTest {
    private final Application http2 = new Application();
    private final Application http1 = new Application();
    private EmbeddedChannel channel;
    private Future<String> result;

    private void open() {
        open(builder -> builder);
    }

    private void open(UnaryOperator<Http2Negotiation.Builder> settings) {
        open(settings.apply(Http2Negotiation.forServer()
                .http2(pipeline ->
                        pipeline.addLast(Http2SessionHandler.forServer().build(), http2))
                .http1(pipeline -> pipeline.addLast(http1))));
    }

    private void open(Http2Negotiation.Builder builder) {
        Http2Negotiation negotiation = builder.build();
        channel = new GatedChannel(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel opened) {
                result = negotiation.inCleartext(opened.pipeline());
            }
        });
    }

    @AfterEach
    void end() {
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
        channel.releaseInbound();
        channel.releaseOutbound();
    }

    private void says(byte[] bytes, int piece) {
        for (int from = 0; from < bytes.length; from += piece) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, from, Math.min(piece, bytes.length - from)));
        }
    }

    private void says(String text, int piece) {
        says(text.getBytes(ISO_8859_1), piece);
    }

    private List<String> sent() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
            all.writeBytes(sent);
            sent.release();
        }
        return PeerView.ofServer().read(all);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 15, 16, 17, 24, 1000})
    void thePrefaceMeansHttp2HoweverItIsCut(int piece) {
        open();

        says(Frames.script().preface().settings().request(1, true, "/").bytes(), piece);

        assertThat(result.getNow()).isEqualTo("h2c");
        assertThat(http2.headers).hasSize(1);
        assertThat(http2.headers.get(0).value(":path").toString()).isEqualTo("/");
        assertThat(sent()).contains("SETTINGS ACK").anyMatch(frame -> frame.startsWith("HEADERS 1 END_STREAM"));
        assertThat(http1.events).isEmpty();
        assertThat(channel.pipeline().get(FirstBytes.class)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: test\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc",
                "PRI * HTTP/1.1\r\n\r\n",
                "PRI * HTTP/2.0 and no line\r\n",
                "PRIVATE / HTTP/1.1\r\n\r\n",
                "\r\nGET / HTTP/1.1\r\n\r\n",
                "pri * http/2.0\r\n\r\n",
                "\u0016\u0003\u0001"
            })
    void anythingElseGoesToHttp1WithNothingLost(String first) {
        for (int piece : new int[] {1, 3, 1000}) {
            open();
            http1.bytes.setLength(0);

            says(first, piece);

            assertThat(result.getNow()).isEqualTo("http/1.1");
            assertThat(http1.bytes).hasToString(first);
            assertThat(http2.events).isEmpty();
            assertThat(channel.pipeline().get(FirstBytes.class)).isNull();
            end();
            assertThat(channel.pipeline().names()).doesNotContain("Http2SessionHandler#0");
        }
    }

    @Test
    void theLineOfHttp2WithAnotherPrefaceIsAConnectionError() {
        open();

        says("PRI * HTTP/2.0\r\n\r\nXY\r\n\r\n and more", 1);

        assertThat(result.getNow()).isEqualTo("h2c");
        assertThat(sent()).anyMatch(frame -> frame.startsWith("GOAWAY 0 PROTOCOL_ERROR"));
        assertThat(http1.events).isEmpty();
    }

    @Test
    void nothingIsDecidedAsLongAsBothArePossible() {
        open();

        says("PRI * HTTP/2.0\r", 1);

        assertThat(result.isDone()).isFalse();
        assertThat(channel.<Object>readOutbound()).isNull();
        assertThat(channel.pipeline().get(FirstBytes.class)).isNotNull();
    }

    @Test
    void withoutHttp1SuchAClientIsRefused() {
        open(builder -> builder.http1(null));

        says("GET / HTTP/1.1\r\n\r\n", 100);

        assertThat(result.cause()).isInstanceOf(Http2NegotiationException.class);
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.<Object>readOutbound()).isNull();
    }

    @Test
    void aClientThatTakesTooLongIsNotWaitedFor() {
        open(builder -> builder.firstBytesTimeout(Duration.ofHours(1)));
        says("PRI * HTTP", 1);
        channel.advanceTimeBy(59, TimeUnit.MINUTES);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();

        channel.advanceTimeBy(1, TimeUnit.MINUTES);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isFalse();
        assertThat(result.cause()).isInstanceOf(Http2NegotiationException.class);
    }

    @Test
    void aClientThatSaidWhatItSpeaksHasAllTheTimeInTheWorld() {
        open(builder -> builder.firstBytesTimeout(Duration.ofSeconds(3)));
        says("G", 1);

        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void withoutATimeoutItIsWaitedFor() {
        open(builder -> builder.firstBytesTimeout(Duration.ZERO));

        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aClientThatClosesBeforeItIsKnownFailsTheResult() {
        open();
        says("PRI", 3);

        channel.close();

        assertThat(result.cause()).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aClientThatEndsItsOutputBeforeItIsKnownIsClosed() {
        open();
        says("PRI", 3);

        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        assertThat(channel.isOpen()).isFalse();
        assertThat(result.cause()).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aNetworkThatFailsIsNoExceptionOfTheApplications() {
        open();
        Application behind = new Application();
        channel.pipeline().addLast(behind);

        channel.pipeline().fireExceptionCaught(new IOException("connection reset"));

        assertThat(behind.exceptions).isEmpty();
        assertThat(result.cause()).hasMessage("connection reset");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whatTheApplicationThrowsIsIts() {
        RuntimeException failure = new IllegalStateException("no handlers today");
        Consumer<ChannelPipeline> failing = pipeline -> {
            throw failure;
        };
        open(builder -> builder.http1(failing));
        Application behind = new Application();
        channel.pipeline().addLast(behind);

        says("GET", 3);

        assertThat(behind.exceptions).hasSize(1);
        assertThat(behind.exceptions.get(0)).hasRootCause(failure);
        assertThat(channel.isOpen()).isFalse();
        assertThat(result.isSuccess()).isFalse();
    }

    @Test
    void withoutAutoReadItReadsOnUntilItKnows() {
        int[] reads = {0};
        ChannelHandler counting = new io.netty.channel.ChannelDuplexHandler() {
            @Override
            public void read(ChannelHandlerContext context) {
                reads[0]++;
                context.read();
            }
        };
        open();
        channel.pipeline().addFirst(counting);
        channel.config().setAutoRead(false);

        says("PRI", 1);

        assertThat(reads[0]).isEqualTo(3);
    }

    @Test
    void aClientHasNothingToLookAt() {
        open(Http2Negotiation.forClient()
                .http2(pipeline ->
                        pipeline.addLast(Http2SessionHandler.forClient().build(), http2)));

        assertThat(result.getNow()).isEqualTo("h2c");
        ByteBuf sent = channel.readOutbound();
        assertThat(PeerView.ofClient().readAndRelease(sent).get(0)).startsWith("SETTINGS");
    }

    @Test
    void handlersInFrontOfItStay() {
        open();
        ChannelInboundHandlerAdapter before = new ChannelInboundHandlerAdapter();
        channel.pipeline().addFirst("before", before);

        says("GET", 1);

        assertThat(channel.pipeline().first()).isSameAs(before);
        assertThat(channel.pipeline().last()).isSameAs(http1);
    }
}
