package io.h2session.netty.negotiation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.client.Http2Requests;
import io.h2session.netty.client.Http2Response;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.testing.GatedChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A client's handler opens streams in the event that tells it that the connection is ready, on each level. */
@Timeout(120)
class StreamsFromEventsTest {
    private static final int STREAMS = 3;
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "test", ":path", "/");

    /** What tells that the connection is ready. */
    private enum Ready {
        ACTIVE {
            @Override
            boolean isToldBy(Object event) {
                return event == ACTIVE;
            }
        },
        SETTINGS_SEEN {
            @Override
            boolean isToldBy(Object event) {
                return event == Http2SessionEvent.FactChanged.SETTINGS_RECEIVED;
            }
        },
        SETTINGS {
            @Override
            boolean isToldBy(Object event) {
                return event instanceof Http2SessionEvent.Settings settings && !settings.ack();
            }
        },
        SETTINGS_ACKNOWLEDGED {
            @Override
            boolean isToldBy(Object event) {
                return event instanceof Http2SessionEvent.Settings settings && settings.ack();
            }
        },
        TLS_HANDSHAKE {
            @Override
            boolean isToldBy(Object event) {
                return event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess();
            }
        };

        abstract boolean isToldBy(Object event);
    }

    /** How a stream is opened and its response received. */
    private enum Level {
        EVENTS {
            @Override
            void open(ChannelHandlerContext context, StreamsFromEventsTest test) {
                context.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), GET));
            }
        },
        CHANNEL {
            @Override
            void open(ChannelHandlerContext context, StreamsFromEventsTest test) {
                test.openChannel(context, stream -> Http2SessionWrite.request(((StreamChannel) stream).stream(), GET));
            }
        },
        HTTP_OBJECTS {
            @Override
            void open(ChannelHandlerContext context, StreamsFromEventsTest test) {
                test.openChannel(
                        context,
                        stream -> {
                            DefaultFullHttpRequest request =
                                    new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
                            request.headers().set("host", "test");
                            return request;
                        },
                        HttpStreamCodec.forClient(),
                        new HttpObjectAggregator(1000));
            }
        },
        FUTURE {
            @Override
            void open(ChannelHandlerContext context, StreamsFromEventsTest test) {
                context.pipeline()
                        .get(Http2Requests.class)
                        .send(GET, null)
                        .addListener((Future<Http2Response> done) ->
                                test.answered(new String(done.getNow().content(), US_ASCII)));
            }
        };

        abstract void open(ChannelHandlerContext context, StreamsFromEventsTest test);
    }

    private final List<String> answers = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch all = new CountDownLatch(STREAMS);
    private int told;

    private void answered(String content) {
        answers.add(content);
        all.countDown();
    }

    private void openChannel(
            ChannelHandlerContext context,
            java.util.function.Function<Channel, Object> request,
            ChannelHandler... handlers) {
        new StreamBootstrap(context.channel())
                .handler(new ChannelInitializer<StreamChannel>() {
                    @Override
                    protected void initChannel(StreamChannel stream) {
                        stream.pipeline().addLast(handlers).addLast(new Reading());
                    }
                })
                .open()
                .addListener((Future<StreamChannel> opened) ->
                        opened.getNow().writeAndFlush(request.apply(opened.getNow())));
    }

    /** Tells of the content of a response. */
    private final class Reading extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2SessionEvent.Data data) {
                answered(data.content().toString(US_ASCII));
            } else if (message instanceof FullHttpResponse response) {
                answered(response.content().toString(US_ASCII));
            }
            ReferenceCountUtil.release(message);
        }
    }

    /** The client's application: opens its streams when it is told that it can. */
    private final class Opening extends ChannelDuplexHandler {
        private final Ready ready;
        private final Level level;

        Opening(Ready ready, Level level) {
            this.ready = ready;
            this.level = level;
        }

        private void tell(ChannelHandlerContext context, Object event) {
            if (ready.isToldBy(event) && told++ == 0) {
                for (int i = 0; i < STREAMS; i++) {
                    level.open(context, StreamsFromEventsTest.this);
                }
            }
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            tell(context, Ready.ACTIVE);
            context.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            tell(context, message);
            context.fireChannelRead(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            tell(context, event);
            context.fireUserEventTriggered(event);
        }
    }

    private void addClient(ChannelPipeline pipeline, Ready ready, Level level) {
        pipeline.addLast(
                Http2SessionHandler.forClient().build(),
                new Http2Requests(1000),
                Http2StreamsHandler.builder().build(),
                new Opening(ready, level),
                new Reading());
    }

    private static void addServer(ChannelPipeline pipeline) {
        pipeline.addLast(Http2SessionHandler.forServer().build(), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof Http2SessionEvent.Headers request) {
                    context.writeAndFlush(Http2SessionWrite.response(
                            request.stream(),
                            HeaderList.of(":status", "200"),
                            Unpooled.copiedBuffer("stream " + request.stream().id(), US_ASCII)));
                }
                ReferenceCountUtil.release(message);
            }
        });
    }

    static Stream<Arguments> everywhere() {
        return Arrays.stream(Ready.values())
                .filter(ready -> ready != Ready.TLS_HANDSHAKE)
                .flatMap(ready -> Arrays.stream(Level.values()).map(level -> Arguments.of(ready, level)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everywhere")
    void streamsThatAreOpenedInTheEventAreAnswered(Ready ready, Level level) {
        GatedChannel server = new GatedChannel();
        addServer(server.pipeline());
        // Its handlers are there before it is active.
        GatedChannel client = new GatedChannel(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                addClient(channel.pipeline(), ready, level);
            }
        });
        try {
            boolean moved;
            do {
                moved = move(client, server);
                moved |= move(server, client);
            } while (moved);

            assertThat(answers).containsExactly("stream 1", "stream 3", "stream 5");
            assertThat(told).isPositive();
        } finally {
            for (GatedChannel one : List.of(client, server)) {
                one.unsafe().close(one.voidPromise());
                one.runPendingTasks();
                one.releaseInbound();
                one.releaseOutbound();
            }
        }
    }

    private static boolean move(GatedChannel from, GatedChannel to) {
        from.runPendingTasks();
        boolean moved = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            moved |= bytes.isReadable();
            to.writeInbound(bytes);
        }
        return moved;
    }

    @ParameterizedTest
    @EnumSource
    void streamsThatAreOpenedWhenTheHandshakeOfTlsIsCompleteAreAnswered(Level level) throws Exception {
        SslContext serverTls =
                Http2Tls.only(TlsSockets.serverContext(SslProvider.JDK)).build();
        SslContext clientTls =
                Http2Tls.only(TlsSockets.clientContext(SslProvider.JDK)).build();
        try (TlsSockets sockets = new TlsSockets(channel -> Http2Negotiation.forServer()
                .http2(StreamsFromEventsTest::addServer)
                .build()
                .overTls(channel.pipeline(), serverTls.newHandler(channel.alloc())))) {
            sockets.connect(channel -> Http2Negotiation.forClient()
                    .http2(pipeline -> addClient(pipeline, Ready.TLS_HANDSHAKE, level))
                    .build()
                    .overTls(channel.pipeline(), clientTls.newHandler(channel.alloc(), "localhost", sockets.port())));

            assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(answers).containsExactly("stream 1", "stream 3", "stream 5");
        }
    }
}
