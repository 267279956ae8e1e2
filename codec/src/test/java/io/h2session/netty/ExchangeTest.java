package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataSource;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.netty.channel.ChannelFuture;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client and a server tell each other through their pipelines. */
class ExchangeTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, Integer.MAX_VALUE})
    void aRequestIsOneEventAndItsResponseIsTwo(int piece) {
        try (SessionPair pair = new SessionPair().piecewise(piece)) {
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(200), text("hello")));
                }
            });
            Http2StreamHandle stream = new Http2StreamHandle();
            stream.attachment("mine");

            ChannelFuture written = pair.request(Http2SessionWrite.request(stream, get("/a")));

            assertThat(written.isSuccess()).isTrue();
            assertThat(stream.id()).isEqualTo(1);
            Http2SessionEvent.Headers request = pair.serverEvents.one(Http2SessionEvent.Headers.class);
            assertThat(request.headers()).isEqualTo(get("/a"));
            assertThat(request.category()).isEqualTo(HeadersCategory.REQUEST);
            assertThat(request.endStream()).isTrue();
            Http2SessionEvent.Headers response = pair.clientEvents.one(Http2SessionEvent.Headers.class);
            assertThat(response.stream()).isSameAs(stream);
            assertThat(response.stream().<String>attachment()).isEqualTo("mine");
            assertThat(response.category()).isEqualTo(HeadersCategory.RESPONSE);
            assertThat(pair.clientEvents.body).hasToString("hello");
            List<Http2SessionEvent.Data> data = pair.clientEvents.of(Http2SessionEvent.Data.class);
            assertThat(data.get(data.size() - 1).endStream()).isTrue();
            assertThat(pair.clientEvents
                            .one(Http2SessionEvent.StreamClosed.class)
                            .errorCode())
                    .isZero();
            assertThat(pair.serverEvents.one(Http2SessionEvent.StreamClosed.class).stream())
                    .isSameAs(request.stream());
        }
    }

    @Test
    void aBodyThatFitsOneFrameIsOneEventThatEndsTheStream() {
        try (SessionPair pair = new SessionPair()) {
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), post("/"), text("x".repeat(5000))));

            Http2SessionEvent.Data data = pair.serverEvents.one(Http2SessionEvent.Data.class);
            assertThat(data.endStream()).isTrue();
            assertThat(pair.serverEvents.body).hasSize(5000);
        }
    }

    @Test
    void interimResponsesTrailersAndPushedDataArriveInOrder() {
        try (SessionPair pair = new SessionPair()) {
            HeaderList trailers = HeaderList.of("x-sum", "1");
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.write(Http2SessionWrite.informational(request.stream(), status(103)));
                    ctx.write(Http2SessionWrite.responseHead(request.stream(), status(200)));
                    ctx.write(Http2SessionWrite.data(request.stream(), text("one "), false));
                    ctx.write(Http2SessionWrite.data(request.stream(), text("two"), false));
                    ctx.writeAndFlush(Http2SessionWrite.trailers(request.stream(), trailers));
                }
            });

            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));

            assertThat(pair.clientEvents.statuses()).containsExactly("103", "200");
            assertThat(pair.clientEvents.body).hasToString("one two");
            List<Http2SessionEvent.Headers> blocks = pair.clientEvents.of(Http2SessionEvent.Headers.class);
            assertThat(blocks.get(2).headers()).isEqualTo(trailers);
            assertThat(blocks.get(2).category()).isEqualTo(HeadersCategory.TRAILERS);
            assertThat(blocks.get(2).endStream()).isTrue();
            assertThat(pair.clientEvents.all.get(pair.clientEvents.all.size() - 1))
                    .isInstanceOf(Http2SessionEvent.StreamClosed.class);
        }
    }

    @Test
    void aRequestBodyIsPushedBeforeAndAfterItsHeadLeft() {
        try (SessionPair pair = new SessionPair()) {
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.client.write(Http2SessionWrite.data(stream, text("early "), false));
            pair.client.flush();
            pair.exchange();
            assertThat(pair.serverEvents.body).hasToString("early ");

            pair.request(Http2SessionWrite.data(stream, text("late"), true));

            assertThat(pair.serverEvents.body).hasToString("early late");
            List<Http2SessionEvent.Data> data = pair.serverEvents.of(Http2SessionEvent.Data.class);
            assertThat(data.get(data.size() - 1).endStream()).isTrue();
        }
    }

    @Test
    void trailersMayFollowAHeadWithoutAnyData() {
        try (SessionPair pair = new SessionPair()) {
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(stream, post("/")));
            pair.request(Http2SessionWrite.trailers(stream, HeaderList.of("x-end", "yes")));

            List<Http2SessionEvent.Headers> blocks = pair.serverEvents.of(Http2SessionEvent.Headers.class);
            assertThat(blocks).hasSize(2);
            assertThat(blocks.get(1).endStream()).isTrue();
            assertThat(pair.serverEvents.body).isEmpty();
        }
    }

    @Test
    void anEmptyLastPieceEndsTheStream() {
        try (SessionPair pair = new SessionPair()) {
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(stream, post("/")));
            ChannelFuture end =
                    pair.request(Http2SessionWrite.data(stream, io.netty.buffer.Unpooled.EMPTY_BUFFER, true));

            assertThat(end.isSuccess()).isTrue();
            Http2SessionEvent.Data data = pair.serverEvents.one(Http2SessionEvent.Data.class);
            assertThat(data.endStream()).isTrue();
        }
    }

    @Test
    void aSourceIsReadToItsEndAndClosedOnce() {
        List<String> closed = new ArrayList<>();
        DataSource body = DataSource.ofAscii("from a source");
        DataSource counting = new DataSource() {
            @Override
            public io.h2session.api.DataResult read(int streamId, int max, io.h2session.api.BodySink sink)
                    throws Exception {
                return body.read(streamId, max, sink);
            }

            @Override
            public void close() {
                closed.add("closed");
            }
        };
        try (SessionPair pair = new SessionPair()) {
            ChannelFuture written =
                    pair.request(Http2SessionWrite.request(new Http2StreamHandle(), post("/"), counting));

            assertThat(written.isSuccess()).isTrue();
            assertThat(pair.serverEvents.body).hasToString("from a source");
        }
        assertThat(closed).containsExactly("closed");
    }

    @Test
    void aResetReachesThePeerAsAUserEvent() {
        try (SessionPair pair = new SessionPair()) {
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(stream, post("/")));
            ChannelFuture reset = pair.request(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));

            assertThat(reset.isSuccess()).isTrue();
            assertThat(pair.serverEvents.one(Http2SessionEvent.Reset.class).errorCode())
                    .isEqualTo(ErrorCode.CANCEL.code());
            assertThat(pair.serverEvents
                            .one(Http2SessionEvent.StreamClosed.class)
                            .errorCode())
                    .isEqualTo(ErrorCode.CANCEL.code());
            assertThat(pair.clientEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(1);
        }
    }

    @Test
    void settingsAndPingsAreEventsAndTheirAnswersToo() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.clientEvents.all.clear();
            pair.serverEvents.all.clear();

            ChannelFuture settings = pair.request(
                    Http2SessionWrite.settings(List.of(new Setting(SettingId.INITIAL_WINDOW_SIZE, 100_000))));
            ChannelFuture ping = pair.request(Http2SessionWrite.ping(42));

            assertThat(settings.isSuccess()).isTrue();
            assertThat(ping.isSuccess()).isTrue();
            assertThat(pair.serverEvents.one(Http2SessionEvent.Settings.class).settings())
                    .containsExactly(new Setting(SettingId.INITIAL_WINDOW_SIZE, 100_000));
            assertThat(pair.clientEvents.one(Http2SessionEvent.Settings.class).ack())
                    .isTrue();
            assertThat(pair.serverEvents.one(Http2SessionEvent.Ping.class).opaqueData())
                    .isEqualTo(42);
            assertThat(pair.clientEvents.one(Http2SessionEvent.Ping.class).ack())
                    .isTrue();
        }
    }

    @Test
    void aPushIsPromisedAndAnswered() {
        try (SessionPair pair = new SessionPair(
                builder -> builder.options(
                        Http2SessionOptions.builder().enablePush(true).build()),
                builder -> builder)) {
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    Http2StreamHandle promised = new Http2StreamHandle();
                    ctx.write(Http2SessionWrite.pushPromise(request.stream(), promised, get("/pushed")));
                    ctx.write(Http2SessionWrite.response(request.stream(), status(200)));
                    ctx.writeAndFlush(Http2SessionWrite.response(promised, status(200), text("pushed")));
                }
            });

            Http2StreamHandle stream = new Http2StreamHandle();
            pair.request(Http2SessionWrite.request(stream, get("/")));

            Http2SessionEvent.PushPromise promise = pair.clientEvents.one(Http2SessionEvent.PushPromise.class);
            assertThat(promise.stream()).isSameAs(stream);
            assertThat(promise.headers()).isEqualTo(get("/pushed"));
            assertThat(promise.promised().id()).isEqualTo(2);
            assertThat(pair.clientEvents.body).hasToString("pushed");
            assertThat(pair.clientEvents.of(Http2SessionEvent.Headers.class))
                    .anyMatch(headers -> headers.category() == HeadersCategory.PUSH_RESPONSE
                            && headers.stream() == promise.promised());
        }
    }

    @Test
    void fieldAndFrameEventsFireOnlyWhenAskedFor() {
        try (SessionPair pair = new SessionPair(
                builder -> builder.events(EnumSet.allOf(Http2EventKind.class)),
                builder -> builder.headerFieldEvents(true))) {
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));

            assertThat(pair.serverEvents.of(Http2SessionEvent.HeadersBegin.class))
                    .hasSize(1);
            assertThat(pair.serverEvents.of(Http2SessionEvent.HeaderFieldReceived.class))
                    .hasSize(4);
            assertThat(pair.serverEvents.of(Http2SessionEvent.FrameBegin.class)).isEmpty();
            assertThat(pair.clientEvents.of(Http2SessionEvent.FrameBegin.class))
                    .anyMatch(frame -> frame.type() == FrameType.SETTINGS);
            assertThat(pair.clientEvents.of(Http2SessionEvent.FrameReceived.class))
                    .anyMatch(frame -> frame.frame().type() == FrameType.SETTINGS);
            assertThat(pair.clientEvents.of(Http2SessionEvent.FrameSent.class))
                    .anyMatch(frame -> frame.frame().type() == FrameType.HEADERS);
            assertThat(pair.clientEvents.of(Http2SessionEvent.HeaderFieldReceived.class))
                    .isEmpty();
        }
    }

    @Test
    void theListenerIsCalledBeforeTheEvent() {
        List<String> order = new ArrayList<>();
        Http2SessionListener listener = new Http2SessionListener() {
            @Override
            public void onStreamClosed(io.h2session.api.Http2SessionContext session, int streamId, long code) {
                order.add("listener");
            }
        };
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.listener(() -> listener))) {
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(204)));
                } else if (event instanceof Http2SessionEvent.StreamClosed) {
                    order.add("event");
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
        }
        assertThat(order).containsExactly("listener", "event");
    }

    @Test
    void manyStreamsRunAtOnce() {
        try (SessionPair pair = new SessionPair()) {
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.response(
                            request.stream(),
                            status(200),
                            text(request.headers().value(":path") + ";")));
                }
            });
            List<ChannelFuture> futures = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                futures.add(pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/" + i))));
            }
            pair.client.flush();
            pair.exchange();

            assertThat(futures).allMatch(ChannelFuture::isSuccess);
            assertThat(pair.clientEvents.body.toString().split(";"))
                    .hasSize(300)
                    .doesNotHaveDuplicates();
            assertThat(pair.clientEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(300);
        }
    }

    @Test
    void repliesToOneReadLeaveInOneBuffer() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(
                            Http2SessionWrite.response(request.stream(), status(200), text("hello")),
                            ctx.voidPromise());
                }
            });
            for (int i = 0; i < 50; i++) {
                pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/" + i)));
            }
            pair.client.flush();
            io.netty.buffer.ByteBuf requests = pair.client.readOutbound();
            pair.server.writeInbound(requests);

            assertThat(pair.server.outboundMessages()).hasSize(1);
            pair.exchange();
            assertThat(pair.clientEvents.statuses()).hasSize(50);
        }
    }
}
