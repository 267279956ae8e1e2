package io.h2session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.InvalidHeaderAnswer;
import io.h2session.api.ReceiveAnswer;
import io.h2session.api.SendAnswer;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.SettingsFrame;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Frames;
import io.h2session.testing.PeerView;
import io.h2session.testing.Recorder;
import io.h2session.testing.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every callback, at each of its first calls, does everything it should not have to be careful about: throws, terminates, closes,
 * resets, submits, receives and sends. Whatever it does, what leaves is a row of whole frames, each stream and each body is
 * closed once, no buffer is kept, and the session ends or lives on as it should.
 */
class CallbackMatrixTest {
    private static final int EXTENSION = 0xbb;
    private static final int CALLS = 4;
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");

    /** What a callback does. */
    private enum Deed {
        NOTHING,
        THROW,
        TERMINATE,
        CLOSE,
        RESET,
        SUBMIT,
        RECEIVE,
        SEND;

        boolean ends() {
            return this == THROW || this == TERMINATE || this == CLOSE;
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void whateverACallbackDoesTheSessionKeepsItsPromises(Http2Role role, String callback, int call, Deed deed) {
        Play play = new Play(role, callback, call, deed);
        play.run();
        play.check();
    }

    static Stream<Object[]> cells() {
        List<Object[]> cells = new ArrayList<>();
        for (Http2Role role : Http2Role.values()) {
            Play quiet = new Play(role, "", 0, Deed.NOTHING);
            quiet.run();
            quiet.check();
            quiet.counts.forEach((callback, count) -> {
                for (int call = 1; call <= Math.min(count, CALLS); call++) {
                    for (Deed deed : Deed.values()) {
                        cells.add(new Object[] {role, callback, call, deed});
                    }
                }
            });
        }
        assertThat(cells).as("all callbacks take part").hasSizeGreaterThan(8 * 2 * 15);
        return cells.stream();
    }

    /** One session, one conversation, one deed. */
    private static final class Play {
        private final Http2Role role;
        private final String callback;
        private final int call;
        private final Deed deed;
        private final Application application = new Application();
        private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
        private final Http2Session session;
        private final Wire wire = new Wire();
        private final Map<String, Integer> counts = new TreeMap<>();
        private final List<CountedBody> bodies = new ArrayList<>();
        private final List<Http2SessionResult> results = new ArrayList<>();
        private final RuntimeException thrown = new IllegalStateException("on purpose");
        private final Frames peer = Frames.script();
        private final List<Integer> opened = new ArrayList<>();
        private final List<Integer> closed = new ArrayList<>();
        private boolean met;
        private boolean closing;
        private List<String> frames;

        Play(Http2Role role, String callback, int call, Deed deed) {
            this.role = role;
            this.callback = callback;
            this.call = call;
            this.deed = deed;
            Http2SessionListener listener = (Http2SessionListener) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {Http2SessionListener.class},
                    (proxy, method, arguments) -> {
                        if (arguments != null) {
                            called(method.getName(), streamOf(arguments));
                        }
                        try {
                            return method.invoke(application, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
            Http2SessionOptions options = Http2SessionOptions.builder()
                    .allocator(allocator)
                    .clock(() -> 0)
                    .enablePush(true)
                    .receiveExtension(EXTENSION)
                    .build();
            session = new Http2Session(role, options, listener);
        }

        private static int streamOf(Object[] arguments) {
            for (Object argument : arguments) {
                if (argument instanceof Frame frame) {
                    return frame.streamId();
                }
            }
            // Of (type, flags, stream) the third, of (stream, ...) the first.
            List<Object> numbers =
                    Arrays.stream(arguments).filter(Integer.class::isInstance).toList();
            return numbers.isEmpty() ? 0 : (int) numbers.get(numbers.size() >= 4 || numbers.size() == 3 ? 2 : 0);
        }

        void called(String name, int streamId) {
            if (name.equals("onStreamClosed")) {
                closed.add(streamId);
            } else if (name.equals("onBeginHeaders")) {
                opened.add(streamId);
            }
            int count = closing ? counts.getOrDefault(name, 0) : counts.merge(name, 1, Integer::sum);
            if (!closing && name.equals(callback) && count == call) {
                application.line("DEED");
                act(streamId);
            }
        }

        private void act(int streamId) {
            switch (deed) {
                case NOTHING -> {}
                case THROW -> throw thrown;
                case TERMINATE -> session.terminate(ErrorCode.CANCEL.code());
                case CLOSE -> session.close();
                case RESET -> session.submitReset(streamId == 0 ? 1 : streamId, ErrorCode.CANCEL.code());
                case SUBMIT -> {
                    session.submitPing(1234);
                    session.submitSettings(List.of());
                    session.submitWindowUpdate(0, 1);
                    try {
                        session.submitData(Math.max(1, streamId), body("more"), true);
                    } catch (Http2SubmitException refused) {
                        // Not taken, so not the session's to close.
                        bodies.remove(bodies.size() - 1);
                    }
                }
                case RECEIVE -> {
                    // The first frame is the peer's SETTINGS.
                    Frames early = met ? peer.fork() : peer.fork().append(greeting());
                    met = true;
                    assertThat(session.recv(early.ping(4321).buf())).isEqualTo(Http2SessionResult.OK);
                }
                case SEND -> assertThat(session.send(wire)).isEqualTo(Http2SessionResult.OK);
            }
        }

        CountedBody body(String text) {
            CountedBody body = new CountedBody(this, text);
            bodies.add(body);
            return body;
        }

        void run() {
            if (role == Http2Role.CLIENT) {
                session.submitRequest(POST, body("one"), null);
                session.submitRequest(POST, body("two"), null);
                session.submitTrailers(3, HeaderList.of("a", "b"));
                session.submitRequest(POST, body("three"), null);
                session.submitRequest(POST, body("four"), null);
                results.add(send());
                hear((met ? peer.fork() : peer.fork().append(greeting())).frame(EXTENSION, 0, 0, new byte[] {1, 2}));
                hear(responses(peer.fork()));
                hear(peer.fork()
                        .reset(5, ErrorCode.CANCEL)
                        .goAway(5, ErrorCode.NO_ERROR, "")
                        .ping(99));
            } else {
                results.add(send());
                hear(requests(met ? peer.fork() : peer.fork().append(greeting())));
                hear(peer.fork().request(7, false, "/early").reset(7, ErrorCode.CANCEL));
                hear(peer.fork().windowUpdate(1, 5).request(9, true, "/").ping(99));
            }
            closing = true;
            session.close();
            ByteBuf sent = wire.take();
            frames = (role == Http2Role.SERVER ? PeerView.ofServer() : PeerView.ofClient()).readAndRelease(sent);
            wire.release();
        }

        private Frames greeting() {
            met = true;
            Frames script = Frames.script();
            return (role == Http2Role.SERVER ? script.preface() : script)
                    .settings()
                    .settingsAck();
        }

        private Frames requests(Frames script) {
            byte[] invalid = Fault.hex("00 01 78 02 610a");
            return script.headers(
                            1,
                            false,
                            concat(
                                    script.block(
                                            ":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/"),
                                    invalid))
                    .data(1, "abcdef".getBytes(US_ASCII), false, 5)
                    .frame(EXTENSION, 0, 0, new byte[] {1, 2})
                    .headers(1, true, "a", "trailer")
                    .request(3, true, "/")
                    .headers(5, true, ":method", "GET");
        }

        private Frames responses(Frames script) {
            byte[] invalid = Fault.hex("00 01 78 02 610a");
            return script.headers(1, false, concat(script.block(":status", "200"), invalid))
                    .pushPromise(1, 2, ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/p")
                    .data(1, "abcdef".getBytes(US_ASCII), false, 5)
                    .headers(1, true, "a", "trailer")
                    .response(2, true, 200)
                    .headers(3, true, "no", "status");
        }

        private static byte[] concat(byte[] first, byte[] second) {
            byte[] both = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            return both;
        }

        private void hear(Frames script) {
            ByteBuf in = script.buf();
            results.add(session.recv(in));
            assertThat(in.isReadable()).isFalse();
            Invariants.hold(session);
            results.add(send());
            results.add(send());
        }

        // What a callback received while sending is answered by the next send.
        private Http2SessionResult send() {
            if (deed != Deed.RECEIVE) {
                return Invariants.send(session, wire);
            }
            Http2SessionResult result = session.send(wire);
            Invariants.hold(session);
            return result;
        }

        void check() {
            assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                    .as("bytes of buffers kept")
                    .isZero();
            assertThat(bodies)
                    .extracting(body -> body.closed)
                    .as("how often each body was closed")
                    .allMatch(count -> count == 1);
            List<String> lines = application.lines();
            assertThat(closed).doesNotHaveDuplicates();
            assertThat(closed).containsAll(opened);
            if (deed.ends()) {
                checkEnd(lines);
            } else {
                checkLife();
            }
        }

        private void checkEnd(List<String> lines) {
            assertThat(session.terminated()).isTrue();
            if (deed == Deed.THROW) {
                assertThat(results).contains(Http2SessionResult.CALLBACK_FAILURE);
            } else {
                assertThat(results).containsOnly(Http2SessionResult.OK);
            }
            assertThat(session.failureCause()).isSameAs(deed == Deed.THROW ? thrown : null);
            String code = deed == Deed.THROW ? "INTERNAL_ERROR callback_failure" : "CANCEL terminated";
            if (deed == Deed.CLOSE) {
                assertThat(frames).noneMatch(frame -> frame.startsWith("GOAWAY"));
            } else {
                assertThat(frames).last().asString().startsWith("GOAWAY ").endsWith(code);
            }
            // One line of the callback itself, then nothing is received any more.
            List<String> after = lines.subList(lines.indexOf("DEED") + 1, lines.size());
            assertThat(after.subList(Math.min(1, after.size()), after.size()))
                    .noneMatch(line -> line.startsWith("begin")
                            || line.startsWith("header ")
                            || line.startsWith("data ")
                            || line.startsWith("received"));
        }

        private void checkLife() {
            assertThat(results).containsOnly(Http2SessionResult.OK);
            assertThat(session.failureCause()).isNull();
            assertThat(frames).contains("PING ACK 99");
            if (deed == Deed.SUBMIT) {
                assertThat(frames).contains("PING 1234");
            } else if (deed == Deed.RECEIVE) {
                assertThat(frames).contains("PING ACK 4321");
            }
        }

        /** Answers requests, and uses every kind of frame. */
        private final class Application extends Recorder {
            private final Map<Integer, String> paths = new HashMap<>();

            @Override
            public ReceiveAnswer onHeader(Http2SessionContext context, Frame frame, HeaderField field)
                    throws Exception {
                if (field.name().contentEquals(":path")) {
                    paths.put(frame.streamId(), field.value().toString());
                }
                return super.onHeader(context, frame, field);
            }

            @Override
            public InvalidHeaderAnswer onInvalidHeader(Http2SessionContext context, Frame frame, HeaderField field) {
                return InvalidHeaderAnswer.IGNORE;
            }

            @Override
            public void onFrameReceived(Http2SessionContext context, Frame frame) throws Exception {
                super.onFrameReceived(context, frame);
                if (frame instanceof SettingsFrame settings && !settings.ack()) {
                    context.submitExtension(EXTENSION, 0, 0, "payload");
                }
                boolean early = "/early".equals(paths.get(frame.streamId()));
                boolean whole = frame.type() == FrameType.HEADERS && (frame.flags() & FrameFlags.END_STREAM) != 0;
                if (context.role().isServer() && frame instanceof HeadersFrame headers && (whole || early)) {
                    assertThat(headers.category()).isIn(HeadersCategory.REQUEST, HeadersCategory.TRAILERS);
                    try {
                        context.submitResponse(frame.streamId(), OK, body("hello"));
                        context.submitTrailers(frame.streamId(), HeaderList.of("c", "d"));
                    } catch (Http2SubmitException refused) {
                        bodies.remove(bodies.size() - 1);
                    }
                }
            }

            @Override
            public Object unpackExtension(Http2SessionContext context, int type, int flags, int streamId, int length) {
                return "unpacked";
            }

            @Override
            public SendAnswer packExtension(Http2SessionContext context, ExtensionFrame frame, ByteBuf target) {
                target.writeByte(7);
                return SendAnswer.PROCEED;
            }
        }
    }

    /** A body in two pieces; that it is read and closed are callbacks, too. */
    private static final class CountedBody implements DataSource {
        private final Play play;
        private final String text;
        private int reads;
        private int closed;

        CountedBody(Play play, String text) {
            this.play = play;
            this.text = text;
        }

        @Override
        public DataResult read(int streamId, int maxLength, BodySink sink) {
            play.called("read", streamId);
            byte[] bytes = text.getBytes(US_ASCII);
            sink.write(bytes, 0, bytes.length);
            return ++reads == 2 ? DataResult.END : DataResult.MORE;
        }

        @Override
        public void close() {
            closed++;
            play.called("close", 0);
        }
    }
}
