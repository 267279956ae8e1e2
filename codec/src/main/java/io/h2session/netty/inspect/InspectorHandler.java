package io.h2session.netty.inspect;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers the requests below a prefix: the page, its events, and exports. Passes the others on. */
final class InspectorHandler extends ChannelInboundHandlerAdapter {
    private final Http2Inspector inspector;
    private final String prefix;
    private final RequestGuard guard;

    /** Whether the message that is being read is for the inspector. */
    private boolean ours;

    private @Nullable Watch watch;

    InspectorHandler(Http2Inspector inspector, String prefix) {
        this.inspector = inspector;
        this.prefix = prefix;
        guard = new RequestGuard(inspector.settings().hosts());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            ours = request.uri().startsWith(prefix);
        }
        if (!ours || !(message instanceof HttpObject)) {
            ctx.fireChannelRead(message);
            return;
        }
        try {
            // What follows the events would have to wait for their end, which does not come.
            if (message instanceof HttpRequest request && watch == null) {
                answer(ctx, request);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stop();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }

    private void stop() {
        if (watch != null) {
            watch.stop();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (ours) {
            // A browser that has left.
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    // ---- requests --------------------------------------------------------------------------------------------------

    private void answer(ChannelHandlerContext ctx, HttpRequest request) {
        HttpResponseStatus refusal =
                request.decoderResult().isFailure() ? HttpResponseStatus.BAD_REQUEST : guard.refusal(request);
        if (refusal != null) {
            write(ctx, request, refusal, "text/plain", refusal.reasonPhrase().getBytes(StandardCharsets.US_ASCII), "");
            return;
        }
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        switch (uri.path().substring(prefix.length())) {
            case "" -> write(ctx, request, HttpResponseStatus.OK, "text/html; charset=utf-8", InspectorPage.HTML, "");
            case "events" -> events(ctx, request, uri);
            case "sessions" ->
                inspector
                        .sessions()
                        .list(
                                SessionRow.Order.of(parameter(uri, "order")),
                                ctx.executor(),
                                list -> json(ctx, request, list.json(), "sessions.json"));
            case "session" -> export(ctx, request, uri);
            default -> notFound(ctx, request);
        }
    }

    private static void notFound(ChannelHandlerContext ctx, HttpRequest request) {
        write(
                ctx,
                request,
                HttpResponseStatus.NOT_FOUND,
                "text/plain",
                "not found".getBytes(StandardCharsets.US_ASCII),
                "");
    }

    private static @Nullable String parameter(QueryStringDecoder uri, String name) {
        List<String> values = uri.parameters().get(name);
        return values == null ? null : values.get(0);
    }

    /** The number of a session; -1 if it is none. */
    private static long session(QueryStringDecoder uri) {
        String number = parameter(uri, "session");
        try {
            return number == null ? 0 : Math.max(-1, Long.parseLong(number));
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }

    private void events(ChannelHandlerContext ctx, HttpRequest request, QueryStringDecoder uri) {
        HttpVersion version = HttpVersion.HTTP_1_1;
        DefaultHttpResponse response = new DefaultHttpResponse(version, HttpResponseStatus.OK);
        guarded(response.headers()).set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
        HttpUtil.setTransferEncodingChunked(response, true);
        ctx.writeAndFlush(response);
        if (request.method().equals(HttpMethod.HEAD)) {
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            return;
        }
        watch = new Watch(inspector, ctx, SessionRow.Order.of(parameter(uri, "order")), session(uri));
        watch.start();
    }

    private void export(ChannelHandlerContext ctx, HttpRequest request, QueryStringDecoder uri) {
        boolean qlog = "qlog".equals(parameter(uri, "format"));
        long id = session(uri);
        inspector
                .sessions()
                .ask(
                        id,
                        ctx.executor(),
                        one -> qlog
                                ? Qlog.of(one)
                                : SessionDetail.of(one, Recording.Position.START, inspector.settings())
                                        .json(),
                        text -> {
                            if (text == null) {
                                notFound(ctx, request);
                            } else if (qlog) {
                                file(ctx, request, text, "application/qlog+json-seq", "session-" + id + ".sqlog");
                            } else {
                                json(ctx, request, text, "session-" + id + ".json");
                            }
                        });
    }

    // ---- responses -------------------------------------------------------------------------------------------------

    private static void json(ChannelHandlerContext ctx, HttpRequest request, String json, String name) {
        file(ctx, request, json, "application/json", name);
    }

    private static void file(ChannelHandlerContext ctx, HttpRequest request, String text, String type, String name) {
        write(
                ctx,
                request,
                HttpResponseStatus.OK,
                type,
                text.getBytes(StandardCharsets.UTF_8),
                "attachment; filename=\"" + name + "\"");
    }

    private static void write(
            ChannelHandlerContext ctx,
            HttpRequest request,
            HttpResponseStatus status,
            String type,
            byte[] content,
            String disposition) {
        ByteBuf body =
                request.method().equals(HttpMethod.HEAD) ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(content);
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        HttpHeaders headers = guarded(response.headers());
        headers.set(HttpHeaderNames.CONTENT_TYPE, type);
        headers.set(HttpHeaderNames.CONTENT_LENGTH, content.length);
        if (!disposition.isEmpty()) {
            headers.set(HttpHeaderNames.CONTENT_DISPOSITION, disposition);
        }
        // A request that is refused may have content, which is not read.
        boolean last = !HttpUtil.isKeepAlive(request) || status.code() >= 400;
        if (last) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ChannelFuture written = ctx.writeAndFlush(response);
        if (last) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static HttpHeaders guarded(HttpHeaders headers) {
        return headers.set("content-security-policy", InspectorPage.POLICY)
                .set("x-content-type-options", "nosniff")
                .set("referrer-policy", "no-referrer")
                .set("cross-origin-resource-policy", "same-origin")
                .set("cross-origin-opener-policy", "same-origin")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    }
}
