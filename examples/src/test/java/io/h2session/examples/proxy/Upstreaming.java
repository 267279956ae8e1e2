package io.h2session.examples.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.h2session.api.Http2SessionOptions;
import io.h2session.examples.net.TlsSetup;
import io.h2session.examples.net.Transport;
import io.h2session.examples.testing.Ending;
import io.h2session.frame.HeadersCategory;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.negotiation.Http2Negotiation;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** An upstream server, of either version. What it has received can be looked at. */
final class Upstreaming implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    /** No connection has to wait for the thread that accepts them. */
    static final int BACKLOG = 1024;

    final LinkedBlockingQueue<Message> received = new LinkedBlockingQueue<>();

    /** The content of requests as it comes. */
    final LinkedBlockingQueue<String> pieces = new LinkedBlockingQueue<>();

    final List<Channel> connections = new CopyOnWriteArrayList<>();
    final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final String scheme;
    private final int port;
    private final Runnable closing;
    private boolean closed;

    private Upstreaming(String scheme, int port, Runnable closing) {
        this.scheme = scheme;
        this.port = port;
        this.closing = closing;
    }

    int port() {
        return port;
    }

    UpstreamAddress address() {
        return UpstreamAddress.parse(scheme + "://127.0.0.1:" + port);
    }

    /** The next request it has received. */
    Message request() throws InterruptedException {
        Message request = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request came");
        }
        return request;
    }

    /** The next request that was not cut. */
    Message wholeRequest() throws InterruptedException {
        Message request = request();
        while (!request.isWhole()) {
            request = request();
        }
        return request;
    }

    /** The next piece of a request's content. */
    String piece() throws InterruptedException {
        return pieces.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Ends it and its connections before the test is over. */
    void end() {
        if (!closed) {
            closed = true;
            closing.run();
        }
    }

    @Override
    public void close() {
        end();
    }

    /** A server that answers each request with a message. */
    static Upstreaming answering(boolean http2, Function<Message, Message> answers) throws Exception {
        return http2 ? http2(answers) : http1(answers);
    }

    // ---- HTTP/1.1 --------------------------------------------------------------------------------------------------

    /** What a connection of HTTP/1.1 does. */
    interface Conversation {
        void hold(Http1Peer client, Upstreaming server) throws Exception;
    }

    static Upstreaming http1(Function<Message, Message> answers) throws IOException {
        return raw((client, server) -> {
            while (true) {
                Message request = client.request();
                server.received.add(request);
                Message answer = answers.apply(request);
                for (String status : answer.informational()) {
                    client.send("HTTP/1.1 " + status + " Wait\r\n\r\n");
                }
                client.send(Http1Peer.text("HTTP/1.1 " + answer.start() + " Said", answer));
            }
        });
    }

    static Upstreaming raw(Conversation conversation) throws IOException {
        return raw(0, conversation);
    }

    /** @param port 0 for a free one */
    static Upstreaming raw(int port, Conversation conversation) throws IOException {
        ServerSocket listening = new ServerSocket();
        listening.setReuseAddress(true);
        // Little, so that what is not read stays with the sender.
        listening.setReceiveBufferSize(4096);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        List<Thread> threads = new CopyOnWriteArrayList<>();
        List<Upstreaming> self = new ArrayList<>();
        Upstreaming server = new Upstreaming("http", listening.getLocalPort(), () -> {
            try {
                listening.close();
                for (Socket socket : self.get(0).sockets) {
                    socket.close();
                }
                for (Thread thread : threads) {
                    thread.interrupt();
                    thread.join(5_000);
                }
            } catch (IOException | InterruptedException failure) {
                throw new IllegalStateException(failure);
            }
        });
        self.add(server);
        Thread accepting = new Thread(() -> {
            try {
                while (true) {
                    Socket socket = listening.accept();
                    server.sockets.add(socket);
                    if (listening.isClosed()) {
                        // Accepted while the others were closed.
                        socket.close();
                        return;
                    }
                    Thread talking = new Thread(() -> talk(server, conversation, socket), "upstream");
                    threads.add(talking);
                    talking.start();
                }
            } catch (IOException closed) {
                // The server was closed.
            }
        });
        threads.add(accepting);
        accepting.start();
        return server;
    }

    private static void talk(Upstreaming server, Conversation conversation, Socket socket) {
        try (Http1Peer client = new Http1Peer(socket)) {
            conversation.hold(client, server);
        } catch (Exception ended) {
            // The connection has ended, or the conversation is over.
        }
    }

    // ---- HTTP/2 ----------------------------------------------------------------------------------------------------

    static Upstreaming http2(Function<Message, Message> answers) throws InterruptedException {
        return http2(0, (connection, stream) -> answer(connection, stream, answers.apply(stream.message())));
    }

    /** Answers a stream. */
    static void answer(ChannelHandlerContext connection, Asked stream, Message answer) {
        for (String status : answer.informational()) {
            connection.write(Http2SessionWrite.informational(stream.handle, HeaderList.of(":status", status)));
        }
        HeaderList head = Http2Peer.list(List.of(":status", answer.start()), answer.fields());
        boolean more = !answer.body().isEmpty() || !answer.trailers().isEmpty();
        if (!more) {
            connection.writeAndFlush(Http2SessionWrite.response(stream.handle, head));
            return;
        }
        connection.write(Http2SessionWrite.responseHead(stream.handle, head));
        if (!answer.body().isEmpty()) {
            connection.write(Http2SessionWrite.data(
                    stream.handle,
                    Unpooled.copiedBuffer(answer.body(), ISO_8859_1),
                    answer.trailers().isEmpty()));
        }
        if (!answer.trailers().isEmpty()) {
            connection.write(Http2SessionWrite.trailers(stream.handle, Http2Peer.list(List.of(), answer.trailers())));
        }
        connection.flush();
    }

    /** A stream of a client's. */
    static final class Asked {
        final Http2StreamHandle handle;
        final HeaderList head;
        final LinkedBlockingQueue<String> pieces = new LinkedBlockingQueue<>();

        /** Where everything is sent back to; null if it is not. */
        ChannelHandlerContext echoTo;

        private final StringBuilder body = new StringBuilder();
        private List<String> trailers = List.of();

        Asked(Http2StreamHandle handle, HeaderList head) {
            this.handle = handle;
            this.head = head;
        }

        Message message() {
            String path = Http2Peer.value(head, ":path");
            String start = Http2Peer.value(head, ":method") + (path == null ? "" : " " + path);
            List<String> fields = new ArrayList<>(Http2Peer.fields(head));
            String authority = Http2Peer.value(head, ":authority");
            if (authority != null) {
                fields.add("host: " + authority);
            }
            String protocol = Http2Peer.value(head, ":protocol");
            if (protocol != null) {
                fields.add(":protocol: " + protocol);
            }
            return new Message(start, fields, body.toString(), trailers, List.of(), Message.WHOLE);
        }
    }

    /** A server that does something when a request is whole. */
    static Upstreaming http2(int port, BiConsumer<ChannelHandlerContext, Asked> whole) throws InterruptedException {
        return http2(port, (connection, stream) -> {}, whole);
    }

    /** A server that does something when the head of a request has come, and when it is whole. */
    static Upstreaming http2(
            int port, BiConsumer<ChannelHandlerContext, Asked> begun, BiConsumer<ChannelHandlerContext, Asked> whole)
            throws InterruptedException {
        return listening(
                "h2c", port, (connection, server) -> addHttp2(connection, server, Http2Peer.unchecked(), begun, whole));
    }

    /** A server that allows no extended CONNECT. */
    static Upstreaming withoutConnectProtocol(Function<Message, Message> answers) throws InterruptedException {
        Http2SessionOptions options = Http2SessionOptions.safe();
        return listening(
                "h2c",
                0,
                (connection, server) -> addHttp2(
                        connection,
                        server,
                        options,
                        (context, stream) -> {},
                        (context, stream) -> answer(context, stream, answers.apply(stream.message()))));
    }

    /**
     * A server with TLS that speaks both versions.
     *
     * @param http2 what it does when a request of HTTP/2 is whole
     * @param http1 what it answers to one of HTTP/1.1
     */
    static Upstreaming tls(BiConsumer<ChannelHandlerContext, Asked> http2, Function<Message, Message> http1)
            throws Exception {
        SslContext tls = TlsSetup.selfSignedServer();
        return listening("https", 0, (connection, server) -> Http2Negotiation.forServer()
                .http2(pipeline ->
                        addHttp2(pipeline.channel(), server, Http2Peer.unchecked(), (context, stream) -> {}, http2))
                .http1(pipeline ->
                        pipeline.addLast(new HttpServerCodec(), new HttpObjectAggregator(65_536), new Http1(http1)))
                .build()
                .overTls(connection.pipeline(), tls.newHandler(connection.alloc())));
    }

    private static Upstreaming listening(String scheme, int port, BiConsumer<Channel, Upstreaming> accepted)
            throws InterruptedException {
        EventLoopGroup loop = Transport.best().eventLoops(1);
        List<Upstreaming> self = new ArrayList<>();
        Channel listening = new ServerBootstrap()
                .group(loop)
                .channel(Transport.best().serverChannel())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        self.get(0).connections.add(connection);
                        accepted.accept(connection, self.get(0));
                    }
                })
                .option(ChannelOption.AUTO_READ, false)
                .bind("127.0.0.1", port)
                .sync()
                .channel();
        Upstreaming server = new Upstreaming(scheme, ((InetSocketAddress) listening.localAddress()).getPort(), () -> {
            listening.close().syncUninterruptibly();
            Ending.of(loop, self.get(0).connections);
        });
        self.add(server);
        listening.config().setAutoRead(true);
        return server;
    }

    private static void addHttp2(
            Channel connection,
            Upstreaming server,
            Http2SessionOptions options,
            BiConsumer<ChannelHandlerContext, Asked> begun,
            BiConsumer<ChannelHandlerContext, Asked> whole) {
        connection
                .pipeline()
                .addLast(
                        Http2SessionHandler.forServer()
                                .options(options)
                                .automaticConnectionWindow(true)
                                .build(),
                        new Streams(server, begun, whole));
    }

    private static final class Http1 extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final Function<Message, Message> answers;

        Http1(Function<Message, Message> answers) {
            this.answers = answers;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            Message answer = answers.apply(Message.of(request.method() + " " + request.uri())
                    .body(request.content().toString(ISO_8859_1)));
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.valueOf(Integer.parseInt(answer.start())),
                    Unpooled.copiedBuffer(answer.body(), ISO_8859_1));
            HttpUtil.setContentLength(response, answer.body().length());
            context.writeAndFlush(response);
        }
    }

    private static final class Streams extends ChannelInboundHandlerAdapter {
        private final Upstreaming server;
        private final BiConsumer<ChannelHandlerContext, Asked> begun;
        private final BiConsumer<ChannelHandlerContext, Asked> whole;

        Streams(
                Upstreaming server,
                BiConsumer<ChannelHandlerContext, Asked> begun,
                BiConsumer<ChannelHandlerContext, Asked> whole) {
            this.server = server;
            this.begun = begun;
            this.whole = whole;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2SessionEvent.Headers headers) {
                if (headers.category() == HeadersCategory.REQUEST) {
                    Asked asked = new Asked(headers.stream(), headers.headers());
                    headers.stream().attachment(asked);
                    begun.accept(context, asked);
                } else {
                    headers.stream().<Asked>attachment().trailers = Http2Peer.fields(headers.headers());
                }
                if (headers.endStream()) {
                    whole(context, headers.stream().attachment());
                }
            } else if (message instanceof Http2SessionEvent.Data data) {
                Asked asked = data.stream().attachment();
                String text = data.content().toString(ISO_8859_1);
                asked.body.append(text);
                if (!text.isEmpty()) {
                    asked.pieces.add(text);
                    server.pieces.add(text);
                    if (asked.echoTo != null) {
                        asked.echoTo.writeAndFlush(
                                Http2SessionWrite.data(asked.handle, Unpooled.copiedBuffer(text, ISO_8859_1), false));
                    }
                }
                boolean ends = data.endStream();
                data.release();
                if (ends) {
                    whole(context, asked);
                }
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        private void whole(ChannelHandlerContext context, Asked asked) {
            server.received.add(asked.message());
            whole.accept(context, asked);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2SessionEvent.StreamClosed closed
                    && closed.stream().attachment() instanceof Asked) {
                server.resets.add(closed.errorCode());
            }
        }
    }

    /** The codes that streams were closed with. */
    final LinkedBlockingQueue<Long> resets = new LinkedBlockingQueue<>();
}
