package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.netty.channel.ChannelFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two handlers that are busy, cancel and refuse a lot, and stay connected: the default options at both ends. */
class HonestPeersTest {
    private static void stays(SessionPair pair) {
        assertThat(pair.client.isActive()).isTrue();
        assertThat(pair.server.isActive()).isTrue();
        assertThat(pair.clientHandler.session().terminationReason()).isNull();
        assertThat(pair.serverHandler.session().terminationReason()).isNull();
    }

    private static void answer(SessionPair pair) {
        pair.serverEvents.remember = false;
        pair.clientEvents.remember = false;
        pair.serverEvents.on((ctx, event) -> {
            if (event instanceof Http2SessionEvent.Headers request) {
                boolean slow = request.headers().value(":path").toString().equals("/slow");
                if (!slow) {
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(200), text("answer")));
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 50})
    void aClientThatCancelsManyOfItsCallsStays(int percent) {
        try (SessionPair pair = new SessionPair()) {
            answer(pair);
            for (int tick = 0; tick < 100; tick++) {
                for (int i = 0; i < 100; i++) {
                    Http2StreamHandle stream = new Http2StreamHandle();
                    boolean cancelled = i < percent;
                    pair.client.write(Http2SessionWrite.request(stream, get(cancelled ? "/slow" : "/")));
                    pair.client.flush();
                    if (cancelled) {
                        pair.client.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
                    }
                }
                pair.exchange();
                pair.pass(50, TimeUnit.MILLISECONDS);
            }
            stays(pair);
            assertThat(pair.clientEvents.bytes).isEqualTo(100L * (100 - percent) * "answer".length());
        }
    }

    @Test
    void aServerThatRefusesManyRequestsStays() {
        try (SessionPair pair = new SessionPair()) {
            pair.serverEvents.remember = false;
            pair.clientEvents.remember = false;
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.reset(request.stream(), ErrorCode.REFUSED_STREAM));
                }
            });
            for (int i = 0; i < 5_000; i++) {
                pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            }
            stays(pair);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 40})
    void aClientThatAnnouncesATinyHeaderListIsAnswered(int size) {
        try (SessionPair pair = new SessionPair()) {
            List<ChannelFuture> responses = new ArrayList<>();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    responses.add(
                            ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(200), text("a"))));
                }
            });
            pair.request(Http2SessionWrite.settings(List.of(new Setting(SettingId.MAX_HEADER_LIST_SIZE, size))));
            for (int i = 0; i < 10; i++) {
                pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            }
            stays(pair);
            assertThat(responses).hasSize(10).allMatch(ChannelFuture::isSuccess);
            assertThat(pair.serverEvents.of(Http2SessionEvent.StreamClosed.class))
                    .hasSize(10)
                    .allMatch(closed -> closed.errorCode() == ErrorCode.NO_ERROR.code());
        }
    }
}
