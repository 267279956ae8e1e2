package com.example.hello;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.client.Http2Requests;
import io.h2session.netty.client.Http2Response;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GreeterTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "localhost");

    @Test
    void itGreets() {
        Http2Requests requests = new Http2Requests(1024);
        EmbeddedChannel client =
                new EmbeddedChannel(Http2SessionHandler.forClient().build(), requests);
        EmbeddedChannel server =
                new EmbeddedChannel(Http2SessionHandler.forServer().build(), new Hello.Greeter());

        Future<Http2Response> response = requests.send(GET, null);
        boolean moved;
        do {
            moved = move(client, server) | move(server, client);
        } while (moved);

        assertEquals(200, response.getNow().status());
        assertEquals("hello, world\n", new String(response.getNow().content(), StandardCharsets.US_ASCII));
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        ByteBuf bytes = from.readOutbound();
        if (bytes == null) {
            return false;
        }
        to.writeInbound(bytes);
        return true;
    }
}
