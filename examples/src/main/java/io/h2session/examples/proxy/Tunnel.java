package io.h2session.examples.proxy;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamChannelEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * A WebSocket on its way through, once both ends have agreed on it: bytes, whatever they mean. The end of a stream is that of a TCP
 * connection, and its reset that of a TCP connection (RFC 8441 section 5).
 */
final class Tunnel {
    private final ExchangeRecord record;
    private final Runnable ended;
    private final End client;
    private final End server;
    private boolean over;

    private Tunnel(ExchangeRecord record, Runnable ended) {
        this.record = record;
        this.ended = ended;
        client = new End(true);
        server = new End(false);
        client.peer = server;
        server.peer = client;
    }

    /** Whether an answer of an upstream server agrees to a WebSocket, in the words of its version. */
    static boolean isAgreed(Exchange exchange, HttpResponse response, boolean http2) {
        if (http2) {
            return response.status().code() / 100 == 2;
        }
        HttpHeaders headers = response.headers();
        return response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()
                && HopFields.has(headers, HttpHeaderNames.CONNECTION, "upgrade")
                && HopFields.has(headers, HttpHeaderNames.UPGRADE, "websocket")
                && exchange.webSocketKey().accept().equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT));
    }

    /**
     * Tells the client, and takes both sides over.
     *
     * @param response its fields, already fit to be passed on
     * @param key of the client, null in HTTP/2
     * @param ended run when it is over
     */
    static void open(
            HttpResponse response,
            String key,
            FrontHandler front,
            BackHandler back,
            ExchangeRecord record,
            Runnable ended) {
        Tunnel tunnel = new Tunnel(record, ended);
        HttpHeaders headers = response.headers();
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        headers.remove(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
        ChannelHandlerContext toClient = front.context;
        ChannelPipeline clients = toClient.pipeline();
        if (key == null) {
            HttpResponse ok = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            ok.headers().add(headers);
            toClient.writeAndFlush(ok, toClient.voidPromise());
            clients.replace(front, null, tunnel.client);
        } else {
            HttpResponse switching = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
            switching
                    .headers()
                    .add(headers)
                    .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, new WebSocketKey(key).accept());
            toClient.writeAndFlush(switching, toClient.voidPromise());
            toClient.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            clients.replace(front, null, tunnel.client);
            // Whatever stands before it was for HTTP/1.1, but for TLS.
            while (clients.get(HttpServerCodec.class) != null) {
                clients.remove(HttpServerCodec.class);
            }
        }
        ChannelPipeline servers = back.context.pipeline();
        if (!back.http2()) {
            back.context.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        }
        servers.replace(back, null, tunnel.server);
        if (back instanceof BackConnection connection) {
            connection.leave();
            servers.remove(connection.codec());
        }
        tunnel.client.wantMore(true);
        tunnel.server.wantMore(true);
    }

    private void over() {
        if (!over) {
            over = true;
            ended.run();
        }
    }

    /** One end: what it reads is written to the other. */
    private final class End extends ChannelInboundHandlerAdapter {
        private final boolean clients;
        private ChannelHandlerContext context;
        private End peer;
        private boolean inputEnded;
        private boolean outputEnded;

        End(boolean clients) {
            this.clients = clients;
        }

        void wantMore(boolean more) {
            context.channel().config().setAutoRead(more);
        }

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf bytes) {
                count(bytes);
                peer.context.write(bytes, peer.context.voidPromise());
            } else if (message instanceof HttpContent content) {
                count(content.content());
                peer.write(content);
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        private void count(ByteBuf bytes) {
            if (clients) {
                record.received(bytes.readableBytes());
            } else {
                record.sent(bytes.readableBytes());
            }
        }

        private void write(HttpContent content) {
            if (!content.content().isReadable()) {
                content.release();
            } else if (isStream() && !(content instanceof LastHttpContent)) {
                // Window credit is given when this is sent.
                context.write(content, context.voidPromise());
            } else {
                context.write(content.content().retain(), context.voidPromise());
                content.release();
            }
        }

        private boolean isStream() {
            return context.channel() instanceof StreamChannel;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            peer.context.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            peer.wantMore(ctx.channel().isWritable());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == StreamChannelEvent.INPUT_ENDED
                    || event instanceof ChannelInputShutdownEvent
                    || event instanceof SslCloseCompletionEvent) {
                inputEnds();
            } else if (event instanceof Http2SessionEvent.Reset) {
                peer.abort();
            }
        }

        private void inputEnds() {
            if (!inputEnded) {
                inputEnded = true;
                peer.endOutput();
                closeIfDone();
            }
        }

        private void endOutput() {
            if (outputEnded) {
                return;
            }
            outputEnded = true;
            if (context.channel() instanceof StreamChannel stream) {
                stream.flush();
                stream.shutdownOutput();
                return;
            }
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
                SslHandler tls = context.pipeline().get(SslHandler.class);
                Channel channel = context.channel();
                if (tls != null) {
                    tls.closeOutbound();
                } else if (channel instanceof DuplexChannel socket) {
                    socket.shutdownOutput();
                }
                closeIfDone();
            });
        }

        private void closeIfDone() {
            if (inputEnded && outputEnded && !isStream()) {
                context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> context.close());
            }
        }

        private void abort() {
            over();
            if (context.channel() instanceof StreamChannel stream) {
                stream.reset(ErrorCode.CANCEL);
            } else {
                context.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (!inputEnded || !outputEnded) {
                peer.abort();
            }
            over();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
