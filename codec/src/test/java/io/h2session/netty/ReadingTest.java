package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When reading stops and how it continues. */
class ReadingTest {
    /** Pauses at each piece of a body. */
    private static final class Pausing implements Http2SessionListener {
        boolean pauses = true;

        @Override
        public ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data) {
            return pauses ? ReceiveAnswer.PAUSE : ReceiveAnswer.CONTINUE;
        }
    }

    /** Sits between the transport and the session and counts its read()s. */
    private static final class ReadCounter extends ChannelOutboundHandlerAdapter {
        int reads;

        @Override
        public void read(ChannelHandlerContext ctx) {
            reads++;
            ctx.read();
        }
    }

    @Test
    void whatTheSessionHasReadIsReleasedAtOnce() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            ByteBuf ping = Unpooled.wrappedBuffer(new byte[] {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8});
            ByteBuf part = Unpooled.wrappedBuffer(new byte[] {0, 0, 8, 6});
            pair.server.writeInbound(ping, part);
            assertThat(ping.refCnt()).isZero();
            assertThat(part.refCnt()).isZero();
        }
    }

    /** A transport that goes on delivering though it was told not to. */
    @Test
    void moreThanAPausedSessionKeepsEndsItAndIsReleasedAtOnce() {
        Pausing pausing = new Pausing();
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.listener(() -> pausing))) {
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.request(Http2SessionWrite.data(stream, text("one"), false));

            List<ByteBuf> pieces = new ArrayList<>();
            int fired = 0;
            do {
                assertThat(pieces).allMatch(one -> one.refCnt() == 1);
                pieces.add(Unpooled.wrappedBuffer(new byte[1 << 20]));
                pair.server.pipeline().fireChannelRead(pieces.get(pieces.size() - 1));
                fired += 1 << 20;
            } while (pieces.get(pieces.size() - 1).refCnt() > 0);
            assertThat(fired).isBetween(ReadGate.MAX_KEPT, ReadGate.MAX_KEPT + (1 << 20));
            assertThat(pieces).allMatch(one -> one.refCnt() == 0);

            pair.server.pipeline().fireChannelReadComplete();
            pair.exchange();
            assertThat(pair.clientEvents.one(Http2SessionEvent.GoAway.class).errorCode())
                    .isEqualTo(ErrorCode.INTERNAL_ERROR.code());
        }
    }

    @Test
    void aPausedSessionKeepsWhatArrivesUntilItIsResumed() {
        Pausing pausing = new Pausing();
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.listener(() -> pausing))) {
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.request(Http2SessionWrite.data(stream, text("one"), false));
            assertThat(pair.serverEvents.body).hasToString("one");
            assertThat(pair.server.config().isAutoRead()).isFalse();

            pair.request(Http2SessionWrite.data(stream, text(" two"), false));
            pair.request(Http2SessionWrite.data(stream, text(" three"), true));
            assertThat(pair.serverEvents.body).hasToString("one");

            pair.serverHandler.resumeReceiving();
            assertThat(pair.serverEvents.body).hasToString("one two");
            pausing.pauses = false;
            pair.serverHandler.resumeReceiving();

            assertThat(pair.serverEvents.body).hasToString("one two three");
            assertThat(pair.server.config().isAutoRead()).isTrue();
        }
    }

    @Test
    void aPauseLeavesAutoReadOffIfItWasOff() {
        Pausing pausing = new Pausing();
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.listener(() -> pausing))) {
            pair.exchange();
            pair.server.config().setAutoRead(false);
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.request(Http2SessionWrite.data(stream, text("one"), true));

            pausing.pauses = false;
            pair.serverHandler.resumeReceiving();

            assertThat(pair.server.config().isAutoRead()).isFalse();
        }
    }

    @Test
    void aReadDuringAPauseIsDoneWhenItEnds() {
        Pausing pausing = new Pausing();
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.listener(() -> pausing))) {
            ReadCounter counter = new ReadCounter();
            pair.server.pipeline().addFirst(counter);
            pair.exchange();
            pair.server.config().setAutoRead(false);
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.request(Http2SessionWrite.data(stream, text("one"), false));
            counter.reads = 0;

            pair.server.read();
            assertThat(counter.reads).isZero();
            pausing.pauses = false;
            pair.serverHandler.resumeReceiving();

            assertThat(counter.reads).isEqualTo(1);
        }
    }

    @Test
    void withoutAutoReadAReadThatBroughtNoEventIsRepeated() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.server.config().setAutoRead(false);
            ReadCounter counter = new ReadCounter();
            pair.server.pipeline().addFirst(counter);
            pair.client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            ByteBuf bytes = pair.client.readOutbound();

            pair.server.read();
            pair.server.writeInbound(bytes.readRetainedSlice(5));
            assertThat(counter.reads).isEqualTo(2);
            pair.server.writeInbound(bytes);

            assertThat(counter.reads).isEqualTo(2);
            assertThat(pair.serverEvents.of(Http2SessionEvent.Headers.class)).hasSize(1);
        }
    }

    @Test
    void anUnwritableChannelIsReadOn() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.server.waterMark(1).shut();
            pair.server.writeAndFlush(Http2SessionWrite.ping(1));
            assertThat(pair.server.isWritable()).isFalse();

            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), post("/"), text("x".repeat(60_000))));

            assertThat(pair.serverEvents.body).hasSize(60_000);
            assertThat(pair.server.config().isAutoRead()).isTrue();
        }
    }

    @Test
    void aPeerThatLeavesRepliesUnreadIsNotReadUntilItTakesThem() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.server.waterMark(1).shut();
            pair.server.writeAndFlush(Http2SessionWrite.ping(1));
            for (int i = 0; i < 200; i++) {
                pair.request(Http2SessionWrite.ping(i));
            }
            assertThat(pair.server.config().isAutoRead()).isFalse();
            int before = pair.serverEvents.of(Http2SessionEvent.Ping.class).size();
            assertThat(before).isLessThan(100);

            pair.server.open();
            pair.exchange();

            assertThat(pair.server.config().isAutoRead()).isTrue();
            assertThat(pair.clientEvents.of(Http2SessionEvent.Ping.class).stream()
                            .filter(Http2SessionEvent.Ping::ack))
                    .hasSize(200);
        }
    }

    @Test
    void foreignMessagesFromBelowPassThrough() {
        try (SessionPair pair = new SessionPair()) {
            pair.server.pipeline().fireChannelRead("not bytes");

            assertThat(pair.serverEvents.all).contains("not bytes");
        }
    }

    @Test
    void smallPiecesAreCopiedAndLargeOnesAreNot() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.serverEvents.keepData = true;
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.requestHead(stream, post("/")));
            pair.client.writeAndFlush(Http2SessionWrite.data(stream, text("x".repeat(1023)), false));
            ByteBuf small = Unpooled.buffer();
            drain(pair, small);
            pair.server.writeInbound(small);
            assertThat(small.refCnt()).isZero();

            pair.client.writeAndFlush(Http2SessionWrite.data(stream, text("x".repeat(1024)), false));
            ByteBuf large = Unpooled.buffer();
            drain(pair, large);
            pair.server.writeInbound(large);
            assertThat(large.refCnt()).isEqualTo(1);
            pair.serverEvents.releaseKept();
            assertThat(large.refCnt()).isZero();
        }
    }

    private static void drain(SessionPair pair, ByteBuf target) {
        for (ByteBuf bytes = pair.client.readOutbound(); bytes != null; bytes = pair.client.readOutbound()) {
            target.writeBytes(bytes);
            bytes.release();
        }
    }

    /** Sits between the transport and the session and counts what goes to the transport. */
    private static final class FlushCounter extends ChannelOutboundHandlerAdapter {
        int writes;
        int flushes;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, io.netty.channel.ChannelPromise promise) {
            writes++;
            ctx.write(message, promise);
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            flushes++;
            ctx.flush();
        }
    }

    @Test
    void oneReadLoopIsOneFlush() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            FlushCounter counter = new FlushCounter();
            pair.server.pipeline().addFirst(counter);
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.write(Http2SessionWrite.informational(request.stream(), Events.status(103)));
                    ctx.flush();
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), Events.status(200), text("body")));
                    ctx.writeAndFlush(Http2SessionWrite.ping(request.stream().id()));
                }
            });
            for (int i = 0; i < 20; i++) {
                pair.client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), Events.get("/" + i)));
            }
            List<Object> reads = new ArrayList<>(pair.client.outboundMessages());
            pair.client.outboundMessages().clear();
            assertThat(reads).hasSize(20);

            for (Object bytes : reads) {
                pair.server.pipeline().fireChannelRead(bytes);
            }
            assertThat(counter.flushes).isZero();
            pair.server.pipeline().fireChannelReadComplete();

            assertThat(counter.flushes).isEqualTo(1);
            assertThat(counter.writes).isEqualTo(1);
            pair.exchange();
            assertThat(pair.clientEvents.statuses()).hasSize(40);
        }
    }

    @Test
    void aReadThatNeedsNoReplyIsNotFlushed() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            FlushCounter counter = new FlushCounter();
            pair.server.pipeline().addFirst(counter);
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), Events.get("/")));

            assertThat(counter.flushes).isZero();
        }
    }

    @Test
    void dataReachesTheApplicationBeforeItsFrameIsWhole() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.client.write(
                    Http2SessionWrite.request(new Http2StreamHandle(), Events.post("/"), text("x".repeat(16_000))));
            pair.client.flush();
            ByteBuf wire = io.netty.buffer.Unpooled.buffer();
            drain(pair, wire);

            pair.server.writeInbound(wire.readRetainedSlice(wire.readableBytes() - 6_000));
            assertThat(pair.serverEvents.body).hasSize(10_000);
            assertThat(pair.serverEvents.of(Http2SessionEvent.Data.class)).noneMatch(Http2SessionEvent.Data::endStream);

            pair.server.writeInbound(wire);
            assertThat(pair.serverEvents.body).hasSize(16_000);
            assertThat(pair.serverEvents.of(Http2SessionEvent.Data.class)).anyMatch(Http2SessionEvent.Data::endStream);
        }
    }

    @Test
    void aFlushAtTheEndOfTheReadIsThatOfTheSession() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            FlushCounter counter = new FlushCounter();
            pair.server.pipeline().addFirst(counter);
            pair.server.pipeline().addLast(new io.netty.channel.ChannelInboundHandlerAdapter() {
                @Override
                public void channelReadComplete(ChannelHandlerContext ctx) {
                    ctx.write(Http2SessionWrite.ping(1));
                    ctx.flush();
                }
            });
            pair.client.writeAndFlush(Http2SessionWrite.ping(2));
            for (Object bytes = pair.client.readOutbound(); bytes != null; bytes = pair.client.readOutbound()) {
                pair.server.writeInbound(bytes);
            }

            assertThat(counter.flushes).isEqualTo(1);
            assertThat(counter.writes).isEqualTo(1);
        }
    }
}
