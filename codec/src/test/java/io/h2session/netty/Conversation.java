package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A client and a server that say a little of everything, one of which does a {@link Deed} at its nth opportunity. In the
 * end everything that was written has to be released, every promise complete, and every stream ended once.
 */
final class Conversation {
    /** Where the deed is done. */
    enum Place {
        EVENT,
        CALLBACK,
        PROMISE,
        BODY,
        OBSERVER
    }

    private final Deed deed;
    private final Place place;
    private final boolean atServer;
    private final int at;
    private final List<ByteBuf> written = new ArrayList<>();
    private final List<ChannelFuture> futures = new ArrayList<>();
    private final List<Http2StreamHandle> streams = new ArrayList<>();
    private SessionPair pair;
    /** Where the deed was done. */
    private String done = "nothing";

    private int opportunities;
    private final Map<String, Integer> kinds = new HashMap<>();
    private int bodiesMade;
    private int bodiesClosed;
    private Http2StreamHandle latest;

    private Conversation(Deed deed, Place place, boolean atServer, int at) {
        this.deed = deed;
        this.place = place;
        this.atServer = atServer;
        this.at = at;
    }

    /** Plays it with the deed at every opportunity in turn; answers how many there are. */
    static int play(Deed deed, Place place, boolean atServer) {
        int opportunities = 1;
        for (int at = 0; at < opportunities; at++) {
            Conversation conversation = new Conversation(deed, place, atServer, at);
            try {
                conversation.play();
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(
                        deed + " in " + conversation.done + (atServer ? " server" : " client") + ": " + failure,
                        failure);
            }
            opportunities = conversation.opportunities;
        }
        return opportunities;
    }

    // ---- what the deeds need ---------------------------------------------------------------------------------------

    ByteBuf text(String text) {
        ByteBuf bytes = Events.text(text);
        written.add(bytes);
        return bytes;
    }

    void await(ChannelFuture future) {
        futures.add(future);
    }

    void write(ChannelHandlerContext ctx, Http2SessionWrite write) {
        if (ctx.pipeline().get(Http2SessionHandler.class) == null) {
            io.netty.util.ReferenceCountUtil.release(write);
            return;
        }
        ChannelFuture future = ctx.writeAndFlush(write);
        futures.add(future);
        if (place == Place.PROMISE && (ctx.channel() == pair.server) == atServer) {
            future.addListener(done -> opportunity(write.getClass().getSimpleName(), ctx, latest));
        }
    }

    void writeTo(
            ChannelHandlerContext ctx, Http2StreamHandle stream, Function<Http2StreamHandle, Http2SessionWrite> make) {
        if (stream != null) {
            write(ctx, make.apply(stream));
        }
    }

    /** An opportunity for the deed; only the first of a kind counts. */
    private void opportunity(String kind, ChannelHandlerContext ctx, Http2StreamHandle stream) {
        if (kinds.merge(kind, 1, Integer::sum) == 1 && opportunities++ == at) {
            done = kind;
            deed.done(ctx, stream, this);
        }
    }

    // ---- what is said ----------------------------------------------------------------------------------------------

    private void play() {
        pair = new SessionPair(builder -> settings(builder, false), builder -> settings(builder, true));
        pair.serverEvents.on((ctx, event) -> {
            heard(ctx, event, true);
            if (event instanceof Http2SessionEvent.Headers request && request.endStream()) {
                write(ctx, Http2SessionWrite.informational(request.stream(), status(103)));
                write(ctx, Http2SessionWrite.response(request.stream(), status(200), body(ctx, 3)));
            } else if (event instanceof Http2SessionEvent.Data data && data.endStream()) {
                write(ctx, Http2SessionWrite.responseHead(data.stream(), status(200)));
                write(ctx, Http2SessionWrite.data(data.stream(), text("x".repeat(20_000)), false));
                write(ctx, Http2SessionWrite.trailers(data.stream(), io.h2session.hpack.HeaderList.of("a", "b")));
            }
        });
        pair.clientEvents.on((ctx, event) -> heard(ctx, event, false));
        ChannelHandlerContext client = pair.clientEvents.ctx;
        client.executor().execute(() -> say(client));
        pair.client.runPendingTasks();
        pair.exchange();
        pair.pass(60, TimeUnit.SECONDS);
        pair.pass(5, TimeUnit.SECONDS);
        finish();
    }

