package io.h2session.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.h2session.testing.PeerView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.CharsetUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The first server of the document about HTTP objects: it stands here in the same words, compiles and does it. */
class HttpServerDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "http-objects.md");
    private static final Path THIS = Path.of("src/test/java/io/h2session/netty/http/HttpServerDocumentTest.java");

    static void serve(ChannelPipeline pipeline) {
        pipeline.addLast(
                Http2SessionHandler.forServer().automaticConnectionWindow(true).build());
        pipeline.addLast(Http2StreamsHandler.builder()
                .childInitializer(stream -> stream.pipeline()
                        .addLast(HttpStreamCodec.forServer(), new HttpObjectAggregator(65_536), new Greeter()))
                .build());
    }

    static final class Greeter extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            ByteBuf text = Unpooled.copiedBuffer("hello, " + request.uri(), CharsetUtil.UTF_8);
            ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, text));
        }
    }

    @Test
    void theCodeIsThatOfTheDocument() throws IOException {
        String document = Files.readString(DOCUMENT);
        int start = document.indexOf("## A server");
        String section = document.substring(start, document.indexOf("\n## ", start));
        String here = Files.readString(THIS).replaceAll("\\s+", "");
        List<String> blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(section)
                .results()
                .map(block -> block.group(1).replaceAll("\\s+", ""))
                .toList();

        assertThat(blocks).hasSize(1).allSatisfy(code -> assertThat(here).contains(code));
    }

    @Test
    void itGreets() {
        GatedChannel channel = new GatedChannel();
        serve(channel.pipeline());
        channel.runPendingTasks();
        channel.writeInbound(
                Frames.script().preface().settings().request(1, true, "/me").buf());
        channel.runPendingTasks();
        ByteBuf sent = Unpooled.buffer();
        for (ByteBuf one = channel.readOutbound(); one != null; one = channel.readOutbound()) {
            sent.writeBytes(one);
            one.release();
        }

        assertThat(PeerView.ofServer().readAndRelease(sent).toString()).contains("200");
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
        channel.releaseOutbound();
    }
}
