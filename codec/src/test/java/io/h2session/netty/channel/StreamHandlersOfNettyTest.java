package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2SessionWrite;
import io.netty.channel.ChannelFuture;
import io.netty.handler.stream.ChunkedStream;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;

/** Handlers of Netty's on a stream, unchanged. */
class StreamHandlersOfNettyTest {
    @Test
    void tenMebibytesInChunksKeepLittleInMemory() {
        int length = 10 * 1024 * 1024;
        try (StreamsEnd end = StreamsEnd.server()) {
            end.prepare = made -> made.pipeline().addLast(new ChunkedWriteHandler());
            end.receive(end.say().request(1, true, "/"));
            StreamChannel child = end.child(0);
            child.write(Http2SessionWrite.responseHead(child.stream(), status(200)));
            ChannelFuture written =
                    child.writeAndFlush(new ChunkedStream(new ByteArrayInputStream(new byte[length]), 8192));
            written.addListener(done -> child.shutdownOutput());
            int sent = 0;
            int more;
            do {
                end.sent();
                more = end.dataSent() - sent;
                sent += more;
                assertThat(end.session.pendingBytes()).isLessThan(64 * 1024 + 2 * 8192);
                if (more > 0) {
                    end.receive(end.say().windowUpdate(1, more).windowUpdate(0, more));
                }
            } while (more > 0);
            assertThat(written.isSuccess()).isTrue();
            assertThat(sent).isEqualTo(length);
            assertThat(child.end()).isEqualTo(StreamEnd.COMPLETE);
        }
    }
}
