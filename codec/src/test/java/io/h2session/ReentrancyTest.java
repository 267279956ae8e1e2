package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.ByteSink;
import io.h2session.api.ByteSource;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Limits;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.frame.PingFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Calls from inside callbacks, and callbacks that fail, where their order matters. See also
 * {@link CallbackMatrixTest}.
 */
class ReentrancyTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");

    private Talk talk;

    @AfterEach
    void close() {
        if (talk != null) {
            talk.close();
        }
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    @Test
    void inputFromACallbackComesAfterTheInputItWasToldOf() {
        talk = Talk.server(new Recorder() {
            @Override
            public void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {
                super.onFrameReceived(session, frame);
                if (frame instanceof PingFrame ping && ping.opaqueData() == 1) {
                    assertThat(talk.session().recv(Frames.script().ping(3).buf()))
                            .isEqualTo(Http2SessionResult.OK);
                    line("done");
                }
            }
        });

        assertThat(talk.hears(peer -> peer.ping(1).ping(2)).stream().filter(line -> !line.startsWith("begin")))
                .containsExactly(
                        "received PING stream=0 opaque=0000000000000001",
                        "done",
                        "received PING stream=0 opaque=0000000000000002",
                        "received PING stream=0 opaque=0000000000000003");
    }

    @Test
    void inputFromACallbackWaitsForTheRestOfAPausedInput() {
        talk = Talk.server(new Recorder() {
            @Override
            public ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data)
                    throws Exception {
                super.onDataChunk(session, streamId, flags, data);
                talk.session().recv(Frames.script().ping(3).buf());
                return ReceiveAnswer.PAUSE;
            }
        });
        talk.hears(peer -> peer.request(1, false, "/"));
        ByteBuf in = talk.peer().data(1, "a", false).ping(2).buf();

        assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.PAUSED);
        assertThat(in.readableBytes()).isEqualTo(17);
        assertThat(talk.callbacks()).noneMatch(line -> line.contains("PING"));
        assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.OK);
        assertThat(talk.callbacks().stream().filter(line -> line.startsWith("received PING")))
                .containsExactly(
                        "received PING stream=0 opaque=0000000000000002",
                        "received PING stream=0 opaque=0000000000000003");
    }

    @Test
    void aPauseOfInputFromACallbackIsAnsweredByTheOuterCall() {
        talk = Talk.server(new Recorder() {
            @Override
            public ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data)
                    throws Exception {
                super.onDataChunk(session, streamId, flags, data);
                return ReceiveAnswer.PAUSE;
            }

            @Override
            public void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {
                super.onFrameReceived(session, frame);
                if (frame.type() == FrameType.PING) {
                    talk.session()
                            .recv(Frames.script()
                                    .data(1, "a", false)
                                    .data(1, "b", false)
                                    .buf());
                }
            }
        });
        talk.hears(peer -> peer.request(1, false, "/"));

        assertThat(talk.session().recv(talk.peer().ping(1).buf())).isEqualTo(Http2SessionResult.PAUSED);
        assertThat(talk.callbacks()).endsWith("data stream=1 a");
        // What is handed in now comes after it.
        assertThat(talk.session().recv(talk.peer().data(1, "c", true).buf())).isEqualTo(Http2SessionResult.PAUSED);
        assertThat(talk.callbacks()).endsWith("data stream=1 b");
        assertThat(talk.session().recv(Unpooled.EMPTY_BUFFER)).isEqualTo(Http2SessionResult.PAUSED);
        assertThat(talk.callbacks()).endsWith("data stream=1 c");
        assertThat(talk.session().recv(Unpooled.EMPTY_BUFFER)).isEqualTo(Http2SessionResult.OK);
        assertThat(talk.callbacks()).containsExactly("received DATA stream=1 flags=END_STREAM length=1");
    }

    @Test
    void sendFromACallbackIsDoneWhenTheRunningCallIs() {
        List<String> order = new ArrayList<>();
        ByteSink sink = new ByteSink() {
            @Override
            public long writableBytes() {
                return 1000;
            }

            @Override
            public void write(ByteBuf buffer) {
                order.add("write");
                buffer.release();
            }
        };
        talk = Talk.server(new Recorder() {
            @Override
            public void onFrameReceived(Http2SessionContext session, Frame frame) {
                if (frame.type() == FrameType.PING) {
                    talk.session().send(sink);
                    order.add("received");
                }
            }
        });
        talk.hears(peer -> peer.ping(1).ping(2));

        assertThat(order).containsExactly("received", "received", "write");
    }

    @Test
    void twoSessionsMayCallEachOtherForEver() {
        Pinging pinging = new Pinging(20_000);
        // This number of PINGs is a flood, which is not the point.
        Http2SessionOptions patient = Http2SessionOptions.builder()
                .limits(limits -> limits.withAbuseBurst(Http2Limits.UNLIMITED))
                .build();
        Http2Session client = new Http2Session(Http2Role.CLIENT, patient, pinging);
        Http2Session server = new Http2Session(Http2Role.SERVER, patient, new Pinging(0));
        ByteSink[] sinks = new ByteSink[2];
        sinks[0] = directlyTo(server, () -> server.send(sinks[1]));
        sinks[1] = directlyTo(client, () -> client.send(sinks[0]));
        client.submitPing(1);
        client.send(sinks[0]);

        assertThat(client.terminationReason()).isNull();
        assertThat(client.outboundQueueSize()).isZero();
        assertThat(server.outboundQueueSize()).isZero();
        assertThat(pinging.left).isZero();
        client.close();
        server.close();
    }

    /** Answers the acknowledgement of a PING with the next. */
    private static final class Pinging extends Recorder {
        private int left;

        Pinging(int left) {
            this.left = left;
        }

        @Override
        public void onFrameReceived(Http2SessionContext session, Frame frame) {
            take();
            if (left > 0 && frame.type() == FrameType.PING && (frame.flags() & FrameFlags.ACK) != 0) {
                left--;
                session.submitPing(left);
            }
        }
    }

    private static ByteSink directlyTo(Http2Session peer, Runnable flush) {
        return new ByteSink() {
            @Override
            public long writableBytes() {
                return 1000;
            }

            @Override
            public void write(ByteBuf buffer) {
                peer.recv(buffer);
                buffer.release();
                flush.run();
            }
        };
    }

    // ---- bodies and header blocks that meet in callbacks

    @Test
    void aBodySubmittedWhenItsHeaderBlockWasSentIsSentOnce() {
        Body body = Body.script().then("hello", DataResult.END);
        talk = Talk.server(new Recorder() {
            @Override
            public void onFrameSent(Http2SessionContext session, Frame frame) throws Exception {
                super.onFrameSent(session, frame);
                if (frame.type() == FrameType.HEADERS) {
                    session.submitData(frame.streamId(), body, true);
                }
            }
        });
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitHeaders(1, OK, false);

        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 END_STREAM hello");
        assertThat(talk.says()).isEmpty();
        assertThat(body.closed()).isEqualTo(1);
    }

    @Test
    void aBodySubmittedBehindAQueuedHeaderBlockFollowsIt() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitHeaders(1, OK, false);
        session().submitData(1, Body.script().then("hello", DataResult.END), true);

        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 END_STREAM hello");
    }

    @Test
    void aStreamHasOneBodyAtATime() {
        Body first = Body.script().then("first", DataResult.END_WITHOUT_END_STREAM);
        Body second = Body.script().then("second", DataResult.END);
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, first);
        assertThatThrownBy(() -> session().submitData(1, second, true))
                .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Http2SubmitException.Reason.DATA_EXIST));
        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 first");
        assertThat(first.closed()).isEqualTo(1);
        assertThat(second.closed()).isZero();

        session().submitData(1, second, true);
        assertThat(talk.says()).containsExactly("DATA 1 END_STREAM second");
        assertThat(second.closed()).isEqualTo(1);
    }

    @Test
    void ofTwoResponsesTheSecondsBodyIsClosedUnread() {
        Body first = Body.script().then("first", DataResult.END);
        Body second = Body.script().then("second", DataResult.END);
        talk = Talk.server(new Recorder(), options -> options.validateOutbound(false));
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, first);
        session().submitResponse(1, OK, second);
        talk.says();

        assertThat(first.closed()).isEqualTo(1);
        assertThat(second.closed()).isEqualTo(1);
        assertThat(second.reads()).isZero();
        assertThat(talk.session().terminated()).isFalse();
    }

    // ---- what fails

    @Test
    void aBodyThatThrowsFailsTheSession() {
        IllegalStateException thrown = new IllegalStateException("on purpose");
        Body body = Body.script().then("a", DataResult.MORE).thenThrows(thrown);
        talk = Talk.client(new Recorder());
        session().submitRequest(POST, body, null);

        assertThat(talk.says()).hasSize(2).last().isEqualTo("DATA 1 a");
        assertThat(session().failureCause()).isSameAs(thrown);
        assertThat(talk.says()).containsExactly("GOAWAY 0 INTERNAL_ERROR callback_failure");
        assertThat(body.closed()).isEqualTo(1);
        assertThat(talk.callbacks())
                .endsWith("closed stream=1 INTERNAL_ERROR", "before GOAWAY stream=0", "sent GOAWAY stream=0");
    }

    @Test
    void aBodyThatGivesMoreThanWasAskedForFailsTheSession() {
        talk = Talk.client(new Recorder());
        session()
                .submitRequest(
                        POST,
                        (id, max, sink) -> {
                            sink.add(Unpooled.wrappedBuffer(new byte[max + 1]));
                            return DataResult.MORE;
                        },
                        null);
        talk.says();

        assertThat(session().failureCause()).isInstanceOf(IllegalArgumentException.class);
        assertThat(talk.says()).containsExactly("GOAWAY 0 INTERNAL_ERROR callback_failure");
    }

    @Test
    void aSinkThatThrowsFailsTheSession() {
        IllegalStateException thrown = new IllegalStateException("on purpose");
        talk = Talk.client(new Recorder());
        session().submitRequest(POST, Body.script().then("a", DataResult.END), null);
        Http2SessionResult result = talk.session().send(new ByteSink() {
            @Override
            public long writableBytes() {
                return 1000;
            }

            @Override
            public void write(ByteBuf buffer) {
                buffer.release();
                throw thrown;
            }
        });

        assertThat(result).isEqualTo(Http2SessionResult.CALLBACK_FAILURE);
        assertThat(session().failureCause()).isSameAs(thrown);
        assertThat(talk.says()).containsExactly("GOAWAY 0 INTERNAL_ERROR callback_failure");
    }

    @Test
    void aSinkThatCannotSayWhatItTakesFailsTheSession() {
        IllegalStateException thrown = new IllegalStateException("on purpose");
        talk = Talk.client(new Recorder());
        session().submitRequest(POST, DataSource.of(new byte[100_000]), null);
        List<ByteBuf> written = new ArrayList<>();
        Http2SessionResult result = talk.session().send(new ByteSink() {
            @Override
            public long writableBytes() {
                if (!written.isEmpty()) {
                    throw thrown;
                }
                return 100_000;
            }

            @Override
            public void write(ByteBuf buffer) {
                written.add(buffer);
            }
        });
        written.forEach(ByteBuf::release);

        assertThat(result).isEqualTo(Http2SessionResult.CALLBACK_FAILURE);
        assertThat(session().failureCause()).isSameAs(thrown);
        assertThat(talk.says()).containsExactly("GOAWAY 0 INTERNAL_ERROR callback_failure");
    }

    @Test
    void whatIsThrownWhileTheEndIsToldStopsNothing() {
        talk = Talk.client(new Recorder() {
            @Override
            public void onStreamClosed(Http2SessionContext session, int streamId, long errorCode) throws Exception {
                super.onStreamClosed(session, streamId, errorCode);
                throw new IllegalStateException("on purpose");
            }
        });
        Body body = Body.script();
        session().submitRequest(POST, body, null);
        session().submitRequest(POST, body, null);
        talk.says();
        talk.callbacks();
        session().submitRequest(POST, body, null);
        session().terminate(0);

        assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL", "RST_STREAM 3 CANCEL", "GOAWAY 0 NO_ERROR");
        assertThat(talk.callbacks())
                .containsExactly(
                        "not-sent HEADERS stream=5 SESSION_CLOSING",
                        "closed stream=5 REFUSED_STREAM",
                        "before RST_STREAM stream=1",
                        "sent RST_STREAM stream=1",
                        "closed stream=1 CANCEL",
                        "before RST_STREAM stream=3",
                        "sent RST_STREAM stream=3",
                        "closed stream=3 CANCEL",
                        "before GOAWAY stream=0",
                        "sent GOAWAY stream=0");
        assertThat(session().failureCause())
                .hasMessage("on purpose")
                .matches(cause -> cause.getSuppressed().length == 2);
        assertThat(body.closed()).isEqualTo(3);
    }

    // ---- pulling

    @Test
    void inputIsPulledUntilThereIsNoneOrTheEnd() {
        talk = Talk.server(new Recorder());
        ByteBuf bytes = talk.peer().ping(1).ping(2).buf();

        assertThat(talk.session().recv(pieces(bytes, 5, 0))).isEqualTo(Http2SessionResult.WOULDBLOCK);
        assertThat(bytes.isReadable()).isFalse();
        assertThat(talk.callbacks()).hasSize(4);
        assertThat(talk.session().recv(pieces(bytes, 5, -1))).isEqualTo(Http2SessionResult.EOF);
    }

    @Test
    void whatWasPulledBeforeAPauseIsKept() {
        talk = Talk.server(new Recorder() {
            @Override
            public ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data)
                    throws Exception {
                super.onDataChunk(session, streamId, flags, data);
                return ReceiveAnswer.PAUSE;
            }
        });
        ByteBuf bytes =
                talk.peer().request(1, false, "/").data(1, "abc", true).ping(1).buf();
        ByteSource source = pieces(bytes, 1000, 0);

        assertThat(talk.session().recv(source)).isEqualTo(Http2SessionResult.PAUSED);
        assertThat(bytes.isReadable()).isFalse();
        assertThat(talk.callbacks()).endsWith("data stream=1 abc");
        assertThat(talk.session().recv(source)).isEqualTo(Http2SessionResult.WOULDBLOCK);
        assertThat(talk.callbacks()).endsWith("received PING stream=0 opaque=0000000000000001");
    }

    @Test
    void afterAPauseTheEndOfAFrameIsToldThoughTheSourceHasNothing() {
        talk = Talk.server(new Recorder() {
            @Override
            public ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data)
                    throws Exception {
                super.onDataChunk(session, streamId, flags, data);
                return ReceiveAnswer.PAUSE;
            }
        });
        ByteSource source =
                pieces(talk.peer().request(1, false, "/").data(1, "abc", true).buf(), 1000, 0);
        assertThat(talk.session().recv(source)).isEqualTo(Http2SessionResult.PAUSED);
        talk.callbacks();

        assertThat(talk.session().recv(source)).isEqualTo(Http2SessionResult.WOULDBLOCK);
        assertThat(talk.callbacks()).containsExactly("received DATA stream=1 flags=END_STREAM length=3");
    }

    @Test
    void aSourceThatThrowsFailsTheSession() {
        talk = Talk.server(new Recorder());
        IllegalStateException thrown = new IllegalStateException("on purpose");

        assertThat(talk.session().recv((ByteSource) target -> {
                    throw thrown;
                }))
                .isEqualTo(Http2SessionResult.CALLBACK_FAILURE);
        assertThat(session().failureCause()).isSameAs(thrown);
        assertThat(talk.says()).containsExactly("GOAWAY 0 INTERNAL_ERROR callback_failure");
    }

    private static ByteSource pieces(ByteBuf bytes, int size, int atTheEnd) {
        return target -> {
            int count = Math.min(size, bytes.readableBytes());
            target.writeBytes(bytes, count);
            return count == 0 ? atTheEnd : count;
        };
    }
}
