package io.h2session.examples.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.h2session.api.Http2SessionOptions;
import io.h2session.examples.net.Transport;
import io.h2session.examples.testing.Ending;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.HeadersCategory;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of HTTP/2. It sends whatever it is told, malformed too. */
final class Http2Peer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final EventLoopGroup loop = Transport.best().eventLoops(1);
    private final Channel channel;
    final LinkedBlockingQueue<Http2SessionEvent.GoAway> goAways = new LinkedBlockingQueue<>();

    /** A request and what comes back. */
    static final class Asked {
        final Http2StreamHandle stream = new Http2StreamHandle();
        final CompletableFuture<Message> answer = new CompletableFuture<>();
        final LinkedBlockingQueue<String> pieces = new LinkedBlockingQueue<>();
        private final List<String> informational = new ArrayList<>();
        private final StringBuilder body = new StringBuilder();
        private HeaderList head;
        private List<String> trailers = List.of();
        volatile boolean holding;
        final LinkedBlockingQueue<Http2SessionEvent.Data> held = new LinkedBlockingQueue<>();

        Message await() throws Exception {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        String piece() throws Exception {
            return pieces.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        /** Gives the credit for what was held back. */
        void letGo() {
            holding = false;
            for (Http2SessionEvent.Data data = held.poll(); data != null; data = held.poll()) {
                data.release();
            }
        }

        private void headers(Http2SessionEvent.Headers headers) {
            String status = value(headers.headers(), ":status");
            if (headers.category() == HeadersCategory.TRAILERS) {
                trailers = fields(headers.headers());
            } else if (status.startsWith("1")) {
                informational.add(status);
                pieces.add(status);
            } else {
                head = headers.headers();
                pieces.add(status);
            }
        }

        private void closed(Http2SessionEvent.StreamClosed closed) {
            boolean whole = closed.errorCode() == 0 && head != null;
            answer.complete(new Message(
                    head == null ? null : value(head, ":status"),
                    head == null ? List.of() : fields(head),
                    body.toString(),
                    trailers,
                    informational,
                    whole ? Message.WHOLE : ErrorCode.name(closed.errorCode())));
        }
    }

    private Http2Peer(int port) throws InterruptedException {
        channel = new Bootstrap()
                .group(loop)
                .channel(Transport.best().channel())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection
                                .pipeline()
                                .addLast(
                                        Http2SessionHandler.forClient()
                                                .options(unchecked())
                                                .automaticConnectionWindow(true)
                                                .build(),
                                        new Events());
                    }
                })
                .connect("127.0.0.1", port)
                .sync()
                .channel();
    }

    /** Options of a session that sends what it is told. */
    static Http2SessionOptions unchecked() {
        return Http2SessionOptions.safe().toBuilder()
                .validateOutbound(false)
                .enableConnectProtocol(true)
                .build();
    }

    static Http2Peer connect(int port) throws InterruptedException {
        return new Http2Peer(port);
    }

    Channel channel() {
        return channel;
    }

    // ---- lists -----------------------------------------------------------------------------------------------------

    static String value(HeaderList list, String name) {
        for (HeaderField field : list) {
            if (field.name().toString().equals(name)) {
                return field.value().toString();
            }
        }
        return null;
    }

    /** Without pseudo-header fields. */
    static List<String> fields(HeaderList list) {
        List<String> fields = new ArrayList<>();
        for (HeaderField field : list) {
            if (!field.name().startsWith(":")) {
                fields.add(field.name() + ": " + field.value());
            }
        }
        return fields;
    }

    static HeaderList list(List<String> pseudo, List<String> fields) {
        List<CharSequence> pairs = new ArrayList<>(pseudo);
        for (String field : fields) {
            int colon = field.indexOf(": ");
            pairs.add(field.substring(0, colon));
            pairs.add(field.substring(colon + 2));
        }
        return HeaderList.of(pairs.toArray(new CharSequence[0]));
    }

    /** The head of a request {@code GET /path}. */
    static HeaderList head(Message request) {
        String[] words = request.start().split(" ", 2);
        return list(
                List.of(":method", words[0], ":scheme", "http", ":authority", "example.org", ":path", words[1]),
                request.fields());
    }

    // ---- asking ----------------------------------------------------------------------------------------------------

    /** Sends a whole request. */
    Asked ask(Message request) {
        return ask(head(request), request.body(), request.trailers());
    }

    Asked ask(HeaderList head, String body, List<String> trailers) {
        Asked asked = new Asked();
        asked.stream.attachment(asked);
        if (body.isEmpty() && trailers.isEmpty()) {
            channel.writeAndFlush(Http2SessionWrite.request(asked.stream, head))
                    .addListener(sent -> refused(asked, sent.cause()));
            return asked;
        }
        channel.write(Http2SessionWrite.requestHead(asked.stream, head))
                .addListener(sent -> refused(asked, sent.cause()));
        if (!body.isEmpty()) {
            channel.write(
                    Http2SessionWrite.data(asked.stream, Unpooled.copiedBuffer(body, ISO_8859_1), trailers.isEmpty()));
        }
        if (!trailers.isEmpty()) {
            channel.write(Http2SessionWrite.trailers(asked.stream, list(List.of(), trailers)));
        }
        channel.flush();
        return asked;
    }

    /** Begins a request whose body follows. */
    Asked begin(HeaderList head) {
        Asked asked = new Asked();
        asked.stream.attachment(asked);
        channel.writeAndFlush(Http2SessionWrite.requestHead(asked.stream, head))
                .addListener(sent -> refused(asked, sent.cause()));
        return asked;
    }

    private static void refused(Asked asked, Throwable cause) {
        if (cause != null) {
            asked.answer.completeExceptionally(cause);
        }
    }

    void data(Asked asked, String body, boolean last) {
        channel.writeAndFlush(Http2SessionWrite.data(asked.stream, Unpooled.copiedBuffer(body, ISO_8859_1), last));
    }

    void reset(Asked asked, ErrorCode code) {
        channel.writeAndFlush(Http2SessionWrite.reset(asked.stream, code));
    }

    @Override
    public void close() {
        channel.close();
        Ending.of(loop, channel);
    }

    private final class Events extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2SessionEvent.Headers headers) {
                headers.stream().<Asked>attachment().headers(headers);
            } else if (message instanceof Http2SessionEvent.Data data) {
                Asked asked = data.stream().attachment();
                String text = data.content().toString(ISO_8859_1);
                asked.body.append(text);
                if (!text.isEmpty()) {
                    asked.pieces.add(text);
                }
                asked.held.add(data);
                if (!asked.holding) {
                    asked.letGo();
                }
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2SessionEvent.StreamClosed closed) {
                closed.stream().<Asked>attachment().closed(closed);
            } else if (event instanceof Http2SessionEvent.GoAway goAway) {
                goAways.add(goAway);
            }
        }
    }
}
