package io.h2session.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataSource;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionSnapshot;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.client.Http2Requests;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stalls of the page about operations happen, and the log and the session say of them what the page shows. */
class OperationsPageTest {
    private static final HeaderList UPLOAD =
            HeaderList.of(":method", "POST", ":scheme", "http", ":path", "/upload", ":authority", "localhost");
    private static final HeaderList DOWNLOAD =
            HeaderList.of(":method", "GET", ":scheme", "http", ":path", "/download", ":authority", "localhost");
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final int MEBIBYTE = 1024 * 1024;

    private final Logger logger = Logger.getLogger(Http2SessionHandler.class.getName());
    private final List<String> log = new ArrayList<>();
    private final Handler lines = new Handler() {
        @Override
        public void publish(LogRecord line) {
            log.add(line.getMessage().replaceFirst("^\\[.*?\\] ", ""));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final List<Object> kept = new ArrayList<>();
    private Http2SessionHandler handler;
    private EmbeddedChannel server;
    private EmbeddedChannel client;

    @BeforeEach
    void logFrames() {
        logger.setLevel(Level.FINE);
        logger.setUseParentHandlers(false);
        logger.addHandler(lines);
    }

    @AfterEach
    void end() {
        kept.forEach(ReferenceCountUtil::release);
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
        logger.removeHandler(lines);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
    }

    private void connect(ChannelInboundHandlerAdapter application, ChannelInboundHandlerAdapter asking) {
        handler = Http2SessionHandler.forServer().frameLog().build();
        server = new EmbeddedChannel(handler, application);
        client = new EmbeddedChannel(Http2SessionHandler.forClient().build(), asking);
    }

    @Test
    void anUploadThatIsNotReleasedStandsStill() throws Exception {
        Http2Requests requests = new Http2Requests(MEBIBYTE);
        connect(
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object event) {
                        if (event instanceof Http2SessionEvent.Data) {
                            kept.add(event);
                        }
                    }
                },
                requests);
        requests.send(UPLOAD, Unpooled.wrappedBuffer(new byte[MEBIBYTE]));

        isShown("## Example: an upload that stops");
    }

    @Test
    void aDownloadThatIsNotReadStandsStill() throws Exception {
        connect(
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object event) {
                        if (event instanceof Http2SessionEvent.Headers request) {
                            DataSource body = DataSource.of(Unpooled.wrappedBuffer(new byte[MEBIBYTE]));
                            ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), OK, body));
                        }
                    }
                },
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object event) {
                        kept.add(event);
                    }
                });
        client.writeOneOutbound(Http2SessionWrite.request(new Http2StreamHandle(), DOWNLOAD));
        client.flushOutbound();

        isShown("## Example: a download that stops");
    }

    /** The lines of the section are in the log, in that order, and what the session tells is there, too. */
    private void isShown(String title) throws Exception {
        TestingGuideTest.exchange(client, server);
        Future<Http2SessionSnapshot> snapshot = handler.snapshot();
        server.runPendingTasks();

        List<String> shown = section(title);
        assertThat(log)
                .containsSubsequence(shown.stream()
                        .filter(line -> line.startsWith("IN ") || line.startsWith("OUT "))
                        .toList());
        assertThat(log.get(log.size() - 1)).isEqualTo(shown.get(shown.indexOf("") - 1));
        assertThat(shown).contains(snapshot.getNow().toString());
        assertThat(shown).containsAll(OperationsGuide.windows(handler).lines().toList());
    }

    private static List<String> section(String title) throws IOException {
        String page = Files.readString(Path.of("../docs/operations.md"));
        assertThat(page).contains(title);
        return page.substring(page.indexOf(title))
                .split("\n## ", 2)[0]
                .lines()
                .filter(line -> line.startsWith("    ") || line.isEmpty())
                .map(String::strip)
                .dropWhile(String::isEmpty)
                .toList();
    }
}
