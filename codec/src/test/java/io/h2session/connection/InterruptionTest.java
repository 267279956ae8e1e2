package io.h2session.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.Http2Session;
import io.h2session.api.BodySink;
import io.h2session.api.ByteSink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SubmitException;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two sessions do a little of everything, and the application of one of them interrupts it from inside a callback: the first of
 * them all, the second, and so on to the last. Whatever it does then, every body is closed once, every stream ends once, and the
 * wire holds the frames the application was told of.
 */
class InterruptionTest {
    private static final int MORE_THAN_ALL = 100_000;
    private static final Http2SessionOptions SAFE =
            Http2SessionOptions.builder().enablePush(true).build();
    private static final Http2SessionOptions NGHTTP2 =
            Http2SessionOptions.nghttp2().toBuilder().automaticSettings(true).build();

    /** What the application does to the session. */
    private enum Interruption {
        THROW,
        TERMINATE,
        CLOSE,
        RESET_STREAMS,
        PING_AND_SEND
    }

    @ParameterizedTest
    @EnumSource
    void theClientIsInterruptedAtEveryCallback(Interruption interruption) {
        interruptAtEveryCallback(Http2Role.CLIENT, interruption);
    }

    @ParameterizedTest
    @EnumSource
    void theServerIsInterruptedAtEveryCallback(Interruption interruption) {
        interruptAtEveryCallback(Http2Role.SERVER, interruption);
    }

    private static void interruptAtEveryCallback(Http2Role role, Interruption interruption) {
        for (Http2SessionOptions options : List.of(SAFE, NGHTTP2)) {
            int calls = new Scene(options, role, interruption, MORE_THAN_ALL).play();
            assertThat(calls).as("callbacks of a scene without interruption").isGreaterThan(50);
            for (int interrupted = 1; interrupted <= calls; interrupted++) {
                new Scene(options, role, interruption, interrupted).play();
            }
        }
    }

    /** A scene: one end of it is interrupted at one of its calls. */
    private static final class Scene {
        private final End client;
        private final End server;
        private final End interrupted;

        Scene(Http2SessionOptions options, Http2Role role, Interruption interruption, int call) {
            int never = MORE_THAN_ALL;
            client = new End(Http2Role.CLIENT, options, interruption, role == Http2Role.CLIENT ? call : never);
            server = new End(Http2Role.SERVER, options, interruption, role == Http2Role.SERVER ? call : never);
            interrupted = role == Http2Role.CLIENT ? client : server;
        }

        /** How many calls there were. */
        int play() {
            client.request("GET", null);
            client.request("POST", client.source(100_000));
            client.request("POST", client.source(0));
            client.requestWithTrailers(client.source(2000));
            client.cancelledRequest(client.source(10));
            settle();
            client.request("POST", client.source(300));
            settle();
            client.attempt(() -> client.session.submitPing(1));
            server.attempt(server.session::submitShutdownNotice);
            settle();
            client.checkWire();
            server.checkWire();
            client.session.close();
            server.session.close();
            client.check();
            server.check();
            return interrupted.calls;
        }

        private void settle() {
            boolean quiet = false;
            while (!quiet) {
                boolean there = client.flushTo(server);
                boolean back = server.flushTo(client);
                quiet = !there && !back;
            }
        }
    }

    /** One end: an application that counts its calls and does something at one of them. */
    private static final class End implements Http2SessionListener, ByteSink {
        private static final HeaderList OK = HeaderList.of(":status", "200", "content-type", "text/plain");
        private static final HeaderList TRAILERS = HeaderList.of("checksum", "42");

        private final Interruption interruption;
        private final int interruptedCall;
        private final Http2Session session;
        private final List<Source> sources = new ArrayList<>();
        private final Map<Integer, Integer> closings = new LinkedHashMap<>();
        private final IllegalStateException thrown = new IllegalStateException("of the application");
        private final ByteBuf wire = Unpooled.buffer();
        private int carried;
        private int framesSent;
        private int calls;
        private boolean goAwayReceived;
        private String interruptedAt = "nothing";

        End(Http2Role role, Http2SessionOptions options, Interruption interruption, int interruptedCall) {
            this.interruption = interruption;
            this.interruptedCall = interruptedCall;
            Http2SessionListener counting = (Http2SessionListener) Proxy.newProxyInstance(
                    Http2SessionListener.class.getClassLoader(),
                    new Class<?>[] {Http2SessionListener.class},
                    (proxy, method, arguments) -> {
                        // What it is told it knows, also if it throws.
                        if (method.getName().equals("onStreamClosed")) {
                            closings.merge((Integer) arguments[1], 1, Integer::sum);
                        } else if (method.getName().equals("onFrameSent")) {
                            framesSent++;
                        } else if (method.getName().equals("onBeginHeaders")) {
                            Frame frame = (Frame) arguments[1];
                            boolean promise = frame instanceof PushPromiseFrame;
                            int begun = promise ? ((PushPromiseFrame) frame).promisedStreamId() : frame.streamId();
                            closings.putIfAbsent(begun, 0);
                        }
                        call(method.getName());
                        try {
                            return method.invoke(this, arguments);
                        } catch (InvocationTargetException exception) {
                            throw exception.getCause();
                        }
                    });
            session = new Http2Session(role, options, counting);
        }

        void call(String name) {
            if (++calls != interruptedCall) {
                return;
            }
            interruptedAt = name;
            switch (interruption) {
                case THROW -> throw thrown;
                case TERMINATE -> session.terminate(ErrorCode.NO_ERROR.code());
                case CLOSE -> session.close();
                case RESET_STREAMS -> {
                    for (int streamId : List.copyOf(closings.keySet())) {
                        attempt(() -> session.submitReset(streamId, ErrorCode.CANCEL.code()));
                    }
                }
                case PING_AND_SEND -> {
                    attempt(() -> session.submitPing(7));
                    session.send(this);
                }
            }
        }

