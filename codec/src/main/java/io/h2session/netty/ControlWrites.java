package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2SubmitException;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.netty.channel.ChannelPromise;
import io.netty.util.AsciiString;

/** The writes that are not messages of a stream: control frames, windows, priorities. */
final class ControlWrites {
    private final OutboundWrites writes;
    private final ControlPromises promises;

    ControlWrites(OutboundWrites writes, ControlPromises promises) {
        this.writes = writes;
        this.promises = promises;
    }

    /** Submits it, or throws. */
    void write(Http2SessionWrite write, ChannelPromise promise) {
        Http2Session session = writes.session();
        if (write instanceof Http2SessionWrite.Reset reset) {
            reset(session, reset, promise);
        } else if (write instanceof Http2SessionWrite.Consume consume) {
            consume(session, consume);
            OutboundWrites.succeed(promise);
        } else if (write instanceof Http2SessionWrite.Resume resume) {
            writes.check(resume.stream(), false);
            session.resumeData(resume.stream().id());
            OutboundWrites.succeed(promise);
        } else if (write instanceof Http2SessionWrite.ResumeReceiving) {
            writes.handler().resumeReceiving();
            OutboundWrites.succeed(promise);
        } else if (write instanceof Http2SessionWrite.ChangePriority change) {
            writes.check(change.stream(), false);
            session.changePriority(change.stream().id(), change.priority(), change.ignoreClientSignal());
            OutboundWrites.succeed(promise);
        } else if (write instanceof Http2SessionWrite.PauseReading pause) {
            pauseReading(session, pause);
            OutboundWrites.succeed(promise);
        } else if (write instanceof Http2SessionWrite.DiscardRequest discard) {
            writes.check(discard.stream(), false);
            session.discardRequest(discard.stream().id());
            OutboundWrites.succeed(promise);
        } else if (write instanceof Http2SessionWrite.NextStreamId next) {
            session.nextStreamId(next.streamId());
            OutboundWrites.succeed(promise);
        } else if (write instanceof Http2SessionWrite.Terminate terminate) {
            session.terminate(
                    terminate.lastStreamId() < 0 ? session.lastProcessedStreamId() : terminate.lastStreamId(),
                    terminate.errorCode());
            promises.add(FrameType.GOAWAY, 0, null, promise);
        } else {
            writes.requireRoomForFrame();
            frame(session, write, promise);
        }
    }

    private void frame(Http2Session session, Http2SessionWrite write, ChannelPromise promise) {
        if (write instanceof Http2SessionWrite.Headers informational) {
            writes.check(informational.stream(), false);
            requireInformational(informational.headers());
            session.submitHeaders(informational.stream().id(), informational.headers(), false);
            writes.await(informational.stream(), informational.headers(), promise);
        } else if (write instanceof Http2SessionWrite.PushPromise push) {
            pushPromise(session, push, promise);
        } else if (write instanceof Http2SessionWrite.Settings settings) {
            session.submitSettings(settings.settings());
            promises.add(FrameType.SETTINGS, 0, settings.settings(), promise);
        } else if (write instanceof Http2SessionWrite.Ping ping) {
            session.submitPing(ping.opaqueData());
            promises.add(FrameType.PING, 0, ping.opaqueData(), promise);
        } else if (write instanceof Http2SessionWrite.PingAck ack) {
            session.submitPingAck(ack.opaqueData());
            promises.add(FrameType.PING, 0, ack, promise);
        } else if (write instanceof Http2SessionWrite.GoAway goAway) {
            session.submitGoAway(
                    goAway.lastStreamId() < 0 ? session.lastProcessedStreamId() : goAway.lastStreamId(),
                    goAway.errorCode(),
                    goAway.debugData());
            promises.add(FrameType.GOAWAY, 0, null, promise);
        } else if (write instanceof Http2SessionWrite.ShutdownNotice) {
            session.submitShutdownNotice();
            promises.add(FrameType.GOAWAY, 0, null, promise);
        } else if (write instanceof Http2SessionWrite.WindowUpdate update) {
            int streamId = idOrZero(update.stream());
            session.submitWindowUpdate(streamId, update.increment());
            promises.add(FrameType.WINDOW_UPDATE, streamId, null, promise);
        } else if (write instanceof Http2SessionWrite.LocalWindow window) {
            int streamId = idOrZero(window.stream());
            session.setLocalWindowSize(streamId, window.bytes());
            promises.add(FrameType.WINDOW_UPDATE, streamId, null, promise);
        } else {
            extension(session, write, promise);
        }
    }

