package io.h2session.examples.get;

import io.h2session.examples.net.Reason;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.negotiation.Http2ClientUpgradeHandler;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * {@code -u}: a connection in cleartext that begins in HTTP/1.1 and asks the server for HTTP/2 (RFC 7540 section 3.2). As with nghttp,
 * the first request asks and becomes stream 1; one with a body waits, and {@code OPTIONS *} asks. So does one with another method than
 * GET and HEAD: a server that refuses has carried out what asked. A refusal fails all requests of the connection.
 */
final class Upgrade {
    private static final String FAILED = "HTTP Upgrade failed: ";
    private static final ResponseRules UNSEEN = new ResponseRules(false, false, null);

    private final ResponseHandler responses;
    private final Duration timeout;
    private final Consumer<String> note;
    private final Queue<Fetch> waiting = new ArrayDeque<>();
    private Channel channel;
    private Fetch asking;
    private boolean switched;
    private String failure;
    private Future<?> deadline;

    /**
     * Creates the upgrade of one connection.
     *
     * @param responses the last handler of the connection once it is in HTTP/2
     * @param timeout how long the server may take to answer
     * @param note told what happens, in a line each time
     */
    Upgrade(ResponseHandler responses, Duration timeout, Consumer<String> note) {
        this.responses = responses;
        this.timeout = timeout;
        this.note = note;
    }

    void addHandlers(ChannelPipeline pipeline, Http2SessionHandler session) {
        channel = pipeline.channel();
        HttpClientCodec codec = new HttpClientCodec();
        Http2ClientUpgradeHandler handler = Http2ClientUpgradeHandler.builder(codec, session)
                .http2(this::switched)
                .build();
        pipeline.addLast(codec, handler, new Refusal());
        handler.protocol().addListener(known -> {
            if (known.isSuccess()) {
                startWaiting();
            } else {
                fail(Reason.of(known.cause()));
            }
        });
    }

    /** Sends a request, or has it wait for HTTP/2. On the event loop. */
    void start(Fetch fetch) {
        if (failure != null) {
            fetch.fail(failure);
        } else if (switched) {
            fetch.start();
        } else if (asking == null) {
            ask(fetch);
        } else {
            waiting.add(fetch);
        }
    }

    private void ask(Fetch first) {
        Exchange exchange = first.exchange();
        String method = exchange.request.method();
        if (exchange.request.body() == null && (method.equals("GET") || method.equals("HEAD"))) {
            asking = first;
        } else {
            Exchange options = new Exchange(options(exchange.request));
            options.connection = exchange.connection;
            asking = new Fetch(options, new DiscardedOutput(), UNSEEN, ended -> {});
            waiting.add(first);
        }
        FullHttpRequest request = http1(asking.exchange().request);
        note.accept("HTTP Upgrade: send " + request.method() + ' ' + request.uri() + " HTTP/1.1");
        deadline = channel.eventLoop()
                .schedule(() -> fail(ResponseHandler.noAnswer(timeout)), timeout.toMillis(), TimeUnit.MILLISECONDS);
        channel.writeAndFlush(request).addListener((ChannelFuture sent) -> {
            if (sent.isSuccess()) {
                asking.sent();
            } else {
                fail(Reason.of(sent.cause()));
            }
        });
    }

    /** Before anything of HTTP/2 is received. */
    private void switched(ChannelPipeline pipeline, Http2StreamHandle stream) {
        note.accept("HTTP Upgrade: recv HTTP/1.1 101: the request is stream 1 of HTTP/2");
        pipeline.addLast(responses);
        asking.adopt(stream);
        switched = true;
        deadline.cancel(false);
    }

    private void startWaiting() {
        while (switched && !waiting.isEmpty()) {
            waiting.remove().start();
        }
    }

    private void fail(String reason) {
        if (failure != null || switched) {
            return;
        }
        failure = FAILED + reason;
        if (asking != null) {
            deadline.cancel(false);
            asking.fail(failure);
        }
        while (!waiting.isEmpty()) {
            waiting.remove().fail(failure);
        }
        channel.close();
    }

    private static Request options(Request first) {
        HeaderList headers = HeaderList.builder()
                .add(HeaderNames.METHOD, "OPTIONS")
                .add(HeaderNames.SCHEME, "http")
                .add(HeaderNames.AUTHORITY, first.headers().value(HeaderNames.AUTHORITY))
                .add(HeaderNames.PATH, "*")
                .build();
        return new Request(first.target(), headers, null, HeaderList.EMPTY);
    }

    private static FullHttpRequest http1(Request request) {
        return new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(request.method()),
                String.valueOf(request.headers().value(HeaderNames.PATH)),
                Unpooled.EMPTY_BUFFER,
                request.http1Fields(),
                EmptyHttpHeaders.INSTANCE);
    }

    /** Receives the answer of a server that does not switch. */
    private final class Refusal extends SimpleChannelInboundHandler<HttpObject> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
            if (message.decoderResult().isFailure()) {
                fail("the server does not speak HTTP/1.1");
            } else if (message instanceof HttpResponse response
                    && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                fail("the server answered " + response.status().code() + " in HTTP/1.1");
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(Reason.of(cause));
        }
    }
}
