package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.ByteSink;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Allocation;
import io.h2session.testing.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a request costs in objects, and what a connection that does nothing keeps. */
class AllocationTest {
    private static final int WARM_UP = 40_000;
    private static final int REQUESTS = 20_000;
    private static final int MAX_BYTES_PER_REQUEST = 700;
    private static final int SESSIONS = 1000;
    private static final int MAX_BYTES_PER_SESSION = 8 * 1024;

    /** Watching for leaks costs a hundred times what is measured here. */
    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    @BeforeEach
    void watchNothing() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void watchAgain() {
        ResourceLeakDetector.setLevel(level);
    }

    @Test
    void aTinyRequestIsAnsweredWithFewObjects() {
        TinyServer server = new TinyServer();
        server.answer(WARM_UP);

        long bytes = Allocation.settled(
                () -> Allocation.of(() -> server.answer(REQUESTS)) / REQUESTS, found -> found <= MAX_BYTES_PER_REQUEST);

        assertThat(server.answered).isEqualTo(server.asked).isGreaterThanOrEqualTo(WARM_UP + REQUESTS);
        assertThat(server.sent.bytes).isGreaterThan(REQUESTS * 20L);
        assertThat(bytes).as("bytes allocated for a request").isBetween(1L, (long) MAX_BYTES_PER_REQUEST);
        server.close();
    }

    @Test
    void aFreshSessionIsSmall() {
        for (Http2Role role : Http2Role.values()) {
            // All that was allocated bounds what is kept.
            long bytes = Allocation.settled(
                    () -> Allocation.of(() -> makeSessions(role)) / SESSIONS, found -> found <= MAX_BYTES_PER_SESSION);

            assertThat(bytes).as("bytes of a fresh %s", role).isBetween(1L, (long) MAX_BYTES_PER_SESSION);
        }
    }

    private static void makeSessions(Http2Role role) {
        Http2Session[] sessions = new Http2Session[SESSIONS];
        for (int i = 0; i < SESSIONS; i++) {
            sessions[i] = new Http2Session(role, Http2SessionOptions.safe(), new Http2SessionListener() {});
        }
        assertThat(sessions).doesNotContainNull();
    }

    /** A server session that answers whatever it is asked with three fields and a few bytes, all prepared. */
    private static final class TinyServer implements Http2SessionListener {
        private static final HeaderList OK =
                HeaderList.of(":status", "200", "server", "tiny", "content-type", "text/plain");
        private static final byte[] BODY = {'h', 'e', 'l', 'l', 'o', '\n'};

        private final Http2Session session = new Http2Session(Http2Role.SERVER, Http2SessionOptions.safe(), this);
        private final Counter sent = new Counter();
        private final ByteBuf in;
        private int lastStreamId = 1;
        private int asked;
        private int answered;

        TinyServer() {
            Frames peer = Frames.script().preface().settings();
            byte[] first = request(peer);
            ByteBuf opening = peer.headers(1, true, first)
                    .settingsAck()
                    .windowUpdate(0, 1 << 30)
                    .buf();
            session.recv(opening);
            session.send(sent);
            // From now on the request is five bytes, one for each field.
            byte[] indexed = request(peer);
            assertThat(indexed).hasSize(5);
            in = Unpooled.buffer()
                    .writeBytes(Frames.script().headers(3, true, indexed).bytes());
            answered = 0;
        }

        private static byte[] request(Frames peer) {
            return peer.block(
                    ":method",
                    "GET",
                    ":scheme",
                    "https",
                    ":authority",
                    "example.com",
                    ":path",
                    "/",
                    "user-agent",
                    "t/1");
        }

        /** Answers that many requests. */
        void answer(int requests) {
            asked += requests;
            for (int i = 0; i < requests; i++) {
                lastStreamId += 2;
                in.readerIndex(0).setInt(5, lastStreamId);
                session.recv(in);
                session.send(sent);
            }
        }

        void close() {
            assertThat(session.terminated()).isFalse();
            assertThat(session.activeStreams()).isZero();
            session.close();
            sent.bytes = 0;
        }

        @Override
        public void onFrameReceived(Http2SessionContext context, Frame frame) {
            if (frame.type() == FrameType.HEADERS) {
                context.submitResponse(frame.streamId(), OK, DataSource.of(BODY));
                answered++;
            }
        }
    }

    private static final class Counter implements ByteSink {
        private long bytes;

        @Override
        public long writableBytes() {
            return Long.MAX_VALUE;
        }

        @Override
        public void write(ByteBuf buffer) {
            bytes += buffer.readableBytes();
            buffer.release();
        }
    }
}