    private void say(ChannelHandlerContext client) {
        try {
            write(client, Http2SessionWrite.request(newStream(), get("/")));
            Http2StreamHandle upload = newStream();
            write(client, Http2SessionWrite.requestHead(upload, post("/upload")));
            write(client, Http2SessionWrite.data(upload, text("x".repeat(300)), false));
            write(client, Http2SessionWrite.data(upload, text("end"), true));
            write(client, Http2SessionWrite.request(newStream(), post("/source"), body(client, 2)));
            Http2StreamHandle dropped = newStream();
            write(client, Http2SessionWrite.requestHead(dropped, post("/dropped")));
            write(client, Http2SessionWrite.reset(dropped, ErrorCode.CANCEL));
            write(client, Http2SessionWrite.ping(1));
            write(client, Http2SessionWrite.settings(List.of()));
            write(client, Http2SessionWrite.windowUpdate(null, 1000));
        } catch (IllegalStateException thrownByTheDeed) {
            assertThat(deed).isEqualTo(Deed.THROW);
        }
    }

    private Http2StreamHandle newStream() {
        Http2StreamHandle stream = new Http2StreamHandle();
        streams.add(stream);
        return stream;
    }

    /** A body of this many pieces that is resumed after each. */
    private DataSource body(ChannelHandlerContext ctx, int pieces) {
        bodiesMade++;
        return new DataSource() {
            private int left = pieces;

            @Override
            public DataResult read(int streamId, int maxLength, io.h2session.api.BodySink sink) {
                act("read");
                if (left == 0) {
                    return DataResult.END;
                }
                if (maxLength >= 5) {
                    left--;
                    sink.add(text("piece"));
                }
                return DataResult.MORE;
            }

            private void act(String kind) {
                if (place == Place.BODY && (ctx.channel() == pair.server) == atServer) {
                    opportunity(kind, ctx, latest);
                }
            }

            @Override
            public void close() {
                bodiesClosed++;
                act("close");
            }
        };
    }

    private Http2SessionHandlerBuilder settings(Http2SessionHandlerBuilder builder, boolean server) {
        builder.events(EnumSet.allOf(Http2EventKind.class))
                .options(Http2SessionOptions.safe().toBuilder().build());
        if (place == Place.OBSERVER && server == atServer) {
            builder.observer(channel -> observer(server));
        }
        if (place == Place.CALLBACK && server == atServer) {
            builder.listener(() -> Everywhere.calling(kind -> {
                if (pair != null) {
                    opportunity(kind, server ? pair.serverEvents.ctx : pair.clientEvents.ctx, latest);
                }
            }));
        }
        return builder;
    }

    /** An observer each method of which, except the first, is an opportunity: of counts and of frames alike. */
    private Http2SessionObserver observer(boolean server) {
        InvocationHandler every = (proxy, method, args) -> {
            if (pair != null && method.getDeclaringClass() != Object.class) {
                opportunity(method.getName(), server ? pair.serverEvents.ctx : pair.clientEvents.ctx, latest);
            }
            return null;
        };
        Class<Http2SessionObserver> type = Http2SessionObserver.class;
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, every));
    }

    private void heard(ChannelHandlerContext ctx, Object event, boolean server) {
        Http2StreamHandle stream = streamOf(event);
        if (stream != null && server == atServer) {
            latest = stream;
        }
        if (place == Place.EVENT && server == atServer) {
            opportunity(event.getClass().getSimpleName(), ctx, stream);
        }
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

    // ---- how it ends -----------------------------------------------------------------------------------------------

    private void finish() {
        pair.close();
        pair.exchange();
        assertThat(written).allMatch(bytes -> bytes.refCnt() == 0);
        assertThat(futures).allMatch(ChannelFuture::isDone);
        assertThat(bodiesClosed).isEqualTo(bodiesMade);
        assertThat(pair.client.runScheduledPendingTasks()).isEqualTo(-1);
        assertThat(pair.server.runScheduledPendingTasks()).isEqualTo(-1);
        for (Events events : List.of(pair.clientEvents, pair.serverEvents)) {
            assertThat(events.of(Http2SessionEvent.SessionEnded.class)).hasSize(1);
            assertThat(events.of(Http2SessionEvent.StreamClosed.class))
                    .extracting(Http2SessionEvent.StreamClosed::stream)
                    .doesNotHaveDuplicates();
        }
        List<Http2StreamHandle> closed = pair.clientEvents.of(Http2SessionEvent.StreamClosed.class).stream()
                .map(Http2SessionEvent.StreamClosed::stream)
                .toList();
        assertThat(closed)
                .containsAll(streams.stream().filter(one -> one.id() > 0).toList());
        assertThat(pair.client.isOpen()).isFalse();
        assertThat(pair.server.isOpen()).isFalse();
    }
}
