package io.h2session.examples.documents;

import io.h2session.jfr.FlightRecording;
import io.h2session.micrometer.Http2SessionGauges;
import io.h2session.micrometer.Http2SessionMeters;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.Http2SessionRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The code of the page about meters and Flight Recorder. */
final class SeeingGuide {
    private SeeingGuide() {}

    static final class Meters {
        private final Http2SessionRegistry sessions = new Http2SessionRegistry();
        private final Http2SessionMeters meters = new Http2SessionMeters();
        private final Http2SessionGauges gauges = new Http2SessionGauges(sessions);
        private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

        Meters() {
            meters.bindTo(registry);
            gauges.bindTo(registry);
        }

        /** For each connection, in its initializer. */
        Http2SessionHandler session() {
            return Http2SessionHandler.forServer()
                    .metrics(meters)
                    .registry(sessions)
                    .build();
        }

        CompletionStage<String> scrape(Executor executor) {
            return gauges.refresh().thenApplyAsync(done -> registry.scrape(), executor);
        }
    }

    static final class Scrapes extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final Meters meters;

        Scrapes(Meters meters) {
            this.meters = meters;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            meters.scrape(ctx.executor()).thenAccept(text -> {
                ByteBuf content = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
                FullHttpResponse response =
                        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, content);
                response.headers()
                        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                        .set(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
                ctx.writeAndFlush(response);
            });
        }
    }

    static Http2SessionHandlerBuilder recorded() {
        return Http2SessionHandler.forServer().metrics(new FlightRecording());
    }
}
