package io.h2session.examples.testing;

import io.h2session.api.DataSource;
import io.h2session.examples.net.Transport;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One connection to a server, with what a test wants to see of it. Bodies can be held back, and with them the credit. */
public final class TestClient implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final EventLoopGroup eventLoop = Transport.best().eventLoops(1);
    private final BlockingQueue<Http2SessionEvent.GoAway> goAways = new LinkedBlockingQueue<>();
    private final BlockingQueue<Http2SessionEvent.Data> held = new LinkedBlockingQueue<>();
    private final Channel channel;
    private volatile boolean holding;

    /**
     * What came back.
     *
     * @param streamId where it came
     * @param headers of the response; null if there were none
     * @param trailers null if there were none
     * @param errorCode the stream was closed with
     */
    public record Response(int streamId, HeaderList headers, byte[] body, HeaderList trailers, long errorCode) {
        public String status() {
            return field(HeaderNames.STATUS);
        }

        public String field(CharSequence name) {
            CharSequence value = headers == null ? null : headers.value(name);
            return value == null ? null : value.toString();
        }
    }

    private TestClient(int port) throws InterruptedException {
        channel = new Bootstrap()
                .group(eventLoop)
                .channel(Transport.best().channel())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection
                                .pipeline()
                                .addLast(Http2SessionHandler.forClient().build(), new Events());
                    }
                })
                .connect("127.0.0.1", port)
                .sync()
                .channel();
    }

    public static TestClient connect(int port) throws InterruptedException {
        return new TestClient(port);
    }

    /** The head of a request. */
    public static HeaderList request(String method, String path) {
        return HeaderList.of(
                HeaderNames.METHOD,
                method,
                HeaderNames.SCHEME,
                "http",
                HeaderNames.AUTHORITY,
                "localhost",
                HeaderNames.PATH,
                path);
    }

    public Response get(String path) throws Exception {
        return send(request("GET", path));
    }

    /** Sends a request without a body and waits for the end of its stream. */
    public Response send(HeaderList request) throws Exception {
        return await(begin(request));
    }

    /** Sends a request without a body; fails if it is not sent. */
    public CompletableFuture<Response> begin(HeaderList request) {
        Pending pending = new Pending();
        channel.writeAndFlush(Http2SessionWrite.request(pending.stream, request))
                .addListener(sent -> {
                    if (!sent.isSuccess()) {
                        pending.response.completeExceptionally(sent.cause());
                    }
                });
        return pending.response;
    }

    /** Sends a request with a body that is read when it can be sent. */
    public CompletableFuture<Response> begin(HeaderList request, DataSource body) {
        Pending pending = new Pending();
        channel.writeAndFlush(Http2SessionWrite.request(pending.stream, request, body));
        return pending.response;
    }

    /** Sends a request with its body in pieces; with {@code trailers}, unless they are null. */
    public Response send(HeaderList request, List<byte[]> pieces, HeaderList trailers) throws Exception {
        Pending pending = new Pending();
        channel.write(Http2SessionWrite.requestHead(pending.stream, request));
        for (int i = 0; i < pieces.size(); i++) {
            boolean last = trailers == null && i == pieces.size() - 1;
            channel.write(Http2SessionWrite.data(pending.stream, Unpooled.wrappedBuffer(pieces.get(i)), last));
        }
        if (trailers != null) {
            channel.write(Http2SessionWrite.trailers(pending.stream, trailers));
        }
        channel.flush();
        return await(pending.response);
    }

    public static Response await(CompletableFuture<Response> response) throws Exception {
        return response.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** From now on no credit is given for what arrives. */
    public void hold() {
        holding = true;
    }

    /** Gives the credit for all that was held back. */
    public void letGo() {
        holding = false;
        for (Http2SessionEvent.Data data = held.poll(); data != null; data = held.poll()) {
            data.release();
        }
    }

    /** Waits for a piece of a body to arrive, with {@link #hold}. */
    public void awaitHeld() throws Exception {
        Http2SessionEvent.Data data = held.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (data == null) {
            throw new IOException("no body arrived");
        }
        held.add(data);
    }

    /** Waits for the next GOAWAY. */
    public Http2SessionEvent.GoAway awaitGoAway() throws Exception {
        return goAways.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The GOAWAYs that have arrived and were not waited for yet. */
    public List<Http2SessionEvent.GoAway> goAways() {
        return List.copyOf(goAways);
    }

    /** Waits for the server to close the connection; false if it does not. */
    public boolean awaitClosed() throws InterruptedException {
        return channel.closeFuture().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        letGo();
        Ending.of(eventLoop, channel);
        letGo();
    }

    /** A response on its way. */
    private static final class Pending {
        final Http2StreamHandle stream = new Http2StreamHandle();
        final CompletableFuture<Response> response = new CompletableFuture<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        final List<HeaderList> blocks = new ArrayList<>();

        Pending() {
            stream.attachment(this);
        }

        void block(HeaderList block) {
            for (HeaderField field : block) {
                if (field.name().equals(HeaderNames.STATUS) && field.value().startsWith("1")) {
                    return;
                }
            }
            blocks.add(block);
        }

        void closed(long errorCode) {
            response.complete(new Response(
                    stream.id(),
                    blocks.isEmpty() ? null : blocks.get(0),
                    body.toByteArray(),
                    blocks.size() > 1 ? blocks.get(1) : null,
                    errorCode));
        }
    }

    private final class Events extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
            if (message instanceof Http2SessionEvent.Headers headers) {
                headers.stream().<Pending>attachment().block(headers.headers());
            } else if (message instanceof Http2SessionEvent.Data data) {
                Pending pending = data.stream().attachment();
                data.content()
                        .getBytes(
                                data.content().readerIndex(),
                                pending.body,
                                data.content().readableBytes());
                held.add(data);
                if (!holding) {
                    letGo();
                }
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2SessionEvent.StreamClosed closed) {
                closed.stream().<Pending>attachment().closed(closed.errorCode());
            } else if (event instanceof Http2SessionEvent.GoAway goAway) {
                goAways.add(goAway);
            }
        }
    }
}
