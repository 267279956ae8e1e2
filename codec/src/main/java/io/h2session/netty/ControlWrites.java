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
    private final Http2Session session;
    private final SessionStreams streams;
    private final WriteChecks checks;
    private final FramePromises frames;
    private final ControlPromises promises;
    private final ReceiveLoop receiver;

    ControlWrites(
            Http2Session session,
            SessionStreams streams,
            WriteChecks checks,
            FramePromises frames,
            ReceiveLoop receiver) {
        this.session = session;
        this.streams = streams;
        this.checks = checks;
        this.frames = frames;
        this.receiver = receiver;
        promises = frames.control();
    }

    /** Submits it, or throws. */
    void write(Http2SessionWrite write, ChannelPromise promise) {
        if (write instanceof Http2SessionWrite.Reset reset) {
            reset(reset, promise);
        } else if (write instanceof Http2SessionWrite.Consume consume) {
            consume(consume);
            succeed(promise);
        } else if (write instanceof Http2SessionWrite.Resume resume) {
            checks.requireLive(resume.stream());
            session.resumeData(resume.stream().id());
            succeed(promise);
        } else if (write instanceof Http2SessionWrite.ResumeReceiving) {
            receiver.resume();
            succeed(promise);
        } else if (write instanceof Http2SessionWrite.ChangePriority change) {
            checks.requireLive(change.stream());
            session.changePriority(change.stream().id(), change.priority(), change.ignoreClientSignal());
            succeed(promise);
        } else if (write instanceof Http2SessionWrite.PauseReading pause) {
            pauseReading(pause);
            succeed(promise);
        } else if (write instanceof Http2SessionWrite.DiscardRequest discard) {
            checks.requireLive(discard.stream());
            session.discardRequest(discard.stream().id());
            succeed(promise);
        } else if (write instanceof Http2SessionWrite.NextStreamId next) {
            session.nextStreamId(next.streamId());
            succeed(promise);
        } else if (write instanceof Http2SessionWrite.Terminate terminate) {
            session.terminate(
                    terminate.lastStreamId() < 0 ? session.lastProcessedStreamId() : terminate.lastStreamId(),
                    terminate.errorCode());
            promises.add(FrameType.GOAWAY, 0, null, promise);
        } else {
            checks.requireRoomForFrame();
            frame(write, promise);
        }
    }

    private void frame(Http2SessionWrite write, ChannelPromise promise) {
        if (write instanceof Http2SessionWrite.Headers informational) {
            checks.requireLive(informational.stream());
            requireInformational(informational.headers());
            session.submitHeaders(informational.stream().id(), informational.headers(), false);
            frames.await(informational.stream(), informational.headers(), promise);
        } else if (write instanceof Http2SessionWrite.PushPromise push) {
            pushPromise(push, promise);
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
            int streamId = checks.idOrZero(update.stream());
            session.submitWindowUpdate(streamId, update.increment());
            promises.add(FrameType.WINDOW_UPDATE, streamId, null, promise);
        } else if (write instanceof Http2SessionWrite.LocalWindow window) {
            int streamId = checks.idOrZero(window.stream());
            session.setLocalWindowSize(streamId, window.bytes());
            promises.add(FrameType.WINDOW_UPDATE, streamId, null, promise);
        } else {
            extension(write, promise);
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

    private void extension(Http2SessionWrite write, ChannelPromise promise) {
        if (write instanceof Http2SessionWrite.Extension extension) {
            int streamId = checks.idOrZero(extension.stream());
            Object payload = extension.takePayload();
            session.submitExtension(extension.type(), extension.flags(), streamId, payload);
            promises.add(extension.type(), streamId, payload, promise);
        } else if (write instanceof Http2SessionWrite.AltSvc altSvc) {
            int streamId = checks.idOrZero(altSvc.stream());
            session.submitAltSvc(streamId, altSvc.origin(), altSvc.fieldValue());
            promises.add(FrameType.ALTSVC, streamId, null, promise);
        } else if (write instanceof Http2SessionWrite.Origin origin) {
            session.submitOrigin(origin.origins());
            promises.add(FrameType.ORIGIN, 0, null, promise);
        } else if (write instanceof Http2SessionWrite.PriorityUpdate update) {
            checks.requireLive(update.stream());
            session.submitPriorityUpdate(update.stream().id(), update.fieldValue());
            promises.add(FrameType.PRIORITY_UPDATE, 0, null, promise);
        } else {
            throw new IllegalStateException("unknown write: " + write);
        }
    }

    private static void succeed(ChannelPromise promise) {
        if (!promise.isVoid()) {
            promise.trySuccess();
        }
    }

    private void reset(Http2SessionWrite.Reset reset, ChannelPromise promise) {
        Http2StreamHandle stream = reset.stream();
        if (stream.record.closed) {
            succeed(promise);
            return;
        }
        checks.requireLive(stream);
        stream.record.resetByUs = true;
        promises.add(FrameType.RST_STREAM, stream.id(), null, promise);
        session.submitReset(stream.id(), reset.errorCode());
    }

    private void pauseReading(Http2SessionWrite.PauseReading pause) {
        checks.requireLive(pause.stream());
        if (pause.paused()) {
            session.pauseReading(pause.stream().id());
        } else {
            session.resumeReading(pause.stream().id());
        }
    }

    private void consume(Http2SessionWrite.Consume consume) {
        Http2StreamHandle stream = consume.stream();
        if (stream == null || stream.record.closed) {
            session.consumeConnection(consume.bytes());
        } else {
            checks.requireLive(stream);
            session.consume(stream.id(), consume.bytes());
        }
    }

    private void pushPromise(Http2SessionWrite.PushPromise push, ChannelPromise promise) {
        checks.requireLive(push.stream());
        checks.requireNew(push.promised());
        checks.requireRoomForPromise();
        int id = session.submitPushPromise(push.stream().id(), push.requestHeaders(), push.promised());
        streams.opened(push.promised(), id);
        frames.promised(push.promised());
        frames.await(push.stream(), push.requestHeaders(), promise);
    }
}
