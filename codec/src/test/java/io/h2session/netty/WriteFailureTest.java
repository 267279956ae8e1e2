package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2SessionResult;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A write that is not carried out ends the session: the peer would take what follows for something else. */
class WriteFailureTest {
    private final RuntimeException failure = new IllegalStateException("a handler's");

    /** How a handler in between fails a write. */
    private enum Way {
        THROWS,
        FAILS_THE_PROMISE,
        FAILS_AN_UNVOID_PROMISE,
        FAILS_LATER
    }

    private final class Failing extends ChannelOutboundHandlerAdapter {
        private final Way way;
        private boolean armed;
        private int written;
        private final List<ChannelPromise> later = new ArrayList<>();

        Failing(Way way) {
            this.way = way;
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (!armed) {
                ctx.write(message, promise);
                return;
            }
            written++;
            ReferenceCountUtil.release(message);
            switch (way) {
                case THROWS -> throw failure;
                case FAILS_THE_PROMISE -> promise.tryFailure(failure);
                case FAILS_AN_UNVOID_PROMISE -> promise.unvoid().tryFailure(failure);
                case FAILS_LATER -> later.add(promise);
            }
        }
    }

    private void assertEnded(SessionPair pair) {
        Http2SessionEvent.SessionEnded ended = pair.clientEvents.one(Http2SessionEvent.SessionEnded.class);
        assertThat(ended.result()).isEqualTo(Http2SessionResult.EOF);
        assertThat(ended.reason()).isEqualTo("write_failed");
        assertThat(ended.endedBy()).isEqualTo(Http2EndedBy.TRANSPORT);
        assertThat(pair.clientHandler.session().terminationReason()).isEqualTo("write_failed");
        assertThat(ended.cause()).isSameAs(failure);
        assertThat(pair.clientEvents.exceptions).isEmpty();
        assertThat(pair.client.isOpen()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aWriteThatAHandlerFailsEndsTheSession(Way way) {
        Failing failing = new Failing(way);
        try (SessionPair pair = new SessionPair()) {
            pair.client.pipeline().addFirst(failing);
            List<ChannelFuture> futures = new ArrayList<>();
            Http2StreamHandle running = new Http2StreamHandle();
            futures.add(pair.request(Http2SessionWrite.requestHead(running, post("/"))));
            failing.armed = true;
            ByteBuf content = text("x".repeat(100_000));
            futures.add(pair.client.write(Http2SessionWrite.data(running, content, true)));
            futures.add(pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/"))));
            futures.add(pair.client.writeAndFlush(Http2SessionWrite.ping(1)));
            if (way == Way.FAILS_LATER) {
                assertThat(pair.client.isOpen()).isTrue();
                failing.later.forEach(promise -> promise.tryFailure(failure));
            }
            int writtenBefore = way == Way.FAILS_LATER ? failing.written : 1;
            pair.client.runPendingTasks();

            assertEnded(pair);
            assertThat(failing.written).isEqualTo(writtenBefore);
            assertThat(futures).allMatch(ChannelFuture::isDone);
            assertThat(futures.subList(1, 4)).noneMatch(ChannelFuture::isSuccess);
            assertThat(content.refCnt()).isZero();
            assertThat(pair.clientEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(2);
            assertThat(pair.client.writeAndFlush(Http2SessionWrite.ping(2)).cause())
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aFailedWriteWithoutAListenerEndsTheSessionToo(Way way) {
        Failing failing = new Failing(way);
        try (SessionPair pair = new SessionPair()) {
            pair.client.pipeline().addFirst(failing);
            pair.request(Http2SessionWrite.requestHead(new Http2StreamHandle(), post("/")));
            failing.armed = true;
            // The answer to a PING.
            pair.server.writeAndFlush(Http2SessionWrite.ping(1));
            pair.exchange();
            if (way == Way.FAILS_LATER) {
                failing.later.forEach(promise -> promise.tryFailure(failure));
                pair.client.runPendingTasks();
            }

            assertEnded(pair);
            assertThat(failing.written).isEqualTo(1);
            assertThat(pair.clientEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(1);
        }
    }

    @Test
    void theWriteThatFailsWhileAResponseIsReadEndsTheSession() {
        Failing failing = new Failing(Way.FAILS_THE_PROMISE);
        try (SessionPair pair = new SessionPair()) {
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(
                            Http2SessionWrite.response(request.stream(), status(200), text("x")), ctx.voidPromise());
                }
            });
            pair.client.pipeline().addFirst(failing);
            pair.clientEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Data) {
                    failing.armed = true;
                    ctx.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), get("/")), ctx.voidPromise());
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));

            assertEnded(pair);
        }
    }
}
