package io.h2session.netty;

import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.netty.channel.ChannelDuplexHandler;

/** An HTTP/2 session in a pipeline: {@link Http2SessionEvent}s come out of it, {@link Http2SessionWrite}s go in. */
public final class Http2SessionHandler extends ChannelDuplexHandler {
    Http2SessionHandler(Http2SessionHandlerBuilder builder) {}

    /** Begins the settings of a server's handler. */
    public static Http2SessionHandlerBuilder forServer() {
        return new Http2SessionHandlerBuilder(Http2Role.SERVER);
    }

    /** Begins the settings of a client's handler. */
    public static Http2SessionHandlerBuilder forClient() {
        return new Http2SessionHandlerBuilder(Http2Role.CLIENT);
    }

    /** The session, for what writes cannot say. On the event loop only; null before the handler was added. */
    public Http2SessionContext session() {
        throw new UnsupportedOperationException("not there yet");
    }
}
