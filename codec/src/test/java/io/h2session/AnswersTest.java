package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.InvalidHeaderAnswer;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.Frame;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the answers of the receiving callbacks do. */
class AnswersTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");

    private final Answers answers = new Answers();
    private Talk talk = Talk.server(answers);

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    private static final class Answers extends Recorder {
        private ReceiveAnswer beginHeaders = ReceiveAnswer.CONTINUE;
        private ReceiveAnswer header = ReceiveAnswer.CONTINUE;
        private ReceiveAnswer data = ReceiveAnswer.CONTINUE;
        private ReceiveAnswer extension = ReceiveAnswer.CONTINUE;
        private InvalidHeaderAnswer invalid = InvalidHeaderAnswer.AS_CONFIGURED;
        private Object unpacked;

        @Override
        public ReceiveAnswer onBeginHeaders(Http2SessionContext session, Frame frame) throws Exception {
            super.onBeginHeaders(session, frame);
            return beginHeaders;
        }

        @Override
        public ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) throws Exception {
            super.onHeader(session, frame, field);
            return header;
        }

        @Override
        public InvalidHeaderAnswer onInvalidHeader(Http2SessionContext session, Frame frame, HeaderField field)
                throws Exception {
            super.onInvalidHeader(session, frame, field);
            return invalid;
        }

        @Override
        public ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf chunk)
                throws Exception {
            super.onDataChunk(session, streamId, flags, chunk);
            return data;
        }

        @Override
        public ReceiveAnswer onExtensionChunk(
                Http2SessionContext session, int type, int flags, int streamId, ByteBuf chunk) {
            line("chunk " + chunk.readableBytes());
            return extension;
        }

        @Override
        public Object unpackExtension(Http2SessionContext session, int type, int flags, int streamId, int length) {
            line("unpack " + length);
            return unpacked;
        }
    }

    // ---- PAUSE

    @Test
    void aPauseAtAFieldStopsBehindIt() {
        answers.header = ReceiveAnswer.PAUSE;
        ByteBuf in =
                talk.peer().headers(1, true, Fault.hex(Fault.GET_BLOCK)).ping(1).buf();

        // 9 bytes of frame header, then fields of 1, 1, 1 and 3 bytes.
        for (int left : new int[] {5 + 17, 4 + 17, 3 + 17, 17}) {
            assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.PAUSED);
            assertThat(in.readableBytes()).isEqualTo(left);
            assertThat(talk.callbacks()).last().asString().startsWith("header stream=1 ");
        }
        assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.OK);
        assertThat(talk.callbacks())
                .contains("received HEADERS stream=1 flags=END_STREAM|END_HEADERS length=6 category=REQUEST")
                .endsWith("received PING stream=0 opaque=0000000000000001");
    }

    @Test
    void aPauseAtDataStopsBehindTheChunk() {
        answers.data = ReceiveAnswer.PAUSE;
        talk.hears(peer -> peer.request(1, false, "/"));
        ByteBuf in = talk.peer().data(1, "abc", true).ping(1).buf();

        assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.PAUSED);
        assertThat(in.readableBytes()).isEqualTo(17);
        assertThat(talk.callbacks()).endsWith("data stream=1 abc");
        // The frame's end is owed, and comes without another byte.
        assertThat(talk.session().recv(Unpooled.EMPTY_BUFFER)).isEqualTo(Http2SessionResult.OK);
        assertThat(talk.callbacks()).containsExactly("received DATA stream=1 flags=END_STREAM length=3");
        assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.OK);
        assertThat(talk.callbacks()).endsWith("received PING stream=0 opaque=0000000000000001");
    }

    @Test
    void sendingGoesOnDuringAPause() {
        answers.data = ReceiveAnswer.PAUSE;
        talk.hears(peer -> peer.request(1, false, "/"));
        talk.session().recv(talk.peer().data(1, "abc", true).buf());
        session().submitPing(1);
        session().submitResponse(1, HeaderList.of(":status", "200"), null);

        assertThat(talk.says()).containsExactly("PING 1", "HEADERS 1 END_STREAM [:status: 200]");
        talk.callbacks();
        talk.session().recv(Unpooled.EMPTY_BUFFER);
        assertThat(talk.callbacks()).endsWith("closed stream=1 NO_ERROR");
    }

    @Test
    void aStreamResetDuringAPauseIsNotDeliveredAnyMore() {
        answers.header = ReceiveAnswer.PAUSE;
        ByteBuf in = talk.peer().request(1, true, "/", "name", "value").buf();
        talk.session().recv(in);
        session().submitReset(1, 8);
        talk.callbacks();
        assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.OK);
        assertThat(talk.callbacks()).isEmpty();
        assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL");

        // Its fields have entered the table nevertheless.
        answers.header = ReceiveAnswer.CONTINUE;
        assertThat(talk.hears(peer -> peer.request(3, true, "/", "name", "value")))
                .contains("header stream=3 name: value");
    }

    @Test
    void onBeginHeadersCannotPause() {
        answers.beginHeaders = ReceiveAnswer.PAUSE;
        ByteBuf in = talk.peer().request(1, true, "/").buf();
        assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.CALLBACK_FAILURE);
        assertThat(session().failureCause()).hasMessage("onBeginHeaders cannot pause");
    }

    // ---- RESET_STREAM

    @Test
    void aHeaderBlockMayCostItsStream() {
        for (int id = 1; id < 5; id += 2) {
            int streamId = id;
            answers.beginHeaders = id == 1 ? ReceiveAnswer.RESET_STREAM : ReceiveAnswer.CONTINUE;
            answers.header = ReceiveAnswer.RESET_STREAM;
            List<String> callbacks = talk.hears(peer -> peer.request(streamId, true, "/", "a", "b"));
            assertThat(callbacks).hasSize(id == 1 ? 2 : 3).noneMatch(line -> line.startsWith("received"));
            assertThat(talk.says()).containsExactly("RST_STREAM " + id + " INTERNAL_ERROR");
            assertThat(talk.callbacks()).endsWith("closed stream=" + id + " INTERNAL_ERROR");
        }
    }

    @Test
    void aPromiseMayCostThePromisedStream() {
        talk.close();
        talk = Talk.client(answers, options -> options.enablePush(true));
        session().submitRequest(GET, null, null);
        talk.says();
        answers.beginHeaders = ReceiveAnswer.RESET_STREAM;
        talk.hears(peer -> peer.pushPromise(1, 2, Fault.hex(Fault.GET_BLOCK)));
        assertThat(talk.says()).containsExactly("RST_STREAM 2 INTERNAL_ERROR");
        answers.beginHeaders = ReceiveAnswer.CONTINUE;
        assertThat(talk.hears(peer -> peer.response(1, true, 200))).endsWith("closed stream=1 NO_ERROR");
    }

    @Test
    void aChunkOfDataMayCostItsStream() {
        answers.data = ReceiveAnswer.RESET_STREAM;
        talk.hears(peer -> peer.request(1, false, "/"));
        assertThat(talk.hears(peer -> peer.data(1, "abc", false).data(1, "def", false)))
                .containsExactly("begin DATA stream=1 length=3", "data stream=1 abc");
        assertThat(talk.says()).containsExactly("RST_STREAM 1 INTERNAL_ERROR");
    }

    // ---- invalid fields

    private static final String INVALID = Fault.GET_BLOCK + "00 01 78 02 610a 00 01 79 01 62";

    @Test
    void anInvalidFieldMakesTheMessageMalformed() {
        assertThat(talk.hears(peer -> peer.headers(1, true, Fault.hex(INVALID))))
                .endsWith(
                        "invalid-header stream=1", "error invalid_field_value", "invalid HEADERS stream=1 HTTP_HEADER");
        assertThat(talk.says()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    }

    @Test
    void anInvalidFieldMayBeIgnored() {
        answers.invalid = InvalidHeaderAnswer.IGNORE;
        assertThat(talk.hears(peer -> peer.headers(1, true, Fault.hex(INVALID))))
                .contains("invalid-header stream=1", "header stream=1 y: b")
                .last()
                .asString()
                .startsWith("received HEADERS");
    }

    @Test
    void anInvalidFieldIsDroppedIfSoConfigured() {
        talk.close();
        talk = Talk.server(answers, options -> options.invalidFieldsMalformed(false));
        assertThat(talk.hears(peer -> peer.headers(1, true, Fault.hex(INVALID))))
                .contains("invalid-header stream=1", "error invalid_field_value", "header stream=1 y: b")
                .last()
                .asString()
                .startsWith("received HEADERS");
        answers.invalid = InvalidHeaderAnswer.MALFORMED;
        talk.hears(peer -> peer.headers(3, true, Fault.hex(INVALID)));
        assertThat(talk.says()).containsExactly("RST_STREAM 3 PROTOCOL_ERROR");
    }

    @Test
    void anInvalidFieldMayPause() {
        answers.invalid = InvalidHeaderAnswer.PAUSE;
        ByteBuf in = talk.peer().headers(1, true, Fault.hex(INVALID)).buf();
        assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.PAUSED);
        assertThat(in.readableBytes()).isEqualTo(5);
        assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.OK);
        assertThat(talk.callbacks()).contains("header stream=1 y: b");
    }

    // ---- extension frames

    private void extensions() {
        talk.close();
        talk = Talk.server(answers, options -> options.receiveExtension(0xbb));
    }

    @Test
    void anExtensionFrameIsUnpackedByTheApplication() {
        extensions();
        answers.unpacked = "payload";
        assertThat(talk.hears(peer -> peer.frame(0xbb, 0xf5, 3, new byte[4])))
                .containsExactly(
                        "begin EXT_bb stream=3 length=4",
                        "chunk 4",
                        "unpack 4",
                        "received EXT_bb stream=3 flags=0xf5 length=4");
    }

    @Test
    void anExtensionFrameMayBeDroppedAtItsEnd() {
        extensions();
        assertThat(talk.hears(peer -> peer.frame(0xbb, 0, 3, new byte[4]))).endsWith("chunk 4", "unpack 4");
    }

    @Test
    void anExtensionFrameMayBeDroppedInTheMiddle() {
        extensions();
        answers.extension = ReceiveAnswer.RESET_STREAM;
        assertThat(talk.hears(peer -> peer.header(4, 0xbb, 0, 3).raw(new byte[2])))
                .endsWith("chunk 2");
        assertThat(talk.hears(peer -> peer.raw(new byte[2]))).isEmpty();
        answers.extension = ReceiveAnswer.CONTINUE;
        assertThat(talk.hears(peer -> peer.frame(0xbb, 0, 3, new byte[1]))).contains("unpack 1");
    }

    @Test
    void anExtensionFrameOfAnUnregisteredTypeIsSkipped() {
        extensions();
        assertThat(talk.hears(peer -> peer.frame(0xbc, 0, 3, new byte[4]))).isEmpty();
    }

    @Test
    void anExtensionFrameMayPause() {
        extensions();
        answers.extension = ReceiveAnswer.PAUSE;
        answers.unpacked = "payload";
        ByteBuf in = talk.peer().frame(0xbb, 0, 0, new byte[4]).ping(1).buf();
        assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.PAUSED);
        assertThat(in.readableBytes()).isEqualTo(17);
        assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.OK);
        assertThat(talk.callbacks()).contains("unpack 4").last().asString().startsWith("received PING");
    }

    @Test
    void alternativeServicesAndOriginsAreForClientsThatAsk() {
        talk.close();
        talk = Talk.client(answers, options -> options.receiveAltSvc(true).receiveOrigin(true));
        session().submitRequest(GET, null, null);
        talk.says();
        talk.callbacks();
        assertThat(talk
                        .hears(peer -> peer.altSvc(0, "https://a", "h2=\":1\"")
                                .altSvc(1, "", "h2=\":2\"")
                                .altSvc(1, "https://a", "h2=\":2\"")
                                .altSvc(0, "", "h2")
                                .altSvc(9, "", "h2")
                                .origin("https://a", "https://b"))
                        .stream()
                        .filter(line -> !line.startsWith("begin")))
                .containsExactly(
                        "received ALTSVC stream=0 origin=https://a value=h2=\":1\"",
                        "received ALTSVC stream=1 origin= value=h2=\":2\"",
                        "invalid ALTSVC stream=1 PROTO",
                        "invalid ALTSVC stream=0 PROTO",
                        "received ORIGIN stream=0 [https://a, https://b]");
        assertThat(talk.says()).isEmpty();
    }
}
