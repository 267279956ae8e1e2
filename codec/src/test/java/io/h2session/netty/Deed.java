package io.h2session.netty;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.Setting;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.List;

/** What an application, or the network, may do at the most unexpected moment. */
enum Deed {
    FLUSH {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            ctx.flush();
        }
    },
    PING {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            said.write(ctx, Http2SessionWrite.ping(7));
        }
    },
    SETTINGS {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            said.write(ctx, Http2SessionWrite.settings(List.of(new Setting(4, 1000))));
        }
    },
    RESET {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            said.writeTo(ctx, stream, one -> Http2SessionWrite.reset(one, ErrorCode.CANCEL));
        }
    },
    DATA {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            said.writeTo(ctx, stream, one -> Http2SessionWrite.data(one, said.text("more"), false));
        }
    },
    RESPOND {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            said.writeTo(ctx, stream, one -> Http2SessionWrite.response(one, Events.status(200), said.text("answer")));
        }
    },
    REQUEST {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            said.write(
                    ctx,
                    Http2SessionWrite.request(new Http2StreamHandle(), Events.post("/more"), said.text("question")));
        }
    },
    CLOSE {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            said.await(ctx.close());
        }
    },
    CLOSE_TWICE {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            said.await(ctx.close());
            said.await(ctx.close());
        }
    },
    TERMINATE {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            said.write(ctx, Http2SessionWrite.terminate(2));
        }
    },
    GOAWAY {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            said.write(ctx, Http2SessionWrite.goAway(0, new byte[0]));
        }
    },
    VANISH {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            ctx.channel().unsafe().close(ctx.channel().voidPromise());
        }
    },
    INPUT_ENDS {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            ctx.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    },
    TRANSPORT_FAILS {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            ctx.pipeline().fireExceptionCaught(new IOException("reset by peer"));
        }
    },
    REMOVE {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            if (ctx.pipeline().get(Http2SessionHandler.class) != null) {
                ctx.pipeline().remove(Http2SessionHandler.class);
            }
        }
    },
    CLOSE_AND_REMOVE {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            CLOSE.done(ctx, stream, said);
            REMOVE.done(ctx, stream, said);
        }
    },
    STOP_READING {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            ctx.channel().config().setAutoRead(false);
            ctx.read();
        }
    },
    THROW {
        @Override
        void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said) {
            throw new IllegalStateException("the application's");
        }
    };

    /**
     * Does it.
     *
     * @param stream a stream to do it to, null for none
     */
    abstract void done(ChannelHandlerContext ctx, Http2StreamHandle stream, Conversation said);
}
