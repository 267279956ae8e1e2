package io.h2session.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.hello.Hello;
import io.h2session.frame.HeadersCategory;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.client.Http2Requests;
import io.h2session.netty.client.Http2Response;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The tests that the guide to testing shows. */
class TestingGuideTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "localhost");

    @Test
    void aHandlerAlone() {
        EmbeddedChannel channel = new EmbeddedChannel(new Hello.Greeter());
        Http2StreamHandle stream = new Http2StreamHandle();
        channel.writeInbound(new Http2SessionEvent.Headers(stream, HeadersCategory.REQUEST, GET, true));
        Http2SessionWrite.Message response = channel.readOutbound();
        assertThat(response.stream()).isSameAs(stream);
        assertThat(response.headers().value(":status").toString()).isEqualTo("200");
        response.release();
        channel.finishAndReleaseAll();
    }

    @Test
    void twoEnds() {
        EmbeddedChannel server =
                new EmbeddedChannel(Http2SessionHandler.forServer().build(), new Hello.Greeter());
        Http2Requests requests = new Http2Requests(1024);
        EmbeddedChannel client =
                new EmbeddedChannel(Http2SessionHandler.forClient().build(), requests);
        Future<Http2Response> response = requests.send(GET, Unpooled.EMPTY_BUFFER);
        exchange(client, server);
        assertThat(response.getNow().status()).isEqualTo(200);
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    static void exchange(EmbeddedChannel one, EmbeddedChannel other) {
        boolean moved;
        do {
            one.runPendingTasks();
            other.runPendingTasks();
            boolean sent = move(one, other);
            moved = move(other, one) || sent;
        } while (moved);
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        ByteBuf bytes = from.readOutbound();
        if (bytes == null) {
            return false;
        }
        to.writeInbound(bytes);
        return true;
    }
}
