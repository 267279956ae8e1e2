package io.h2session.netty;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.channel.ChildChannel;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.client.Http2Requests;
import io.h2session.netty.client.Http2Response;
import io.h2session.netty.client.Http2ResponseException;
import io.h2session.netty.compat.FrameMultiplexHandler;
import io.h2session.netty.compat.FrameStreamBootstrap;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.netty.pool.Http2ConnectionPool;
import io.h2session.netty.pool.PoolException;
import io.h2session.netty.pool.PooledRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;

/** One exchange of a client's, at one of the {@link Level}s that applications use, and how it was told to end. */
final class Exchanged {
    /** The ends that were told, in words: what ended it, the code, and whether a retry is safe. */
    final List<String> ends = new ArrayList<>();

    /** What the promises that failed said of a retry. */
    final List<Boolean> retries = new ArrayList<>();

    /** The body of the request, which has to be released. */
    final ByteBuf body;

    Exchanged(boolean hasBody) {
        body = hasBody ? Unpooled.copiedBuffer(new byte[] {'b', 'o', 'd', 'y'}) : null;
    }

    private HeaderList head() {
        return HeaderList.of(
                ":method", body == null ? "GET" : "POST", ":scheme", "http", ":authority", "test", ":path", "/");
    }

    private Http2SessionWrite request(Http2StreamHandle stream) {
        return body == null
                ? Http2SessionWrite.request(stream, head())
                : Http2SessionWrite.request(stream, head(), body);
    }

    private void ended(StreamEnd end) {
        ends.add(end.toString());
    }

    /** How an application uses a connection. */
    enum Level {
        CHANNEL {
            @Override
            void ask(Channel connection, Exchanged exchange) {
                StreamChannel stream = new StreamBootstrap(connection)
                        .handler(exchange.new Listening())
                        .open()
                        .getNow();
                exchange.watch(stream.writeAndFlush(exchange.request(stream.stream())));
            }
        },
        HANDLER {
            @Override
            void ask(Channel connection, Exchanged exchange) {
                Http2StreamHandle stream = new Http2StreamHandle();
                stream.attachment(exchange.new Handling());
                exchange.watch(connection.writeAndFlush(exchange.request(stream)));
            }
        },
        HTTP {
            @Override
            void ask(Channel connection, Exchanged exchange) {
                StreamChannel stream = new StreamBootstrap(connection)
                        .handler(new ChannelInitializer<StreamChannel>() {
                            @Override
                            protected void initChannel(StreamChannel made) {
                                made.pipeline().addLast(HttpStreamCodec.forClient(), exchange.new Listening());
                            }
                        })
                        .open()
                        .getNow();
                HttpMethod method = exchange.body == null ? HttpMethod.GET : HttpMethod.POST;
                ByteBuf content = exchange.body == null ? Unpooled.EMPTY_BUFFER : exchange.body;
                DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, "/", content);
                request.headers().set("host", "test");
                exchange.watch(stream.writeAndFlush(request));
            }
        },
        FRAMES {
            @Override
            void add(ChannelPipeline pipeline) {
                pipeline.addLast("streams", new FrameMultiplexHandler(new ChannelInboundHandlerAdapter()));
            }

            @Override
            void ask(Channel connection, Exchanged exchange) {
                Channel stream = new FrameStreamBootstrap(connection)
                        .handler(exchange.new Listening())
                        .open()
                        .getNow();
                Http2Headers head = new DefaultHttp2Headers()
                        .method(exchange.body == null ? "GET" : "POST")
                        .scheme("http")
                        .authority("test")
                        .path("/");
                exchange.watch(stream.write(new DefaultHttp2HeadersFrame(head, exchange.body == null)));
                if (exchange.body != null) {
                    exchange.watch(stream.write(new DefaultHttp2DataFrame(exchange.body, true)));
                }
                stream.flush();
            }
        },
        FUTURE {
            @Override
            void add(ChannelPipeline pipeline) {
                pipeline.addLast("streams", new Http2Requests(1000));
            }

            @Override
            void ask(Channel connection, Exchanged exchange) {
                connection
                        .pipeline()
                        .get(Http2Requests.class)
                        .send(exchange.head(), exchange.body)
                        .addListener((Future<Http2Response> done) -> exchange.ended(done));
            }
        },
        POOLED_CHANNEL {
            @Override
            boolean pools() {
                return true;
            }

            @Override
            void ask(Http2ConnectionPool pool, Exchanged exchange) {
                exchange.fromPool(pool.open(exchange.new Listening() {
                    @Override
                    public void channelActive(ChannelHandlerContext stream) {
                        exchange.watch(
                                stream.writeAndFlush(exchange.request(((StreamChannel) stream.channel()).stream())));
                    }
                }));
            }
        },
        POOLED_HANDLER {
            @Override
            boolean pools() {
                return true;
            }

            @Override
            void ask(Http2ConnectionPool pool, Exchanged exchange) {
                exchange.fromPool(pool.open(exchange.new Handling()));
            }
        };

        /** Adds what stands behind the session. */
        void add(ChannelPipeline pipeline) {
            pipeline.addLast("streams", Http2StreamsHandler.builder().build());
        }

        boolean pools() {
            return false;
        }

        void ask(Channel connection, Exchanged exchange) {
            throw new AssertionError();
        }

        void ask(Http2ConnectionPool pool, Exchanged exchange) {
            throw new AssertionError();
        }
    }

    private void watch(Future<?> written) {
        written.addListener(done -> {
            if (!done.isSuccess()) {
                retries.add(Http2NotSentException.retryIsSafe(done.cause()));
            }
        });
    }

    private void fromPool(Future<?> opened) {
        opened.addListener(done -> {
            if (!done.isSuccess()) {
                body.release();
                ends.add(((PoolException) done.cause()).failure() + "[retry]");
            }
        });
    }

    private void ended(Future<Http2Response> done) {
        Http2ResponseException cause = (Http2ResponseException) done.cause();
        StreamEnd.Kind kind =
                switch (cause.reason()) {
                    case NOT_SENT -> StreamEnd.Kind.CLOSED;
                    case HTTP_1_1_REQUIRED -> StreamEnd.Kind.RESET_BY_PEER;
                    case TOO_LARGE -> throw new AssertionError(cause);
                    default -> StreamEnd.Kind.valueOf(cause.reason().name());
                };
        ended(new StreamEnd(kind, cause.errorCode(), cause.retryIsSafe()));
    }

    private class Listening extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext stream, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext stream, Object event) {
            ReferenceCountUtil.release(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext stream) {
            ended(((ChildChannel) stream.channel()).end());
        }
    }

    private final class Handling implements PooledRequest {
        @Override
        public void send(ChannelHandlerContext connection, Http2StreamHandle stream) {
            watch(connection.writeAndFlush(request(stream)));
        }

        @Override
        public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {}

        @Override
        public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
            data.release();
        }

        @Override
        public void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd end) {
            Exchanged.this.ended(end);
        }
    }
}
