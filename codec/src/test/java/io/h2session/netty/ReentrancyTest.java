package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An application that writes, closes, resets, or whose peer vanishes, inside any event. */
class ReentrancyTest {
    /** Every buffer written in the running conversation. */
    private static final List<ByteBuf> WRITTEN = new ArrayList<>();

    private static ByteBuf text(String text) {
        ByteBuf written = Events.text(text);
        WRITTEN.add(written);
        return written;
    }

    private record Deed(String name, BiConsumer<ChannelHandlerContext, Http2StreamHandle> doing) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Deed> deeds() {
        return List.of(
                new Deed("flush", (ctx, stream) -> ctx.flush()),
                new Deed("ping", (ctx, stream) -> ctx.writeAndFlush(Http2SessionWrite.ping(7))),
                new Deed("reset", (ctx, stream) -> {
                    if (stream != null) {
                        ctx.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
                    }
                }),
                new Deed("data", (ctx, stream) -> {
                    if (stream != null) {
                        ctx.writeAndFlush(Http2SessionWrite.data(stream, text("more"), false));
                    }
                }),
                new Deed("respond", (ctx, stream) -> {
                    if (stream != null) {
                        ctx.writeAndFlush(Http2SessionWrite.response(stream, status(200), text("answer")));
                    }
                }),
                new Deed("close", (ctx, stream) -> ctx.close()),
                new Deed("close twice", (ctx, stream) -> {
                    ctx.close();
                    ctx.close();
                }),
                new Deed("terminate", (ctx, stream) -> ctx.writeAndFlush(Http2SessionWrite.terminate(2))),
                new Deed("goaway", (ctx, stream) -> ctx.writeAndFlush(Http2SessionWrite.goAway(0, new byte[0]))),
                new Deed("vanish", (ctx, stream) -> vanish(ctx.channel())),
                new Deed("remove", (ctx, stream) -> {
                    if (ctx.pipeline().get(Http2SessionHandler.class) != null) {
                        ctx.pipeline().remove(Http2SessionHandler.class);
                    }
                }));
    }

    private static void vanish(Channel channel) {
        channel.unsafe().close(channel.voidPromise());
    }

    private static Http2StreamHandle streamOf(Object event) {
        if (event instanceof Http2SessionEvent.Headers headers) {
            return headers.stream();
        } else if (event instanceof Http2SessionEvent.Data data) {
            return data.stream();
        } else if (event instanceof Http2SessionEvent.StreamClosed closed) {
            return closed.stream();
        } else if (event instanceof Http2SessionEvent.Reset reset) {
            return reset.stream();
        }
        return null;
    }

    /** Plays a conversation in which one end does the deed at its nth event, for every n. */
    @ParameterizedTest
    @MethodSource("deeds")
    void atEveryEventOfAServerEveryStreamStillEndsOnceAndEveryPromiseCompletes(Deed deed) {
        int events = 1;
        for (int at = 0; at < events; at++) {
            events = play(deed, at, true);
        }
        assertThat(events).isGreaterThan(3);
    }

    @ParameterizedTest
    @MethodSource("deeds")
    void atEveryEventOfAClientEveryStreamStillEndsOnceAndEveryPromiseCompletes(Deed deed) {
        int events = 1;
        for (int at = 0; at < events; at++) {
            events = play(deed, at, false);
        }
        assertThat(events).isGreaterThan(3);
    }

    private static int play(Deed deed, int at, boolean atServer) {
        WRITTEN.clear();
        SessionPair pair = new SessionPair();
        List<ChannelFuture> futures = new ArrayList<>();
        int[] count = new int[1];
        BiConsumer<ChannelHandlerContext, Object> doing = (ctx, event) -> {
            if (count[0]++ == at) {
                deed.doing.accept(ctx, streamOf(event));
            }
        };
        pair.serverEvents.on((ctx, event) -> {
            if (atServer) {
                doing.accept(ctx, event);
            }
            if (event instanceof Http2SessionEvent.Headers request && request.endStream()) {
                futures.add(ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(200), text("ok"))));
            } else if (event instanceof Http2SessionEvent.Data data && data.endStream()) {
                futures.add(ctx.write(Http2SessionWrite.responseHead(data.stream(), status(200))));
                futures.add(ctx.writeAndFlush(Http2SessionWrite.data(data.stream(), text("x".repeat(40_000)), true)));
            }
        });
        pair.clientEvents.on((ctx, event) -> {
            if (!atServer) {
                doing.accept(ctx, event);
            }
        });
        List<Http2StreamHandle> streams = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Http2StreamHandle stream = new Http2StreamHandle();
            streams.add(stream);
            if (i == 1) {
                futures.add(pair.client.write(Http2SessionWrite.requestHead(stream, post("/" + i))));
                futures.add(pair.client.write(Http2SessionWrite.data(stream, text("x".repeat(3000)), false)));
                futures.add(pair.client.write(Http2SessionWrite.data(stream, text("end"), true)));
            } else {
                futures.add(pair.client.write(Http2SessionWrite.request(stream, get("/" + i))));
            }
        }
        pair.client.flush();
        pair.exchange();
        pair.close();

        assertThat(WRITTEN).as("%s at %d", deed, at).allMatch(written -> written.refCnt() == 0);
        assertThat(futures).as("%s at %d", deed, at).allMatch(ChannelFuture::isDone);
        assertThat(pair.clientEvents.of(Http2SessionEvent.SessionEnded.class)).hasSize(1);
        assertThat(pair.serverEvents.of(Http2SessionEvent.SessionEnded.class)).hasSize(1);
        List<Http2StreamHandle> closed = pair.clientEvents.of(Http2SessionEvent.StreamClosed.class).stream()
                .map(Http2SessionEvent.StreamClosed::stream)
                .toList();
        assertThat(closed).as("%s at %d", deed, at).containsExactlyInAnyOrderElementsOf(streams);
        assertThat(pair.serverEvents.of(Http2SessionEvent.StreamClosed.class))
                .extracting(Http2SessionEvent.StreamClosed::stream)
                .doesNotHaveDuplicates();
        return count[0];
    }

    @Test
    void aListenerOfAPromiseMayWriteAndClose() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.client
                    .writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), get("/1")))
                    .addListener(done -> pair.client
                            .writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), get("/2")))
                            .addListener(again -> pair.client.pipeline().close()));
            pair.exchange();

            assertThat(pair.serverEvents.of(Http2SessionEvent.Headers.class)).hasSize(2);
        }
    }

    @Test
    void flushingWheneverWritabilityChangesEnds() {
        SessionPair pair = new SessionPair();
        try (pair) {
            pair.exchange();
            pair.server.waterMark(1);
            pair.server.pipeline().addLast(new io.netty.channel.ChannelInboundHandlerAdapter() {
                @Override
                public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                    ctx.channel().flush();
                    ctx.fireChannelWritabilityChanged();
                }
            });
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(
                            Http2SessionWrite.response(request.stream(), status(200), text("x".repeat(500_000))));
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));

            assertThat(pair.clientEvents.body).hasSize(500_000);
        }
    }
}
