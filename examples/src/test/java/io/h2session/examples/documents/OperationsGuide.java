package io.h2session.examples.documents;

import io.h2session.Http2Session;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2StreamHandle;

/** What the page about operations shows. */
final class OperationsGuide {
    private OperationsGuide() {}

    static String windows(Http2SessionHandler handler) {
        StringBuilder text = new StringBuilder();
        Http2Session session = handler.session();
        for (Http2StreamHandle stream : handler.streams()) {
            text.append("stream ").append(stream.id());
            text.append(": localWindow=").append(session.localWindow(stream.id()));
            text.append(" remoteWindow=").append(session.remoteWindow(stream.id()));
            text.append(" state=").append(session.streamState(stream.id())).append('\n');
        }
        return text.toString();
    }
}
