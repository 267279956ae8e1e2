package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionResult;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.flow.ReceiveWindow;
import io.h2session.stream.BodyState;
import io.h2session.stream.Stream;
import io.h2session.testing.Wire;

/** What is true of a session between any two calls, whatever happened: its counters agree with its tables. */
public final class Invariants {
    private Invariants() {}

    /** Fails if they are not true of this session. */
    public static void hold(Http2Session session) {
        Connection connection = session.connection;
        int ours = 0;
        int peers = 0;
        int reserved = 0;
        int scheduled = 0;
        int streams = 0;
        for (Stream stream = connection.streams().first(); stream != null; stream = stream.next()) {
            streams++;
            holds(connection.stream(stream.id()) == stream, "the table does not find %s", stream);
            holds(
                    stream.state() != StreamState.CLOSED && stream.state() != StreamState.IDLE,
                    "%s in the table",
                    stream);
            if (stream.state().active()) {
                if (connection.role().opens(stream.id())) {
                    ours++;
                } else {
                    peers++;
                }
            } else if (stream.state() == StreamState.RESERVED_REMOTE) {
                reserved++;
            }
            if (stream.bodyState() == BodyState.SCHEDULED) {
                scheduled++;
                holds(stream.body() != null, "%s is in line without a body", stream);
                // nghttp2 finds out when its turn comes.
                holds(
                        !stream.resetQueued() || connection.options().followNghttp2(),
                        "%s is in line and being reset",
                        stream);
            }
            window(stream.receiveWindow(), stream);
        }
        window(connection.receiveWindow(), "the connection");
        holds(connection.sendWindow().available() >= 0, "the connection's send window is below 0");
        holds(
                connection.streams().size() == streams,
                "the table counts %s",
                connection.streams().size());
        holds(connection.lifecycle().openedByUs() == ours, "%s of ours are open", ours);
        holds(connection.lifecycle().openedByPeer() == peers, "%s of the peer's are open", peers);
        holds(connection.lifecycle().reservedByPeer() == reserved, "%s are reserved", reserved);
        holds(connection.scheduler().size() == scheduled, "%s bodies are in line", scheduled);
        holds(connection.queue().owedReplies() <= connection.queue().size(), "more replies owed than frames queued");
        holds(connection.queue().waitingToOpen() >= 0, "fewer than no requests wait");
        holds(session.activeStreams() == ours + peers, "%s streams are active", ours + peers);
        // In nghttp2's way the last GOAWAY leaves streams and frames as they are, until the session is closed.
        if (connection.shutdown().over()) {
            holds(streams == 0, "%s streams outlive the session", streams);
            holds(connection.queue().size() == 0, "frames outlive the session");
        }
        if (session.terminated()) {
            holds(!session.wantRead() && !session.wantWrite(), "a session that is over wants something");
        }
    }

    /** Sends without a limit; fails if {@code wantWrite} does not tell the truth before or after it. */
    public static Http2SessionResult send(Http2Session session, Wire wire) {
        boolean wanted = session.wantWrite();
        int before = wire.size();
        Http2SessionResult result = session.send(wire);
        holds(wanted || wire.size() == before, "it wrote and did not want to");
        holds(result != Http2SessionResult.OK || !session.wantWrite(), "it has sent everything and wants to write");
        hold(session);
        return result;
    }

    // Stream windows may be negative (RFC 9113 section 6.9.2).
    private static void window(ReceiveWindow window, Object whose) {
        holds(window.received() >= 0, "%s has received less than nothing", whose);
        // After a shrinking that the peer does not know of, more is available than the limit says.
        holds((long) window.limit() - window.received() <= window.available(), "%s miscounts its window", whose);
    }

    private static void holds(boolean truth, String otherwise, Object... arguments) {
        if (!truth) {
            assertThat(truth).as(otherwise, arguments).isTrue();
        }
    }
}
