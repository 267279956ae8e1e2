package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Recorder;
import io.h2session.testing.Wire;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests and responses between two sessions. */
class ExchangeTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "example.com", ":path", "/");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "http", ":authority", "example.com", ":path", "/");
    private static final HeaderList OK = HeaderList.of(":status", "200", "content-type", "text/plain");

    private final Recorder clientSaw = new Recorder();
    private final Recorder serverSaw = new Recorder() {
        @Override
        public void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {
            super.onFrameReceived(session, frame);
            boolean whole = (frame.flags() & FrameFlags.END_STREAM) != 0
                    && (frame.type() == FrameType.HEADERS || frame.type() == FrameType.DATA);
            if (whole) {
                session.submitResponse(frame.streamId(), OK, DataSource.ofAscii("hello, world\n"));
            }
        }
    };
    private final Http2Session client = new Http2Session(Http2Role.CLIENT, Http2SessionOptions.safe(), clientSaw);
    private final Http2Session server = new Http2Session(Http2Role.SERVER, Http2SessionOptions.safe(), serverSaw);

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void aRequestIsAnswered() {
        int id = client.submitRequest(GET, null, null);
        Wire.settle(client, server);

        assertThat(id).isEqualTo(1);
        assertThat(clientSaw.lines())
                .containsSubsequence(
                        "sent SETTINGS stream=0",
                        "sent HEADERS stream=1 END_STREAM",
                        "header stream=1 :status: 200",
                        "header stream=1 content-type: text/plain",
                        "data stream=1 hello, world\n",
                        "closed stream=1 NO_ERROR");
        assertThat(serverSaw.lines())
                .containsSubsequence(
                        "header stream=1 :method: GET",
                        "header stream=1 :path: /",
                        "sent SETTINGS stream=0",
                        "sent HEADERS stream=1",
                        "sent DATA stream=1 END_STREAM",
                        "closed stream=1 NO_ERROR");
        assertThat(client.activeStreams()).isZero();
        assertThat(server.activeStreams()).isZero();
    }

    @Test
    void bodiesLargerThanTheWindowsArriveWhole() {
        client.submitRequest(POST, DataSource.of(new byte[3_000_000]), null);
        Wire.settle(client, server);

        int received = serverSaw.lines().stream()
                .filter(line -> line.startsWith("data stream=1 "))
                .mapToInt(line -> line.length() - "data stream=1 ".length())
                .sum();
        assertThat(received).isEqualTo(3_000_000);
        assertThat(clientSaw.lines()).contains("data stream=1 hello, world\n", "closed stream=1 NO_ERROR");
    }

    @Test
    void trailersFollowTheBodyTheyWereSubmittedAfter() {
        int id = client.submitRequest(POST, DataSource.of(new byte[100_000]), null);
        client.submitTrailers(id, HeaderList.of("checksum", "42"));
        Wire.settle(client, server);

        assertThat(serverSaw.lines()).contains("header stream=1 checksum: 42");
        assertThat(clientSaw.lines())
                .containsSubsequence(
                        "sent DATA stream=1", "sent HEADERS stream=1 END_STREAM", "closed stream=1 NO_ERROR");
    }

    @Test
    void requestsBeyondThePeersLimitWaitTheirTurn() {
        for (int i = 0; i < 250; i++) {
            client.submitRequest(GET, null, null);
        }
        Wire.settle(client, server);

        assertThat(clientSaw.lines().stream().filter(line -> line.startsWith("closed") && line.endsWith("NO_ERROR")))
                .hasSize(250);
        assertThat(serverSaw.lines()).noneMatch(line -> line.startsWith("invalid"));
    }
}
