package io.h2session.netty;

import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.InternalLogLevel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One line for each frame, with numbers and no words of the peer's. */
class FrameLogTest {
    /** Remembers what it is told at one level, and nothing at the others. */
    private static final class Lines extends AbstractInternalLogger {
        private static final long serialVersionUID = 1;

        final transient List<String> lines = new ArrayList<>();
        private final InternalLogLevel level;

        Lines(InternalLogLevel level) {
            super("test");
            this.level = level;
        }

        private void take(InternalLogLevel at, String line) {
            if (at == level) {
                lines.add(line);
            }
        }

        @Override
        public boolean isEnabled(InternalLogLevel asked) {
            return asked == level;
        }

        @Override
        public void log(InternalLogLevel at, String format, Object first, Object second) {
            assertThat(first).isInstanceOf(EmbeddedChannel.class);
            take(at, second.toString());
        }

        @Override
        public boolean isTraceEnabled() {
            return level == InternalLogLevel.TRACE;
        }

        @Override
        public void trace(String line) {}

        @Override
        public void trace(String format, Object first) {}

        @Override
        public void trace(String format, Object first, Object second) {}

        @Override
        public void trace(String format, Object... arguments) {}

        @Override
        public void trace(String line, Throwable thrown) {}

        @Override
        public boolean isDebugEnabled() {
            return level == InternalLogLevel.DEBUG;
        }

        @Override
        public void debug(String line) {}

        @Override
        public void debug(String format, Object first) {}

        @Override
        public void debug(String format, Object first, Object second) {}

        @Override
        public void debug(String format, Object... arguments) {}

        @Override
        public void debug(String line, Throwable thrown) {}

        @Override
        public boolean isInfoEnabled() {
            return level == InternalLogLevel.INFO;
        }

        @Override
        public void info(String line) {}

        @Override
        public void info(String format, Object first) {}

        @Override
        public void info(String format, Object first, Object second) {}

        @Override
        public void info(String format, Object... arguments) {}

        @Override
        public void info(String line, Throwable thrown) {}

        @Override
        public boolean isWarnEnabled() {
            return level == InternalLogLevel.WARN;
        }

        @Override
        public void warn(String line) {}

        @Override
        public void warn(String format, Object first) {}

        @Override
        public void warn(String format, Object first, Object second) {}

        @Override
        public void warn(String format, Object... arguments) {}

        @Override
        public void warn(String line, Throwable thrown) {}

        @Override
        public boolean isErrorEnabled() {
            return level == InternalLogLevel.ERROR;
        }

        @Override
        public void error(String line) {}

        @Override
        public void error(String format, Object first) {}

        @Override
        public void error(String format, Object first, Object second) {}

        @Override
        public void error(String format, Object... arguments) {}

        @Override
        public void error(String line, Throwable thrown) {}
    }

    private final Lines lines = new Lines(InternalLogLevel.DEBUG);

    private Http2SessionHandlerBuilder logged(Http2SessionHandlerBuilder builder) {
        builder.frameLog();
        builder.settings.frameLogger = lines;
        return builder;
    }

    @Test
    void everyFrameIsALineWithItsNumbers() {
        try (SessionPair pair = new SessionPair(builder -> builder, this::logged)) {
            pair.exchange();
            lines.lines.clear();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Data data && data.endStream()) {
                    ctx.writeAndFlush(Http2SessionWrite.response(data.stream(), status(200), text("secret answer")));
                }
            });
            pair.request(
                    Http2SessionWrite.request(new Http2StreamHandle(), post("/secret-path"), text("secret question")));
            pair.request(Http2SessionWrite.ping(0x7365637265742121L));
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(stream, post("/")));
            pair.request(Http2SessionWrite.windowUpdate(stream, 1000));
            pair.request(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
            pair.server.writeInbound(Unpooled.wrappedBuffer(
                    io.netty.buffer.ByteBufUtil.decodeHexDump("000004080000000003" + "00000001")));
            pair.request(Http2SessionWrite.settings(
                    List.of(new io.h2session.frame.Setting(io.h2session.frame.SettingId.INITIAL_WINDOW_SIZE, 5))));
            pair.server.writeAndFlush(
                    Http2SessionWrite.goAway(3, 2, "secret".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        }

        assertThat(lines.lines)
                .filteredOn(line -> !line.contains("HEADERS"))
                .containsExactly(
                        "IN  DATA stream=1 flags=END_STREAM length=15",
                        "OUT DATA stream=1 flags=END_STREAM length=13",
                        "IN  PING stream=0 length=8",
                        "OUT PING stream=0 flags=ACK length=8",
                        "IN  WINDOW_UPDATE stream=3 length=4 increment=1000",
                        "IN  RST_STREAM stream=3 length=4 error=CANCEL",
                        "IN  WINDOW_UPDATE stream=3 length=4",
                        "IN  SETTINGS stream=0 length=6 [INITIAL_WINDOW_SIZE=5]",
                        "OUT SETTINGS stream=0 flags=ACK length=0",
                        "OUT GOAWAY stream=0 length=14 last=3 error=INTERNAL_ERROR");
        assertThat(lines.lines)
                .filteredOn(line -> line.contains("HEADERS"))
                .hasSize(3)
                .allMatch(line -> line.matches("(IN |OUT) HEADERS stream=\\d flags=\\S+ length=\\d+"));
        assertThat(String.join(" ", lines.lines)).doesNotContain("secret").doesNotContain("7365");
    }

    @Test
    void aSessionThatIsNotLoggedHasNoLog() {
        try (SessionPair pair = new SessionPair(
                builder -> logged(builder).frameLog(System.Logger.Level.OFF, FrameLogTest.class), builder -> {
                    builder.frameLog(System.Logger.Level.TRACE, FrameLogTest.class);
                    builder.settings.frameLogger = lines;
                    return builder;
                })) {
            pair.request(Http2SessionWrite.ping(1));
        }
        assertThat(lines.lines).isEmpty();
    }

    @Test
    void theLogLeavesTheApplicationsMetricsWhatTheyAre() {
        List<String> told = new ArrayList<>();
        var metrics = (io.h2session.api.Http2SessionMetrics) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {io.h2session.api.Http2SessionMetrics.class},
                (proxy, method, arguments) -> {
                    told.add(method.getName());
                    return null;
                });
        try (SessionPair pair =
                new SessionPair(builder -> builder, builder -> logged(builder).metrics(metrics))) {
            pair.exchange();
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), post("/"), text("body")));
            Http2StreamHandle reset = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(reset, post("/")));
            pair.request(Http2SessionWrite.reset(reset, ErrorCode.CANCEL));
            pair.server.writeAndFlush(Http2SessionWrite.ping(1));
            pair.exchange();
            pair.server.writeAndFlush(Http2SessionWrite.reset(
                    pair.serverEvents.of(Http2SessionEvent.Headers.class).get(0).stream(), ErrorCode.CANCEL));
            pair.server.writeInbound(
                    Unpooled.wrappedBuffer(io.netty.buffer.ByteBufUtil.decodeHexDump("0000010f000000000100")));
        }
        assertThat(told)
                .contains(
                        "sessionBegun",
                        "frameReceived",
                        "frameSent",
                        "bytesReceived",
                        "bytesSent",
                        "streamOpened",
                        "streamClosed",
                        "resetReceived",
                        "resetSent",
                        "glitch",
                        "roundTrip",
                        "sessionEnded");
    }
}