        @Override
        public long writableBytes() {
            return Long.MAX_VALUE;
        }

        @Override
        public void write(ByteBuf bytes) {
            wire.writeBytes(bytes);
            bytes.release();
        }

        /** Whether there was anything to send. */
        boolean flushTo(End peer) {
            session.send(this);
            ByteBuf bytes = wire.slice(carried, wire.writerIndex() - carried);
            carried = wire.writerIndex();
            boolean any = bytes.isReadable();
            while (bytes.isReadable()) {
                peer.session.recv(bytes);
            }
            return any;
        }

        Source source(int length) {
            return new Source(this, length);
        }

        /** The application may come late: the session may be over by then, or the peer may have sent GOAWAY. */
        void attempt(Runnable submit) {
            if (session.terminated() || session.failureCause() != null) {
                return;
            }
            try {
                submit.run();
            } catch (Http2SubmitException refused) {
                if (!goAwayReceived || refused.reason() != Http2SubmitException.Reason.START_STREAM_NOT_ALLOWED) {
                    throw refused;
                }
            }
        }

        void request(String method, Source body) {
            attempt(() -> begun(session.submitRequest(fields(method), body, null), body));
        }

        void requestWithTrailers(Source body) {
            attempt(() -> {
                int id = session.submitRequest(fields("POST"), body, null);
                begun(id, body);
                session.submitTrailers(id, TRAILERS);
            });
        }

        void cancelledRequest(Source body) {
            attempt(() -> {
                int id = session.submitRequest(fields("POST"), body, null);
                begun(id, body);
                session.submitReset(id, ErrorCode.CANCEL.code());
            });
        }

        private void begun(int streamId, Source body) {
            closings.putIfAbsent(streamId, 0);
            if (body != null) {
                sources.add(body);
            }
        }

        @Override
        public void onFrameReceived(Http2SessionContext context, Frame frame) {
            goAwayReceived |= frame.type() == FrameType.GOAWAY;
            if (context.role().isServer() && frame instanceof HeadersFrame && frame.streamId() == 1) {
                respondWithPush(context);
            } else if (context.role().isServer() && (frame.flags() & FrameFlags.END_STREAM) != 0) {
                if (frame.type() == FrameType.HEADERS || frame.type() == FrameType.DATA) {
                    respond(context, frame.streamId(), source(frame.streamId() % 4 == 1 ? 3000 : 5));
                }
            }
        }

        @Override
        public void onFrameSent(Http2SessionContext context, Frame frame) {
            if (frame.type() == FrameType.RST_STREAM || frame.type() == FrameType.HEADERS) {
                context.userData(frame.streamId(), "seen");
            }
        }

        private void respond(Http2SessionContext context, int streamId, Source body) {
            context.submitResponse(streamId, OK, body);
            begun(streamId, body);
        }

        private void respondWithPush(Http2SessionContext context) {
            int promised = context.submitPushPromise(1, fields("GET"), null);
            closings.putIfAbsent(promised, 0);
            Source body = source(1500);
            context.submitHeaders(1, OK, false);
            context.submitData(1, body, true);
            begun(1, body);
            context.submitTrailers(1, TRAILERS);
            respond(context, promised, source(20));
        }

        void checkWire() {
            ByteBuf in = wire.duplicate();
            if (!session.role().isServer()) {
                in.skipBytes(Frames.PREFACE.length());
            }
            List<String> frames = new ArrayList<>();
            while (in.isReadable()) {
                int length = in.readUnsignedMedium();
                frames.add(FrameType.name(in.readUnsignedByte()));
                in.skipBytes(5 + length);
            }
            assertThat(frames).as(interruptedAt).hasSize(framesSent);
            boolean settingsVetoed = interruptedAt.equals("beforeFrameSend") && framesSent == 1;
            if (!settingsVetoed && !frames.isEmpty()) {
                assertThat(frames).as(interruptedAt).startsWith("SETTINGS");
            }
            if (session.failureCause() != null) {
                assertThat(frames).as(interruptedAt).endsWith("GOAWAY");
            }
        }

        void check() {
            assertThat(session.terminated()).as(interruptedAt).isTrue();
            for (Source source : sources) {
                assertThat(source.closings)
                        .as("closings of a body, %s interrupted", interruptedAt)
                        .isOne();
            }
            closings.forEach((streamId, count) -> assertThat(count)
                    .as("ends of stream %d, %s interrupted", streamId, interruptedAt)
                    .isOne());
            if (calls >= interruptedCall && interruption == Interruption.THROW) {
                assertThat(session.failureCause()).isSameAs(thrown);
            }
        }

        private static HeaderList fields(String method) {
            return HeaderList.of(
                    ":method", method, ":scheme", "https", ":authority", "example.com", ":path", "/" + method);
        }
    }

    private static final class Source implements DataSource {
        private final End end;
        private final byte[] bytes;
        private int position;
        private int closings;

        Source(End end, int length) {
            this.end = end;
            bytes = new byte[length];
        }

        @Override
        public DataResult read(int streamId, int maxLength, BodySink sink) {
            end.call("read");
            int length = Math.min(maxLength, bytes.length - position);
            sink.write(bytes, position, length);
            position += length;
            return position == bytes.length ? DataResult.END : DataResult.MORE;
        }

        @Override
        public void close() {
            closings++;
            end.call("close");
        }
    }
}
