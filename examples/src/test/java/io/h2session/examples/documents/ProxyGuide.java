package io.h2session.examples.documents;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.pool.ConnectionSetup;
import io.h2session.netty.pool.Http2ConnectionPool;
import io.netty.bootstrap.Bootstrap;
import java.net.SocketAddress;
import java.time.Duration;

/** What the page about writing a proxy adds to its proxy. */
final class ProxyGuide {
    private ProxyGuide() {}

    static Http2ConnectionPool impatient(Bootstrap bootstrap, SocketAddress upstream, Duration patience) {
        Http2SessionOptions options = Http2SessionOptions.builder()
                .timeouts(timeouts -> timeouts.withStreamIdle(patience))
                .build();
        return Http2ConnectionPool.to(bootstrap, upstream)
                .setup(ConnectionSetup.priorKnowledge(pipeline -> pipeline.addLast(
                        Http2SessionHandler.forClient()
                                .options(options)
                                .automaticConnectionWindow(true)
                                .build(),
                        Http2StreamsHandler.builder().build())))
                .build();
    }

    static int status(StreamEnd end) {
        boolean timeout = end.kind() == StreamEnd.Kind.RESET && end.errorCode() == ErrorCode.CANCEL.code();
        return timeout ? 504 : 502;
    }
}
