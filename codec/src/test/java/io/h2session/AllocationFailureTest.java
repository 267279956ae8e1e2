package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.BodySink;
import io.h2session.api.ByteSource;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.SendAnswer;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.FailingAllocator;
import io.h2session.testing.PeerView;
import io.h2session.testing.Recorder;
import io.h2session.testing.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two sessions do a little of everything, and for one of them there is no memory: at its first request of the allocator, at the
 * second, and so on to the last. Every time the call says NOMEM, nothing is kept, every body and stream has its end, and once
 * there is memory again the peer gets a GOAWAY behind whole frames.
 */
class AllocationFailureTest {
    private static final HeaderList OK = HeaderList.of(":status", "200", "large", "x".repeat(20_000));
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");

    @ParameterizedTest
    @CsvSource({"CLIENT, false", "CLIENT, true", "SERVER, false", "SERVER, true"})
    void everyRequestForMemoryMayFail(Http2Role role, boolean forGood) {
        int failures = 0;
        boolean failed = true;
        for (int failing = 1; failed; failing++) {
            failed = new Scene(role, new FailingAllocator(failing, forGood), forGood).play();
            failures += failed ? 1 : 0;
        }
        assertThat(failures).isGreaterThan(20);
    }

    private static final class Scene {
        private final FailingAllocator allocator;
        private final boolean forGood;
        private final List<Source> bodies = new ArrayList<>();
        private final Application application = new Application();
        private final PeerView view;
        private final Http2Session session;
        private final Http2Session peer;
        private final Wire wire = new Wire();
        private final List<String> said = new ArrayList<>();
        private Http2SessionResult result = Http2SessionResult.OK;

        Scene(Http2Role role, FailingAllocator allocator, boolean forGood) {
            this.allocator = allocator;
            this.forGood = forGood;
            Http2Role other = role.isServer() ? Http2Role.CLIENT : Http2Role.SERVER;
            Http2SessionOptions options = Http2SessionOptions.builder()
                    .enablePush(true)
                    .maxHeaderListSize(100_000)
                    .build();
            view = role.isServer() ? PeerView.ofServer() : PeerView.ofClient();
            session = new Http2Session(
                    role, options.toBuilder().allocator(allocator).build(), application);
            peer = new Http2Session(other, options, new Application());
        }

        /** Answers whether there was no memory some time. */
        boolean play() {
            Http2Session client = session.role().isServer() ? peer : session;
            client.submitRequest(POST, body(), null);
            client.submitTrailers(1, HeaderList.of("a", "b"));
            client.submitRequest(GET, null, null);
            client.submitExtension(0xbb, 0, 0, "extension");
            client.submitPing(7);
            for (int round = 0; round < 8 && result == Http2SessionResult.OK; round++) {
                exchange();
            }
            if (allocator.failed()) {
                judgeFailure();
            } else {
                end();
            }
            session.close();
            peer.close();
            assertThat(session.terminated()).isTrue();
            judgeEnds();
            wire.release();
            return allocator.failed();
        }

        private void end() {
            session.terminate(0);
            result = speak();
            assertThat(result == Http2SessionResult.NOMEM).isEqualTo(allocator.failed());
            if (allocator.failed() && !forGood) {
                result = speak();
            }
            if (result == Http2SessionResult.OK) {
                assertThat(said).last().asString().startsWith("GOAWAY");
            }
        }

        private void exchange() {
            result = speak();
            if (result == Http2SessionResult.OK) {
                peer.send(wire);
                ByteBuf heard = wire.take();
                result = session.recv(sourceOf(heard));
                heard.release();
                result = result == Http2SessionResult.WOULDBLOCK ? Http2SessionResult.OK : result;
            }
        }

        private Http2SessionResult speak() {
            Http2SessionResult sending = session.send(wire);
            ByteBuf sent = wire.take();
            said.addAll(view.read(sent.duplicate()));
            peer.recv(sent);
            sent.release();
            return sending;
        }

        private void judgeFailure() {
            assertThat(result).isEqualTo(Http2SessionResult.NOMEM);
            assertThat(session.failureCause()).isInstanceOf(OutOfMemoryError.class);
            assertThat(session.terminationReason()).isEqualTo("out_of_memory");
            if (forGood) {
                assertThat(session.send(wire)).isEqualTo(Http2SessionResult.NOMEM);
                assertThat(wire.size()).isZero();
                return;
            }
            speak();
            assertThat(session.terminated()).isTrue();
            assertThat(said).first().asString().startsWith("SETTINGS");
            assertThat(said).last().asString().matches("GOAWAY \\d INTERNAL_ERROR out_of_memory");
            assertThat(session.send(wire)).isEqualTo(Http2SessionResult.OK);
            assertThat(wire.size()).isZero();
            assertThat(peer.terminationReason())
                    .as("what the peer thinks of it")
                    .isNull();
        }

        private void judgeEnds() {
            assertThat(allocator.kept()).isZero();
            assertThat(bodies).allSatisfy(body -> assertThat(body.closed).isEqualTo(1));
            List<String> ends = application.lines().stream()
                    .filter(line -> line.startsWith("closed"))
                    .map(line -> line.split(" ", 3)[1])
                    .toList();
            assertThat(ends).doesNotHaveDuplicates();
            assertThat(ends).containsAll(application.opened);
        }

        private DataSource body() {
            Source body = new Source();
            bodies.add(body);
            return body;
        }

        private static ByteSource sourceOf(ByteBuf bytes) {
            return target -> {
                int count = Math.min(bytes.readableBytes(), target.writableBytes());
                target.writeBytes(bytes, count);
                return count;
            };
        }

        private final class Application extends Recorder {
            private final List<String> opened = new ArrayList<>();

            @Override
            public void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {
                super.onFrameReceived(session, frame);
                if (!session.role().isServer() || frame.type() != FrameType.HEADERS) {
                    return;
                }
                if ((frame.flags() & FrameFlags.END_STREAM) == 0) {
                    opened.add("stream=" + frame.streamId());
                    session.submitHeaders(frame.streamId(), HeaderList.of(":status", "103"), false);
                    return;
                }
                int promised = session.submitPushPromise(frame.streamId(), GET, null);
                session.submitResponse(promised, OK, body());
                session.submitResponse(frame.streamId(), OK, body());
                session.submitTrailers(frame.streamId(), HeaderList.of("c", "d"));
                session.submitAltSvc(0, AsciiString.of("https://a"), AsciiString.of("h2"));
                session.submitSettings(List.of());
            }

            @Override
            public int selectPadding(Http2SessionContext session, Frame frame, int length, int max) {
                return Math.min(max, length + 100);
            }

            @Override
            public SendAnswer packExtension(Http2SessionContext session, ExtensionFrame frame, ByteBuf target) {
                target.writeZero(5_000);
                return SendAnswer.PROCEED;
            }
        }
    }

    /** Gives small pieces, lent buffers, and buffers that pass through. */
    private static final class Source implements DataSource {
        private int reads;
        private int closed;

        @Override
        public DataResult read(int streamId, int maxLength, BodySink sink) {
            reads++;
            switch (reads % 4) {
                case 0 -> sink.write(new byte[100], 0, 100);
                case 1 -> {
                    sink.write(new byte[10], 0, 10);
                    sink.add(sink.buffer(3_000).writeZero(3_000));
                    sink.add(sink.buffer(5).writeZero(5));
                }
                case 2 -> sink.add(sink.buffer(500).writeZero(500));
                default -> sink.write(new byte[2_000], 0, 2_000);
            }
            return reads == 6 ? DataResult.END : DataResult.MORE;
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
