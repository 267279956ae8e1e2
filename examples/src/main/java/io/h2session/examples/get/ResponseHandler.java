package io.h2session.examples.get;

import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2Timeouts;
import io.h2session.examples.net.Printable;
import io.h2session.examples.net.Reason;
import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2StreamHandle;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Passes the events of one connection to the {@link Fetch} of their stream, and stores why the connection failed. */
final class ResponseHandler extends ChannelInboundHandlerAdapter {
    private final Http2Timeouts timeouts;
    private String failure;
    private String goodbye;
    private Http2SessionEvent.InvalidFrame invalid;

    ResponseHandler(Http2Timeouts timeouts) {
        this.timeouts = timeouts;
    }

    static String noAnswer(Duration waited) {
        return "no answer within " + seconds(waited);
    }

    private static String seconds(Duration time) {
        return time.toSeconds() + " s";
    }

    /** Why streams of this connection fail, in a few words. Null if the reason is not known. On the event loop. */
    String failure() {
        return failure != null ? failure : goodbye;
    }

    /** Only the first failure is stored. Later ones are mostly its consequences. */
    void failed(String reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2SessionEvent.Headers headers) {
            fetch(headers.stream()).headers(headers);
        } else if (message instanceof Http2SessionEvent.Data data) {
            fetch(data.stream()).data(data);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2SessionEvent.StreamClosed closed) {
            explain(closed);
            fetch(closed.stream()).closed(closed.errorCode());
        } else if (event instanceof Http2SessionEvent.Reset reset) {
            fetch(reset.stream()).reset(reset.errorCode());
        } else if (event instanceof Http2SessionEvent.InvalidFrame frame) {
            invalid = frame;
        } else if (event instanceof Http2SessionEvent.GoAway goAway) {
            goodbye(goAway);
        } else if (event instanceof Http2SessionEvent.SessionError error) {
            failed(explain(error.reason()));
        } else if (event instanceof Http2SessionEvent.SessionEnded ended) {
            ended(ended);
        } else if (event instanceof ForeignProtocol foreign) {
            failed(foreign.explanation());
        }
    }

    /** Requests that were sent while responses arrived are flushed together. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed(Reason.of(cause));
        context.close();
    }

    /** A server that sends or reads nothing breaks no rule. */
    private String explain(String reason) {
        return switch (reason) {
            case "handshake_timeout" -> noAnswer(timeouts.handshake());
            case "settings_timeout" -> noAnswer(timeouts.settingsAck());
            case "header_block_timeout" -> noAnswer(timeouts.headerBlock());
            case "frame_timeout" -> noAnswer(timeouts.frame());
            case "keep_alive_timeout" -> noAnswer(timeouts.keepAliveAnswer());
            case "transport_timeout" -> noAnswer(timeouts.streamWrite());
            case "stream_read_timeout" -> "the response has stopped for " + seconds(timeouts.streamRead());
            case "stream_write_timeout", "connection_window_timeout" ->
                "the server has read nothing of the request for " + seconds(timeouts.streamWrite());
            default ->
                (reason.endsWith("_timeout") ? "no answer in time: " : "the server broke the protocol: ") + reason;
        };
    }

    private void explain(Http2SessionEvent.StreamClosed closed) {
        if (invalid != null && invalid.frame().streamId() == closed.stream().id()) {
            fetch(closed.stream()).because("the response is malformed: " + invalid.reason());
            invalid = null;
        }
    }

    private void goodbye(Http2SessionEvent.GoAway goAway) {
        if (goAway.errorCode() == ErrorCode.NO_ERROR.code()) {
            goodbye = "the server is shutting down";
        } else {
            String debug = new String(goAway.debugData(), StandardCharsets.ISO_8859_1);
            failed("the server ended the connection: " + ErrorCode.name(goAway.errorCode())
                    + (debug.isEmpty() ? "" : " (" + Printable.of(debug) + ")"));
        }
    }

    private void ended(Http2SessionEvent.SessionEnded ended) {
        if (ended.cause() != null) {
            failed(Reason.of(ended.cause()));
        } else if (ended.result().fatal()) {
            failed(explain(ended.reason()));
        } else if (ended.result() == Http2SessionResult.EOF && goodbye == null) {
            failed("the server closed the connection");
        }
    }

    /** Push is not enabled. We opened every stream, and its fetch is attached to it. */
    private static Fetch fetch(Http2StreamHandle stream) {
        return stream.attachment();
    }
}
