package io.h2session.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersFrame;
import io.h2session.hpack.HeaderList;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An observer sees the counts, the frames and their fields, in addition to the metrics and the log of frames. */
class SessionObserverTest {
    private static final class Seen implements Http2SessionObserver {
        final List<String> lines = new ArrayList<>();
        final Channel channel;

        Seen(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void frameReceived(Http2SessionContext session, int type, int flags, int streamId, int length) {
            lines.add("header of " + FrameType.name(type));
        }

        @Override
        public void received(Frame frame) {
            lines.add("received " + FrameType.name(frame.type()));
        }

        @Override
        public void headersReceived(Frame frame, HeaderList fields) {
            lines.add("fields " + fields.value("x-name"));
        }

        @Override
        public void sent(Frame frame) {
            lines.add("sent " + FrameType.name(frame.type())
                    + (frame instanceof HeadersFrame head ? " " + head.headers().value("x-answer") : ""));
        }
    }

    private final List<Seen> observers = new ArrayList<>();

    private Http2SessionObserver observe(Channel channel) {
        Seen seen = new Seen(channel);
        observers.add(seen);
        return seen;
    }

    @Test
    void theFramesAndFieldsOfASessionAreSeenInTheirOrder() {
        List<Integer> counted = new ArrayList<>();
        Http2SessionMetrics metrics = new Http2SessionMetrics() {
            @Override
            public void frameReceived(Http2SessionContext session, int type, int flags, int streamId, int length) {
                counted.add(type);
            }
        };
        try (SessionPair pair = new SessionPair(
                builder -> builder,
                builder -> builder.observer(this::observe).metrics(metrics).frameLog())) {
            pair.exchange();
            assertThat(observers).hasSize(1);
            Seen seen = observers.get(0);
            assertThat(seen.channel).isSameAs(pair.server);
            assertThat(seen.channel.pipeline().get(Http2SessionHandler.class)).isSameAs(pair.serverHandler);
            seen.lines.clear();

            pair.request(Http2SessionWrite.request(
                    new Http2StreamHandle(),
                    HeaderList.of(
                            ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "x-name", "value")));
            pair.server.writeAndFlush(Http2SessionWrite.response(
                    pair.serverEvents.one(Http2SessionEvent.Headers.class).stream(),
                    HeaderList.of(":status", "204", "x-answer", "yes")));
            pair.exchange();
            assertThat(seen.lines)
                    .containsExactly("header of HEADERS", "received HEADERS", "fields value", "sent HEADERS yes");

            seen.lines.clear();
            pair.client.writeAndFlush(Http2SessionWrite.goAway(ErrorCode.NO_ERROR.code(), new byte[0]));
            pair.exchange();
            assertThat(seen.lines).containsExactly("header of GOAWAY", "received GOAWAY");
            assertThat(counted).contains(FrameType.HEADERS, FrameType.GOAWAY);
        }
    }

    @Test
    void aSessionNeedNotBeObserved() {
        try (SessionPair pair = new SessionPair(builder -> builder.observer(channel -> null), builder -> builder)) {
            pair.exchange();
            assertThat(pair.clientHandler.session().remoteSettingsReceived()).isTrue();
        }
    }
}
