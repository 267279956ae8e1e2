package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer that is gone after any byte that it sent, in any way: nothing is kept, no promise waits, every stream has ended. */
class VanishingPeerTest {
    enum Way {
        CLOSED,
        HALF_CLOSED,
        RESET
    }

    private final List<ByteBuf> written = new ArrayList<>();
    private final List<ChannelFuture> futures = new ArrayList<>();

    private ByteBuf text(int bytes) {
        ByteBuf text = Events.text("x".repeat(bytes));
        written.add(text);
        return text;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theClientIsGoneAfterAnyByte(Way way) {
        byte[] said = Frames.script()
                .preface()
                .settings(4, 100)
                .settingsAck()
                .request(1, true, "/")
                .request(3, false, "/upload", "content-length", "10")
                .data(3, "01234", false)
                .windowUpdate(1, 50)
                .ping(7)
                .data(3, "56789", true)
                .request(5, false, "/dropped")
                .reset(5, ErrorCode.CANCEL)
                .goAway(0, ErrorCode.NO_ERROR, "bye")
                .bytes();
        for (int bytes = 0; bytes <= said.length; bytes++) {
            Events events = new Events().on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request
                        && request.stream().id() != 5) {
                    futures.add(ctx.write(Http2SessionWrite.responseHead(request.stream(), status(200))));
                    futures.add(ctx.write(Http2SessionWrite.data(request.stream(), text(120), false)));
                    futures.add(ctx.writeAndFlush(Http2SessionWrite.data(request.stream(), text(120), true)));
                }
            });
            GatedChannel server =
                    new GatedChannel(Http2SessionHandler.forServer().build(), events);
            vanish(server, events, said, bytes, way);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theServerIsGoneAfterAnyByte(Way way) {
        byte[] said = Frames.script()
                .settings(4, 100)
                .settingsAck()
                .response(1, false, 103)
                .response(1, false, 200)
                .data(1, "01234", false)
                .windowUpdate(3, 50)
                .data(1, "56789", true)
                .ping(7)
                .reset(3, ErrorCode.INTERNAL_ERROR)
                .goAway(3, ErrorCode.NO_ERROR, "bye")
                .bytes();
        for (int bytes = 0; bytes <= said.length; bytes++) {
            Events events = new Events();
            GatedChannel client =
                    new GatedChannel(Http2SessionHandler.forClient().build(), events);
            futures.add(client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/"))));
            Http2StreamHandle upload = new Http2StreamHandle();
            futures.add(client.write(Http2SessionWrite.requestHead(upload, post("/"))));
            futures.add(client.write(Http2SessionWrite.data(upload, text(120), false)));
            futures.add(client.write(Http2SessionWrite.data(upload, text(70_000), false)));
            futures.add(client.write(Http2SessionWrite.trailers(upload, HeaderList.of("a", "b"))));
            futures.add(client.writeAndFlush(Http2SessionWrite.ping(1)));
            vanish(client, events, said, bytes, way);
        }
    }

    private void vanish(GatedChannel channel, Events events, byte[] said, int bytes, Way way) {
        channel.writeInbound(Unpooled.copiedBuffer(said, 0, bytes));
        switch (way) {
            case CLOSED -> channel.unsafe().close(channel.voidPromise());
            case HALF_CLOSED -> channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            case RESET -> {
                IOException reset = new IOException("connection reset by peer");
                channel.failWrites(reset);
                channel.pipeline().fireExceptionCaught(reset);
            }
        }
        channel.runPendingTasks();
        channel.releaseOutbound();

        String where = way + " after " + bytes;
        assertThat(channel.isOpen()).as(where).isFalse();
        assertThat(written).as(where).allMatch(one -> one.refCnt() == 0);
        assertThat(futures).as(where).allMatch(ChannelFuture::isDone);
        assertThat(events.exceptions).as(where).isEmpty();
        Http2SessionEvent.SessionEnded ended = events.one(Http2SessionEvent.SessionEnded.class);
        assertThat(events.all.indexOf(ended)).as(where).isGreaterThanOrEqualTo(events.all.size() - 2);
        List<Http2StreamHandle> begun = events.of(Http2SessionEvent.Headers.class).stream()
                .map(Http2SessionEvent.Headers::stream)
                .toList();
        assertThat(events.of(Http2SessionEvent.StreamClosed.class))
                .as(where)
                .extracting(Http2SessionEvent.StreamClosed::stream)
                .doesNotHaveDuplicates()
                .containsAll(begun);
        assertThat(channel.runScheduledPendingTasks()).as(where).isEqualTo(-1);
        written.clear();
        futures.clear();
    }
}
