package io.h2session.netty.http;

import io.h2session.frame.HeadersCategory;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/** One stream with a codec in an embedded channel: its events are made here, its writes told in words. */
final class StreamTalk implements AutoCloseable {
    final Http2StreamHandle stream = new Http2StreamHandle();
    final HttpStreamCodec codec;
    final EmbeddedChannel channel;

    private StreamTalk(HttpStreamCodec codec, ChannelHandler... behind) {
        this.codec = codec;
        channel = new EmbeddedChannel(codec);
        channel.pipeline().addLast(behind);
    }

    static StreamTalk server(ChannelHandler... behind) {
        return new StreamTalk(HttpStreamCodec.forServer(), behind);
    }

    static StreamTalk server(HttpStreamOptions options) {
        return new StreamTalk(HttpStreamCodec.forServer(options));
    }

    static StreamTalk client() {
        return new StreamTalk(HttpStreamCodec.forClient());
    }

    static StreamTalk client(HttpStreamOptions options) {
        return new StreamTalk(HttpStreamCodec.forClient(options));
    }

    /** The first request of a server, without content unless it is told that some follows. */
    StreamTalk request(boolean ends, String method, String... more) {
        String[] fields = new String[8 + more.length];
        System.arraycopy(
                new String[] {":method", method, ":scheme", "https", ":authority", "a.example", ":path", "/where"},
                0,
                fields,
                0,
                8);
        System.arraycopy(more, 0, fields, 8, more.length);
        return headers(ends, fields);
    }

    StreamTalk headers(boolean ends, String... fields) {
        return headers(ends, HeaderList.of((CharSequence[]) fields));
    }

    StreamTalk headers(boolean ends, HeaderList fields) {
        channel.writeInbound(new Http2SessionEvent.Headers(eventStream(), HeadersCategory.REQUEST, fields, ends));
        return this;
    }

    StreamTalk data(String text, boolean ends) {
        channel.writeInbound(new Http2SessionEvent.Data(eventStream(), text(text), ends));
        return this;
    }

    private Http2StreamHandle eventStream() {
        return codec.stream() == null ? stream : codec.stream();
    }

    static ByteBuf text(String text) {
        return ByteBufUtil.writeAscii(ByteBufAllocator.DEFAULT, text);
    }

    <T> T read(Class<T> type) {
        return type.cast(channel.<Object>readInbound());
    }

    /** What was read and not looked at, in words. */
    List<String> heard() {
        List<String> words = new ArrayList<>();
        for (Object one = channel.readInbound(); one != null; one = channel.readInbound()) {
            words.add(HttpWords.of(one));
            ReferenceCountUtil.release(one);
        }
        return words;
    }

    /** What was written since this was asked last, in words. */
    List<String> said() {
        List<String> words = new ArrayList<>();
        for (Object one = channel.readOutbound(); one != null; one = channel.readOutbound()) {
            words.add(write(one));
            ReferenceCountUtil.release(one);
        }
        return words;
    }

    private static String write(Object one) {
        if (one instanceof Http2SessionWrite.Head head) {
            return head.headers() + end(head.endStream());
        } else if (one instanceof Http2SessionWrite.Message message) {
            return message.headers() + " + " + message.contentLength() + end(true);
        } else if (one instanceof Http2SessionWrite.Headers informational) {
            return "informational " + informational.headers();
        } else if (one instanceof Http2SessionWrite.Data data) {
            return "'" + data.content().toString(CharsetUtil.US_ASCII) + "'" + end(data.endStream());
        } else if (one instanceof Http2SessionWrite.Trailers trailers) {
            return "trailers " + trailers.trailers();
        } else if (one instanceof Http2SessionWrite.Reset reset) {
            return "reset " + reset.errorCode();
        }
        return one.getClass().getSimpleName();
    }

    private static String end(boolean ends) {
        return ends ? " END" : "";
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
