package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.StreamState;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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

    private void is(int id, StreamState state, boolean record, boolean localClosed, boolean remoteClosed) {
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
        is(1, StreamState.IDLE, false, false, false);
        talk.says();
        is(1, StreamState.OPEN, true, false, false);
        session().resumeData(1);
        talk.says();
        is(1, StreamState.HALF_CLOSED_LOCAL, true, true, false);
        talk.hears(peer -> peer.response(1, true, 200));
        is(1, StreamState.CLOSED, false, true, true);
        is(0, StreamState.IDLE, false, false, false);
    }

    @Test
    void aPushedStreamFromBeginningToEnd() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, false, "/"));
        is(1, StreamState.OPEN, true, false, false);
        HeaderList get = HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "example.com", ":path", "/");
        assertThat(session().submitPushPromise(1, get, null)).isEqualTo(2);
        is(2, StreamState.RESERVED_LOCAL, true, false, true);
        talk.says();
        session().submitResponse(2, OK, Body.script());
        talk.says();
        is(2, StreamState.HALF_CLOSED_REMOTE, true, false, true);
        session().submitReset(2, 8);
        talk.says();
        is(2, StreamState.CLOSED, false, true, true);
    }

    @Test
    void aPromisedStreamIsClosedForUs() {
        talk = Talk.client(new Recorder(), options -> options.enablePush(true));
        session().submitRequest(POST, Body.script(), null);
        talk.says();
        talk.hears(peer ->
                peer.pushPromise(1, 2, ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/pushed"));
        is(2, StreamState.RESERVED_REMOTE, true, true, false);
    }

    @Test
    void anIdleStreamWithAPriorityIsKnown() {
        talk = Talk.server(new Recorder());
        is(3, StreamState.IDLE, false, false, false);
        talk.hears(peer -> peer.priorityUpdate(3, "u=1"));
        is(3, StreamState.IDLE, true, false, false);
        talk.hears(peer -> peer.request(3, false, "/"));
        is(3, StreamState.OPEN, true, false, false);
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
        is(1, StreamState.OPEN, true, false, false);
        is(3, StreamState.HALF_CLOSED_LOCAL, true, true, false);
        session().submitData(1, DataSource.ofAscii("body"), false);
        session().submitTrailers(1, HeaderList.of("a", "b"));
        assertThat(talk.says()).containsExactly("DATA 1 body", "HEADERS 1 END_STREAM [a: b]");
    }

    @Test
    void theTablesOfBothDirectionsAreTold() {
        talk = Talk.server(new Recorder());
        assertThat(session().encoderTableSize()).isZero();
        assertThat(session().decoderTableSize()).isZero();
        talk.hears(peer -> peer.request(1, true, "/", "x", "y"));
        // :authority: example.com and x: y, with 32 octets each (RFC 7541 section 4.1).
        assertThat(session().decoderTableSize()).isEqualTo(10 + 11 + 32 + 1 + 1 + 32);
        session().submitResponse(1, HeaderList.of(":status", "200", "a", "bc"), null);
        assertThat(session().encoderTableSize()).as("encoded when it is sent").isZero();
        talk.says();
        assertThat(session().encoderTableSize()).isEqualTo(1 + 2 + 32);
        talk.hears(peer -> peer.settings(SettingId.HEADER_TABLE_SIZE, 0));
        assertThat(session().encoderTableSize()).isZero();
    }
}
