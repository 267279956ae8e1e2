package io.h2session.netty.inspect;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.util.concurrent.Future;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One reader of server-sent events, of the list of sessions or of one session. An event is sent only when the last one has been
 * taken: a reader that is slow gets fewer.
 */
final class Watch {
    private static final long LIST_MILLIS = 500;
    private static final long SESSION_MILLIS = 250;

    private final Http2Inspector inspector;
    private final ChannelHandlerContext ctx;
    private final SessionRow.Order order;

    /** 0 for the list. */
    private final long session;

    private Recording.Position position = Recording.Position.START;
    private boolean asking;
    private @Nullable Future<?> ticks;

    Watch(Http2Inspector inspector, ChannelHandlerContext ctx, SessionRow.Order order, long session) {
        this.inspector = inspector;
        this.ctx = ctx;
        this.order = order;
        this.session = session;
    }

    void start() {
        inspector.sessions().watch();
        long period = session == 0 ? LIST_MILLIS : SESSION_MILLIS;
        ticks = ctx.executor().scheduleAtFixedRate(this::tick, 0, period, TimeUnit.MILLISECONDS);
    }

    void stop() {
        if (ticks != null) {
            ticks.cancel(false);
            ticks = null;
            inspector.sessions().unwatch(ctx.executor());
        }
    }

    private void tick() {
        if (asking || !ctx.channel().isWritable()) {
            return;
        }
        asking = true;
        if (session == 0) {
            inspector.sessions().list(order, ctx.executor(), list -> event("list", list.json()));
        } else {
            inspector
                    .sessions()
                    .ask(
                            session,
                            ctx.executor(),
                            one -> SessionDetail.of(one, position, inspector.settings()),
                            this::detail);
        }
    }

    private void detail(@Nullable SessionDetail detail) {
        if (detail == null) {
            event("gone", "{}");
            stop();
        } else {
            position = detail.next();
            event("session", detail.json());
        }
    }

    private void event(String name, String json) {
        asking = false;
        if (ticks != null && ctx.channel().isActive()) {
            String event = "event: " + name + "\ndata: " + json + "\n\n";
            ctx.writeAndFlush(new DefaultHttpContent(
                    ByteBufUtil.encodeString(ctx.alloc(), CharBuffer.wrap(event), StandardCharsets.UTF_8)));
        }
    }
}
