package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.testing.Frames;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** StreamClosed: exactly one for each stream, with the one handle of the stream, after everything else, and true. */
class StreamClosedTest {

    /** The handle that an event carries; null for events of no stream. */
    private static Http2StreamHandle streamOf(Object event) {
        if (event instanceof Http2SessionEvent.Headers headers) {
            return headers.stream();
        } else if (event instanceof Http2SessionEvent.Data data) {
            return data.stream();
        } else if (event instanceof Http2SessionEvent.Reset reset) {
            return reset.stream();
        } else if (event instanceof Http2SessionEvent.WindowUpdate update) {
            return update.stream();
        } else if (event instanceof Http2SessionEvent.StreamWritability writability) {
            return writability.stream();
        } else if (event instanceof Http2SessionEvent.StreamClosed closed) {
            return closed.stream();
        }
        return event instanceof Http2SessionEvent.PushPromise push ? push.promised() : null;
    }

    /** Each stream that was named has one StreamClosed, which is the last that names it. */
    private static void assertEndedOnce(Events events) {
        List<Http2StreamHandle> open = new ArrayList<>();
        List<Http2StreamHandle> closed = new ArrayList<>();
        for (Object event : events.all) {
            Http2StreamHandle stream = streamOf(event);
            if (stream != null) {
                assertThat(closed).as("closed before %s", event).doesNotContain(stream);
                open.add(stream);
                if (event instanceof Http2SessionEvent.StreamClosed) {
                    closed.add(stream);
                }
            }
        }
        assertThat(closed).containsAll(open);
        assertThat(closed).extracting(Http2StreamHandle::id).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"deadline", "second close", "terminate"})
    void anUploadThatOurEndCutsIsToldAsCancelledAtBothEnds(String cut) {
        try (SessionPair pair = new SessionPair(
                builder -> builder, builder -> builder.gracefulShutdownTimeout(Duration.ofSeconds(10)))) {
            Http2StreamHandle upload = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(upload, post("/")));
            pair.request(Http2SessionWrite.data(upload, text("half"), false));
            Http2StreamHandle stream = pair.serverEvents.one(Http2SessionEvent.Headers.class).stream();
            pair.server.writeAndFlush(Http2SessionWrite.responseHead(stream, status(200)));
            switch (cut) {
                case "terminate" -> pair.server.writeAndFlush(Http2SessionWrite.terminate(ErrorCode.NO_ERROR.code()));
                case "second close" -> {
                    pair.server.pipeline().close();
                    pair.server.pipeline().close();
                }
                default -> pair.server.pipeline().close();
            }
            pair.exchange();
            pair.pass(10, TimeUnit.SECONDS);

            Http2SessionEvent.StreamClosed atServer = pair.serverEvents.one(Http2SessionEvent.StreamClosed.class);
            assertThat(atServer.errorCode()).isEqualTo(ErrorCode.CANCEL.code());
            assertThat(atServer.inboundComplete()).isFalse();
            assertThat(pair.clientEvents.one(Http2SessionEvent.Reset.class).errorCode())
                    .isEqualTo(ErrorCode.CANCEL.code());
            assertThat(pair.clientEvents
                            .one(Http2SessionEvent.StreamClosed.class)
                            .errorCode())
                    .isEqualTo(ErrorCode.CANCEL.code());
        }
    }

    @Test
    void anExchangeThatBothEndsCompletedIsToldSo() {
        try (SessionPair pair = new SessionPair()) {
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(204)));
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));

            for (Events events : List.of(pair.serverEvents, pair.clientEvents)) {
                Http2SessionEvent.StreamClosed closed = events.one(Http2SessionEvent.StreamClosed.class);
                assertThat(closed.errorCode()).isZero();
                assertThat(closed.inboundComplete()).isTrue();
            }
        }
    }

    @Test
    void writabilityIsNotToldOfAStreamThatIsClosed() {
        try (SessionPair pair = new SessionPair(builder -> builder.streamWriteMarks(10, 20), builder -> builder)) {
            pair.exchange();
            pair.serverEvents.keepData = true;
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.writeAndFlush(Http2SessionWrite.requestHead(stream, post("/")));
            pair.client.writeAndFlush(Http2SessionWrite.data(stream, text("x".repeat(400_000)), false));
            pair.exchange();
            assertThat(pair.clientEvents
                            .one(Http2SessionEvent.StreamWritability.class)
                            .writable())
                    .isFalse();

            Http2StreamHandle atServer = pair.serverEvents.one(Http2SessionEvent.Headers.class).stream();
            pair.server.writeAndFlush(Http2SessionWrite.reset(atServer, ErrorCode.CANCEL));
            pair.exchange();

            assertThat(pair.clientEvents.all.get(pair.clientEvents.all.size() - 1))
                    .isInstanceOf(Http2SessionEvent.StreamClosed.class);
            assertEndedOnce(pair.clientEvents);
        }
    }

    @Test
    void aMalformedRequestIsToldItsEnd() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.server.writeInbound(Frames.script()
                    .request(1, false, "/", "content-length", "3")
                    .data(1, "four", true)
                    .buf());

            assertThat(pair.serverEvents.of(Http2SessionEvent.InvalidFrame.class))
                    .hasSize(1);
            Http2SessionEvent.StreamClosed closed = pair.serverEvents.one(Http2SessionEvent.StreamClosed.class);
            assertThat(closed.errorCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
            assertThat(closed.inboundComplete()).isFalse();
            assertEndedOnce(pair.serverEvents);
        }
    }

    @Test
    void aRequestWhoseHeadIsMalformedIsToldItsEndAndNothingElse() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            // HEADERS of stream 1 with END_STREAM: nothing but ":method: GET".
            pair.server.writeInbound(
                    io.netty.buffer.Unpooled.wrappedBuffer(new byte[] {0, 0, 1, 1, 5, 0, 0, 0, 1, (byte) 0x82}));

            assertThat(pair.serverEvents.of(Http2SessionEvent.Headers.class)).isEmpty();
            Http2SessionEvent.StreamClosed closed = pair.serverEvents.one(Http2SessionEvent.StreamClosed.class);
            assertThat(closed.stream().id()).isEqualTo(1);
            assertThat(closed.errorCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "a string", "a handle"})
    void aStreamOpenedThroughTheSessionKeepsOneHandle(String userData) {
        try (SessionPair pair = new SessionPair()) {
            Http2StreamHandle own = new Http2StreamHandle();
            Object given = userData.equals("nothing") ? null : userData.equals("a handle") ? own : userData;
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.write(Http2SessionWrite.responseHead(request.stream(), status(200)));
                    ctx.write(Http2SessionWrite.data(request.stream(), text("a"), false));
                    ctx.writeAndFlush(Http2SessionWrite.data(request.stream(), text("b"), true));
                }
            });
            pair.exchange();
            pair.clientHandler.session().submitRequest(get("/"), null, given);
            pair.client.flush();
            pair.exchange();

            Http2StreamHandle first = pair.clientEvents.one(Http2SessionEvent.Headers.class).stream();
            assertThat(first.id()).isEqualTo(1);
            assertThat(pair.clientEvents.all)
                    .filteredOn(event -> streamOf(event) != null)
                    .hasSizeGreaterThan(2)
                    .allMatch(event -> streamOf(event) == first);
            assertEndedOnce(pair.clientEvents);
            if (given == own) {
                assertThat(first).isSameAs(own);
            }
        }
    }

    @Test
    void aStreamOpenedThroughTheSessionIsWrittenToByItsHandle() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request && !request.endStream()) {
                    ctx.writeAndFlush(Http2SessionWrite.informational(request.stream(), status(103)));
                }
            });
            pair.clientHandler.session().submitRequestHeaders(post("/"), false, "mine");
            pair.client.flush();
            pair.exchange();
            Http2StreamHandle stream = pair.clientEvents.one(Http2SessionEvent.Headers.class).stream();
            assertThat(pair.clientHandler.session().userData(1)).isEqualTo("mine");

            ChannelFuture reset = pair.request(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));

            assertThat(reset.isSuccess()).isTrue();
            assertThat(pair.clientEvents.one(Http2SessionEvent.StreamClosed.class).stream())
                    .isSameAs(stream);
            assertEndedOnce(pair.clientEvents);
        }
    }

    @Test
    void theListenersUserDataStaysAndItsStreamHasOneHandle() {
        Http2SessionListener listener = new Http2SessionListener() {
            @Override
            public ReceiveAnswer onBeginHeaders(Http2SessionContext session, Frame frame) {
                session.userData(frame.streamId(), "the listener's");
                return ReceiveAnswer.CONTINUE;
            }
        };
        try (SessionPair pair = new SessionPair(builder -> builder, builder -> builder.listener(() -> listener))) {
            Http2StreamHandle upload = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(upload, post("/")));
            pair.request(Http2SessionWrite.data(upload, text("x"), true));
            Http2StreamHandle stream = pair.serverEvents.one(Http2SessionEvent.Headers.class).stream();
            assertThat(pair.serverEvents.one(Http2SessionEvent.Data.class).stream())
                    .isSameAs(stream);
            assertThat(pair.serverHandler.session().userData(1)).isEqualTo("the listener's");

            ChannelFuture informed = pair.server.write(Http2SessionWrite.informational(stream, status(103)));
            ChannelFuture answered =
                    pair.server.writeAndFlush(Http2SessionWrite.response(stream, status(200), text("answer")));
            pair.exchange();

            assertThat(informed.isSuccess()).isTrue();
            assertThat(answered.isSuccess()).isTrue();
            assertThat(pair.clientEvents.body).hasToString("answer");
            assertEndedOnce(pair.serverEvents);
            assertEndedOnce(pair.clientEvents);
        }
    }

    @Test
    void aRequestThatWasNeverSentIsToldItsEnd() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.client.shut().waterMark(1);
            pair.clientHandler.session().submitRequest(get("/"), null, "mine");
            pair.clientHandler.session().terminate(ErrorCode.NO_ERROR.code());
            pair.client.flush();

            Http2SessionEvent.StreamClosed closed = pair.clientEvents.one(Http2SessionEvent.StreamClosed.class);
            assertThat(closed.stream().id()).isEqualTo(1);
            assertThat(closed.errorCode()).isEqualTo(ErrorCode.REFUSED_STREAM.code());
            assertThat(closed.retryIsSafe()).isTrue();
        }
    }
}
