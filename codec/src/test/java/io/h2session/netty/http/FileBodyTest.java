package io.h2session.netty.http;

import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file as the content of a message. */
class FileBodyTest {
    private static final int LENGTH = 3 << 20;

    @TempDir
    private Path folder;

    private Path file() throws IOException {
        byte[] bytes = new byte[LENGTH];
        new Random(1).nextBytes(bytes);
        return Files.write(folder.resolve("file"), bytes);
    }

    private static DefaultFileRegion region(Path file, long from, long count) {
        try {
            return new DefaultFileRegion(FileChannel.open(file), from, count);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** What a client gets when a server answers so. */
    private static final class Download {
        final java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream();
        final List<String> trailers = new ArrayList<>();
        StreamEnd end;

        Download(String method, Consumer<ChannelHandlerContext> answer) {
            try (HttpPair pair = new HttpPair(() -> List.of(HttpPair.on((context, message) -> {
                if (message instanceof HttpRequest) {
                    answer.accept(context);
                }
            })))) {
                StreamChannel stream = pair.open(HttpPair.on((context, message) -> {
                    if (message instanceof HttpContent content) {
                        byte[] bytes = new byte[content.content().readableBytes()];
                        content.content().readBytes(bytes);
                        body.writeBytes(bytes);
                    }
                    if (message instanceof LastHttpContent last) {
                        trailers.addAll(last.trailingHeaders().names());
                        trailers.add("last");
                    }
                }));
                DefaultFullHttpRequest request = new DefaultFullHttpRequest(HTTP_1_1, HttpMethod.valueOf(method), "/");
                request.headers().set("host", "a");
                stream.writeAndFlush(request);
                pair.exchange();
                end = stream.end();
            }
        }
    }

    private static DefaultHttpResponse ok() {
        return new DefaultHttpResponse(HTTP_1_1, HttpResponseStatus.OK);
    }

    @Test
    void aFileIsReadAsItCanBeSent() throws IOException {
        Path file = file();
        List<ChannelFuture> written = new ArrayList<>();
        List<DefaultFileRegion> regions = new ArrayList<>();
        Download download = new Download("GET", context -> {
            DefaultFileRegion region = region(file, 100, LENGTH - 200);
            regions.add(region);
            written.add(context.write(ok()));
            written.add(context.writeAndFlush(region));
            written.add(context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
        });

        byte[] all = Files.readAllBytes(file);
        assertThat(download.body.toByteArray()).isEqualTo(java.util.Arrays.copyOfRange(all, 100, LENGTH - 100));
        assertThat(written).allMatch(ChannelFuture::isSuccess);
        assertThat(regions).allMatch(region -> region.refCnt() == 0);
        assertThat(download.end.kind()).isEqualTo(StreamEnd.Kind.COMPLETE);
    }

    @Test
    void contentMayComeBeforeAndTrailersBehind() throws IOException {
        Path file = file();
        Download download = new Download("GET", context -> {
            DefaultLastHttpContent last = new DefaultLastHttpContent();
            last.trailingHeaders().set("digest", "x");
            context.write(ok());
            context.write(new DefaultHttpContent(StreamTalk.text("before")));
            context.write(region(file, 0, 10));
            context.writeAndFlush(last);
        });

        assertThat(download.body.size()).isEqualTo(16);
        assertThat(download.trailers).containsExactly("digest", "last");
    }

    @Test
    void aFileThatIsShorterThanItsRegionResetsTheStream() throws IOException {
        Path file = file();
        List<ChannelFuture> written = new ArrayList<>();
        Download download = new Download("GET", context -> {
            context.write(ok());
            written.add(context.write(region(file, LENGTH - 10, 20)));
            context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        });

        assertThat(download.trailers).isEmpty();
        assertThat(download.end.errorCode()).isEqualTo(2);
        assertThat(written.get(0).isSuccess()).isFalse();
    }

    @Test
    void whereThereIsNoContentTheFileIsReleasedUnread() throws IOException {
        Path file = file();
        List<DefaultFileRegion> regions = new ArrayList<>();
        Download download = new Download("HEAD", context -> {
            DefaultFileRegion region = region(file, 0, 10);
            regions.add(region);
            context.write(ok());
            context.write(region);
            context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        });

        assertThat(download.trailers).containsExactly("last");
        assertThat(regions).allMatch(region -> region.refCnt() == 0);
    }

    @Test
    void aFileOutOfPlaceIsReleasedAndFails() throws IOException {
        Path file = file();
        try (StreamTalk talk = StreamTalk.server().request(true, "GET")) {
            DefaultFileRegion early = region(file, 0, 10);
            assertThat(talk.channel.writeOneOutbound(early).cause()).isInstanceOf(IllegalStateException.class);
            talk.channel.write(ok());
            DefaultFileRegion first = region(file, 0, 10);
            talk.channel.write(first);
            DefaultFileRegion second = region(file, 0, 10);
            assertThat(talk.channel.write(second).cause()).isInstanceOf(IllegalStateException.class);
            assertThat(talk.channel
                            .write(new DefaultHttpContent(StreamTalk.text("x")))
                            .cause())
                    .isInstanceOf(IllegalStateException.class);
            talk.channel.close();
            assertThat(List.of(early, first, second)).allMatch(region -> region.refCnt() == 0);
        }
    }
}
