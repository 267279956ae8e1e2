package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.StreamState;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be asked of a stream from before it begins until it is over, and of the tables of both directions. */
class StreamRecordTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");

    private Talk talk;

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    private void is(int id, StreamState state, boolean record, int localClosed, int remoteClosed) {
        assertThat(session().streamState(id)).isEqualTo(state);
        assertThat(session().hasStream(id)).isEqualTo(record);
        assertThat(session().localClosed(id)).isEqualTo(localClosed);
        assertThat(session().remoteClosed(id)).isEqualTo(remoteClosed);
    }

    @Test
    void aRequestsStreamFromBeginningToEnd() {
        talk = Talk.client(new Recorder());
        Body body = Body.script().then("x", DataResult.DEFERRED).then(DataResult.END);
        assertThat(session().submitRequest(POST, body, null)).isEqualTo(1);
        is(1, StreamState.IDLE, false, -1, -1);
        talk.says();
        is(1, StreamState.OPEN, true, 0, 0);
        session().resumeData(1);
        talk.says();
        is(1, StreamState.HALF_CLOSED_LOCAL, true, 1, 0);
        talk.hears(peer -> peer.response(1, true, 200));
        is(1, StreamState.CLOSED, false, -1, -1);
        is(0, StreamState.IDLE, false, -1, -1);
    }

    @Test
    void aPushedStreamFromBeginningToEnd() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, false, "/"));
        is(1, StreamState.OPEN, true, 0, 0);
        HeaderList get = HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "example.com", ":path", "/");
        assertThat(session().submitPushPromise(1, get, null)).isEqualTo(2);
        is(2, StreamState.RESERVED_LOCAL, true, 0, 1);
        talk.says();
        session().submitResponse(2, OK, Body.script());
        talk.says();
        is(2, StreamState.HALF_CLOSED_REMOTE, true, 0, 1);
        session().submitReset(2, 8);
        talk.says();
        is(2, StreamState.CLOSED, false, -1, -1);
    }

    @Test
    void aPromisedStreamIsClosedForUs() {
        talk = Talk.client(new Recorder(), options -> options.enablePush(true));
        session().submitRequest(POST, Body.script(), null);
        talk.says();
        talk.hears(peer ->
                peer.pushPromise(1, 2, ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/pushed"));
        is(2, StreamState.RESERVED_REMOTE, true, 1, 0);
    }

    @Test
    void anIdleStreamWithAPriorityIsKnown() {
        talk = Talk.server(new Recorder());
        is(3, StreamState.IDLE, false, -1, -1);
        talk.hears(peer -> peer.priorityUpdate(3, "u=1"));
        is(3, StreamState.IDLE, true, -1, -1);
        talk.hears(peer -> peer.request(3, false, "/"));
        is(3, StreamState.OPEN, true, 0, 0);
    }

    @Test
    void aRequestMayBeginWithItsHeaderBlockAlone() {
        talk = Talk.client(new Recorder());
        assertThat(session().submitRequestHeaders(POST, false, "kept")).isEqualTo(1);
        assertThat(session().submitRequestHeaders(POST, true, null)).isEqualTo(3);
        assertThat(talk.says()).hasSize(2).satisfies(frames -> {
            assertThat(frames.get(0)).startsWith("HEADERS 1 [:method: POST");
            assertThat(frames.get(1)).startsWith("HEADERS 3 END_STREAM [:method: POST");
        });
        assertThat(session().userData(1)).isEqualTo("kept");
        is(1, StreamState.OPEN, true, 0, 0);
        is(3, StreamState.HALF_CLOSED_LOCAL, true, 1, 0);
        session().submitData(1, DataSource.ofAscii("body"), false);
        session().submitTrailers(1, HeaderList.of("a", "b"));
        assertThat(talk.says()).containsExactly("DATA 1 body", "HEADERS 1 END_STREAM [a: b]");
    }

    /** Asks while the end of a stream is told. */
    private static final class Asking extends Recorder {
        private final List<String> answers = new ArrayList<>();

        @Override
        public void onStreamClosed(Http2SessionContext session, int streamId, long errorCode) throws Exception {
            super.onStreamClosed(session, streamId, errorCode);
            answers.add(streamId + " " + session.localClosed(streamId) + " " + session.remoteClosed(streamId));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatEachSideHasEndedIsToldWhileTheStreamCloses(boolean nghttp2) {
        Asking asking = new Asking();
        talk = Talk.either(nghttp2, Http2Role.SERVER, asking, options -> {});
        talk.hears(peer -> peer.request(1, true, "/")
                .request(3, false, "/")
                .request(5, true, "/")
                .request(7, false, "/"));
        session().submitResponse(1, OK, null);
        session().submitResponse(3, OK, null);
        session().submitReset(5, 8);
        talk.says();
        is(3, StreamState.HALF_CLOSED_LOCAL, true, 1, 0);
        // What the peer resets it has ended; what we reset we have not.
        talk.hears(peer -> peer.reset(3, ErrorCode.CANCEL).reset(7, ErrorCode.CANCEL));
        assertThat(asking.answers).containsExactly("1 1 1", "5 0 1", "3 1 1", "7 0 1");
        for (int id = 1; id <= 9; id += 2) {
            assertThat(session().localClosed(id)).isEqualTo(-1);
            assertThat(session().remoteClosed(id)).isEqualTo(-1);
        }
        assertThat(session().localClosed(0)).isEqualTo(-1);
    }

    @Test
    void theTablesOfBothDirectionsAreTold() {
        talk = Talk.server(new Recorder());
        assertThat(session().encoderTableSize()).isZero();
        assertThat(session().decoderTableSize()).isZero();
        talk.hears(peer -> peer.request(1, true, "/", "x", "y"));
        // :authority: example.com and x: y, with 32 bytes each (RFC 7541 section 4.1).
        assertThat(session().decoderTableSize()).isEqualTo(10 + 11 + 32 + 1 + 1 + 32);
        session().submitResponse(1, HeaderList.of(":status", "200", "a", "bc"), null);
        assertThat(session().encoderTableSize()).as("encoded when it is sent").isZero();
        talk.says();
        assertThat(session().encoderTableSize()).isEqualTo(1 + 2 + 32);
        talk.hears(peer -> peer.settings(SettingId.HEADER_TABLE_SIZE, 0));
        assertThat(session().encoderTableSize()).isZero();
    }
}
