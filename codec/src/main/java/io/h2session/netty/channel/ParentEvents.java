package io.h2session.netty.channel;

import io.h2session.netty.Http2SessionEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/** What happens to the connection and is told each of its streams. */
final class ParentEvents {
    /** Of {@code netty-handler}, an optional dependency. */
    private static final String CLOSE_NOTIFY = "io.netty.handler.ssl.SslCloseCompletionEvent";

    private final Http2StreamsHandler streams;

    ParentEvents(Http2StreamsHandler streams) {
        this.streams = streams;
    }

    /** Repeats the events that say that one direction of the connection has ended. */
    void repeat(Object event) {
        if (event == ChannelInputShutdownReadComplete.INSTANCE
                || event == ChannelOutputShutdownEvent.INSTANCE
                || (event.getClass().getName().equals(CLOSE_NOTIFY) && succeeded(event))) {
            for (ChildChannel one : open()) {
                one.life().tell(event);
            }
        }
    }

    private static boolean succeeded(Object event) {
        return event.toString().contains("SUCCESS");
    }

    /** An exception of the connection that is every stream's. */
    void fail(Throwable cause) {
        for (ChildChannel one : open()) {
            one.life().fail(cause);
        }
    }

    /** The session is over: where TLS has failed, the streams that it ended are told so before they are inactive. */
    void sessionEnded(Http2SessionEvent.SessionEnded over, Iterable<ChildChannel> ended) {
        Throwable cause = over.cause();
        if (cause instanceof SSLException || (cause != null && cause.getCause() instanceof SSLException)) {
            List<ChildChannel> told = new ArrayList<>();
            ended.forEach(told::add);
            told.addAll(open());
            for (ChildChannel one : told) {
                one.pipeline().fireExceptionCaught(one.failed(cause));
            }
        }
    }

    /** A copy: handlers may close some. */
    List<ChildChannel> open() {
        List<ChildChannel> all = new ArrayList<>();
        for (ChildChannel one = streams.first(); one != null; one = one.after) {
            all.add(one);
        }
        return all;
    }
}