    private static void requireInformational(HeaderList headers) {
        AsciiString status = headers.value(HeaderToken.STATUS);
        if (status != null && (status.isEmpty() || status.byteAt(0) != '1')) {
            throw new Http2SubmitException(
                    Http2SubmitException.Reason.HTTP_HEADER,
                    "not_informational",
                    "a final response is written with its body, or as a responseHead");
        }
    }

    private void extension(Http2Session session, Http2SessionWrite write, ChannelPromise promise) {
        if (write instanceof Http2SessionWrite.Extension extension) {
            int streamId = idOrZero(extension.stream());
            Object payload = extension.takePayload();
            session.submitExtension(extension.type(), extension.flags(), streamId, payload);
            promises.add(extension.type(), streamId, payload, promise);
        } else if (write instanceof Http2SessionWrite.AltSvc altSvc) {
            int streamId = idOrZero(altSvc.stream());
            session.submitAltSvc(streamId, altSvc.origin(), altSvc.fieldValue());
            promises.add(FrameType.ALTSVC, streamId, null, promise);
        } else if (write instanceof Http2SessionWrite.Origin origin) {
            session.submitOrigin(origin.origins());
            promises.add(FrameType.ORIGIN, 0, null, promise);
        } else if (write instanceof Http2SessionWrite.PriorityUpdate update) {
            writes.check(update.stream(), false);
            session.submitPriorityUpdate(update.stream().id(), update.fieldValue());
            promises.add(FrameType.PRIORITY_UPDATE, 0, null, promise);
        } else {
            throw new IllegalStateException("unknown write: " + write);
        }
    }

    private int idOrZero(Http2StreamHandle stream) {
        if (stream == null) {
            return 0;
        }
        writes.check(stream, false);
        return stream.id();
    }

    private void reset(Http2Session session, Http2SessionWrite.Reset reset, ChannelPromise promise) {
        Http2StreamHandle stream = reset.stream();
        if (stream.closed) {
            OutboundWrites.succeed(promise);
            return;
        }
        writes.check(stream, false);
        stream.resetByUs = true;
        promises.add(FrameType.RST_STREAM, stream.id(), null, promise);
        session.submitReset(stream.id(), reset.errorCode());
    }

    private void pauseReading(Http2Session session, Http2SessionWrite.PauseReading pause) {
        writes.check(pause.stream(), false);
        if (pause.paused()) {
            session.pauseReading(pause.stream().id());
        } else {
            session.resumeReading(pause.stream().id());
        }
    }

    private void consume(Http2Session session, Http2SessionWrite.Consume consume) {
        Http2StreamHandle stream = consume.stream();
        if (stream == null || stream.closed) {
            session.consumeConnection(consume.bytes());
        } else {
            writes.check(stream, false);
            session.consume(stream.id(), consume.bytes());
        }
    }

    private void pushPromise(Http2Session session, Http2SessionWrite.PushPromise push, ChannelPromise promise) {
        writes.check(push.stream(), false);
        writes.check(push.promised(), true);
        writes.requireRoomForPromise();
        int id = session.submitPushPromise(push.stream().id(), push.requestHeaders(), push.promised());
        writes.promised(push.promised(), id);
        writes.await(push.stream(), push.requestHeaders(), promise);
    }
}
