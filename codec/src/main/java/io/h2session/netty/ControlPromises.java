package io.h2session.netty;

import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.PingFrame;
import io.h2session.frame.SettingsFrame;
import io.netty.channel.ChannelPromise;
import java.util.ArrayList;
import java.util.List;

/**
 * The promises of control frames that were submitted and not sent yet. Empty in applications that use void promises for them.
 */
final class ControlPromises {
    private record Awaited(int type, int streamId, Object what, ChannelPromise promise) {}

    private final List<Awaited> awaited = new ArrayList<>(0);

    /**
     * Waits for a frame.
     *
     * @param what what identifies the frame: the opaque data of a PING or the write that answers one, the entries of SETTINGS,
     * the payload of an extension; otherwise null
     */
    void add(int type, int streamId, Object what, ChannelPromise promise) {
        if (!promise.isVoid()) {
            awaited.add(new Awaited(type, streamId, what, promise));
        }
    }

    boolean isEmpty() {
        return awaited.isEmpty();
    }

    /** Takes the promise that waited for this frame; null if none did. */
    ChannelPromise take(Frame frame) {
        for (int i = 0; i < awaited.size(); i++) {
            Awaited one = awaited.get(i);
            if (one.type == frame.type() && isFor(one, frame)) {
                return awaited.remove(i).promise;
            }
        }
        return null;
    }

    private static boolean isFor(Awaited one, Frame frame) {
        return switch (one.type) {
            case FrameType.PING -> frame instanceof PingFrame ping && isFor(one.what, ping);
            case FrameType.SETTINGS ->
                frame instanceof SettingsFrame settings
                        && !settings.ack()
                        && settings.settings().equals(one.what);
            case FrameType.RST_STREAM, FrameType.WINDOW_UPDATE -> one.streamId == frame.streamId();
            case FrameType.GOAWAY -> true;
            default -> (frame instanceof ExtensionFrame extension ? extension.payload() : null) == one.what;
        };
    }

    private static boolean isFor(Object what, PingFrame ping) {
        return what instanceof Http2SessionWrite.PingAck ack
                ? ping.ack() && ack.opaqueData() == ping.opaqueData()
                : !ping.ack() && what.equals(ping.opaqueData());
    }

    /** The session has sent everything: a frame that still waits was merged with another one, or was not needed. */
    void drained(SentPromises sent) {
        for (Awaited one : awaited) {
            sent.add(one.promise);
        }
        awaited.clear();
    }

    /** No more frames will be sent. */
    void fail(Throwable cause) {
        List<Awaited> failed = List.copyOf(awaited);
        awaited.clear();
        for (Awaited one : failed) {
            one.promise.tryFailure(cause);
        }
    }
}
