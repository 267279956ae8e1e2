package io.h2session.examples.documents;

import io.h2session.api.Http2SessionMetrics;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.client.Http2Requests;
import io.h2session.netty.client.Http2Response;
import io.h2session.netty.client.Http2ResponseException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.pcap.PcapWriteHandler;
import io.netty.util.concurrent.Future;
import java.io.OutputStream;
import java.util.List;

/** Pieces of the guides that stand nowhere else. */
final class ReadmeCode {
    private ReadmeCode() {}

    interface Log {
        void info(String format, Object... arguments);

        void warn(String format, Object... arguments);
    }

    static final class Refusals extends ChannelInboundHandlerAdapter {
        private final Log log;

        Refusals(Log log) {
            this.log = log;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2SessionEvent.WriteRefused refused) {
                log.warn("{} was not written: {}", refused.stream(), refused.reason());
            }
            ctx.fireUserEventTriggered(event);
        }
    }

    static final class Draining extends ChannelInboundHandlerAdapter {
        private final List<Channel> pool;

        Draining(List<Channel> pool) {
            this.pool = pool;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == Http2SessionEvent.FactChanged.DRAINING) {
                pool.remove(ctx.channel()); // new requests belong on another connection; those that run are finished
            }
            ctx.fireUserEventTriggered(event);
        }
    }

    static Http2SessionHandlerBuilder seen(Http2SessionMetrics metrics) {
        return Http2SessionHandler.forServer()
                .frameLog() // a line for each frame at DEBUG, numbers only
                .metrics(metrics); // Http2SessionMetrics: frames, bytes, streams, resets, abuse by cause, round trips
    }

    abstract static class Asking {
        abstract void retry(boolean safe, String protocol);

        void ask(ChannelPipeline pipeline, HeaderList headers, ByteBuf body, Log log) {
            Http2Requests requests = new Http2Requests(1024 * 1024); // the most content of a response
            pipeline.addLast(Http2SessionHandler.forClient().build(), requests);

            requests.send(headers, body).addListener((Future<Http2Response> done) -> {
                if (done.isSuccess()) {
                    log.info("{}", done.getNow());
                } else if (done.cause() instanceof Http2ResponseException failure) {
                    retry(failure.retryIsSafe(), failure.http11Required() ? "http/1.1" : "h2");
                }
            });
        }
    }

    static void capture(Channel channel, OutputStream file) {
        ChannelHandlerContext session = channel.pipeline().context(Http2SessionHandler.class);
        channel.pipeline()
                .addBefore(session.name(), "capture", PcapWriteHandler.builder().build(file));
    }
}
