package io.h2session.submit;

import static io.h2session.submit.SubmitChecks.MAX_PAYLOAD;
import static io.h2session.submit.SubmitChecks.require;
import static io.h2session.submit.SubmitChecks.requireLive;

import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.connection.Connection;
import io.h2session.frame.AltSvcFrame;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.OriginFrame;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/** ALTSVC (RFC 7838), ORIGIN (RFC 8336), and frames of types that only the application knows (RFC 9113 section 5.5). */
public final class ExtensionSubmissions {
    private static final int FIRST_EXTENSION_TYPE = 10;

    private final Connection connection;
    private final Http2SessionListener listener;

    /** Extension frames on this connection. */
    public ExtensionSubmissions(Connection connection, Http2SessionListener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    /** ALTSVC (RFC 7838 section 4). */
    public void altSvc(int streamId, AsciiString origin, AsciiString fieldValue) {
        requireLive(connection);
        require(connection.role().isServer(), Reason.INVALID_STATE, "a client sends no ALTSVC");
        // RFC 7838 section 4: an origin exactly on stream 0.
        require(
                (streamId == 0) != origin.isEmpty() && 2 + origin.length() + fieldValue.length() <= MAX_PAYLOAD,
                Reason.INVALID_ARGUMENT,
                "an origin belongs on stream 0 and nowhere else, and both must fit into one frame");
        connection.queue().add(Lane.REGULAR, OutboundItem.ofApplication(new AltSvcFrame(streamId, origin, fieldValue)));
    }

    /** ORIGIN (RFC 8336 section 2). */
    public void origin(List<AsciiString> origins) {
        requireLive(connection);
        require(connection.role().isServer(), Reason.INVALID_STATE, "a client sends no ORIGIN");
        long length = origins.stream().mapToLong(origin -> 2 + origin.length()).sum();
        require(length <= MAX_PAYLOAD, Reason.INVALID_ARGUMENT, "more origins than a frame holds");
        connection.queue().add(Lane.REGULAR, OutboundItem.ofApplication(new OriginFrame(List.copyOf(origins))));
    }

    /** A frame of a type that RFC 9113 does not define. Its payload is released if it is refused. */
    public void extension(int type, int flags, int streamId, Object payload) {
        try {
            requireLive(connection);
            require(
                    type >= FIRST_EXTENSION_TYPE && type <= 0xff && streamId >= 0,
                    Reason.INVALID_ARGUMENT,
                    "not an extension type: ",
                    type);
            require(listener.packsExtensions(), Reason.INVALID_STATE, "the listener packs no extensions");
        } catch (Throwable refused) {
            ReferenceCountUtil.release(payload);
            throw refused;
        }
        ExtensionFrame frame = new ExtensionFrame(type, flags & 0xff, streamId, 0, payload);
        connection.queue().add(Lane.REGULAR, OutboundItem.ofApplication(frame));
    }
}
