package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.testing.Frames;
import io.h2session.testing.PeerView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** How the document sets channels for streams up: it stands here in the same words, compiles and does it. */
class StreamsGuideTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "stream-channels.md");
    private static final Path THIS = Path.of("src/test/java/io/h2session/netty/channel/StreamsGuideTest.java");
    private static final HeaderList OK = HeaderList.of(":status", "200");

    static void accept(ChannelPipeline pipeline) {
        pipeline.addLast(
                Http2SessionHandler.forServer().automaticConnectionWindow(true).build());
        pipeline.addLast(Http2StreamsHandler.builder()
                .childInitializer(stream -> stream.pipeline().addLast(new Echo()))
                .build());
    }

    static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            StreamChannel stream = (StreamChannel) ctx.channel();
            if (message instanceof Http2SessionEvent.Headers) {
                ctx.write(Http2SessionWrite.responseHead(stream.stream(), OK));
            } else if (message instanceof Http2SessionEvent.Data data) {
                ctx.write(data.content().retain()); // a ByteBuf is sent as DATA
                data.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
            ctx.fireChannelReadComplete();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == StreamChannelEvent.INPUT_ENDED) {
                ((StreamChannel) ctx.channel()).shutdownOutput();
            }
        }
    }

    static Future<StreamChannel> ask(Channel connection, HeaderList request, ChannelHandler application) {
        Future<StreamChannel> opening =
                new StreamBootstrap(connection).handler(application).open();
        return opening.addListener((Future<StreamChannel> opened) -> {
            if (opened.isSuccess()) {
                StreamChannel stream = opened.getNow();
                stream.writeAndFlush(Http2SessionWrite.request(stream.stream(), request));
            }
        });
    }

    @Test
    void theCodeIsThatOfTheDocument() throws IOException {
        String here = withoutBlanks(Files.readString(THIS));

        assertThat(Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                        .matcher(Files.readString(DOCUMENT))
                        .results())
                .hasSize(2)
                .map((MatchResult block) -> withoutBlanks(block.group(1)))
                .allSatisfy(code -> assertThat(here).contains(code));
    }

    private static String withoutBlanks(String code) {
        return code.replaceAll("\\s+", "");
    }

    @Test
    void aServerEchoes() {
        EmbeddedChannel channel = new EmbeddedChannel();
        accept(channel.pipeline());
        channel.pipeline().fireChannelActive();
        channel.writeInbound(Frames.script()
                .preface()
                .settings()
                .request(1, false, "/")
                .data(1, "hello", true)
                .buf());
        channel.runPendingTasks();
        ByteBuf sent = Unpooled.buffer();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            sent.writeBytes(out);
            out.release();
        }
        assertThat(PeerView.ofServer().readAndRelease(sent))
                .contains("HEADERS 1 [:status: 200]", "DATA 1 END_STREAM hello");
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
    }

    @Test
    void aClientAsks() {
        try (StreamsEnd end = StreamsEnd.client()) {
            Future<StreamChannel> asked = ask(end.channel, get("/"), end.initializer());
            assertThat(end.sent()).singleElement().asString().startsWith("HEADERS 1 END_STREAM");
            end.receive(end.say().response(1, true, 200));
            assertThat(asked.getNow().end()).isEqualTo(StreamEnd.COMPLETE);
        }
    }
}
