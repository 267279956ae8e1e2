package io.h2session;

import static io.h2session.frame.ErrorCode.CANCEL;
import static io.h2session.frame.ErrorCode.FLOW_CONTROL_ERROR;
import static io.h2session.frame.ErrorCode.NO_ERROR;
import static io.h2session.frame.ErrorCode.PROTOCOL_ERROR;
import static io.h2session.frame.ErrorCode.REFUSED_STREAM;
import static io.h2session.frame.ErrorCode.STREAM_CLOSED;

import io.h2session.testing.Frames;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Frames that are well formed and come when they may not (RFC 9113 sections 5, 6.8 and 6.9). */
final class StateFaults {
    private static final byte[] GET = Fault.hex(Fault.GET_BLOCK);
    private static final byte[] OK = Fault.hex("88");
    private static final int MAX = Integer.MAX_VALUE;

    private StateFaults() {}

    static Stream<Fault> rows() {
        List<Fault> rows = new ArrayList<>();
        rows.addAll(idle());
        rows.addAll(halfClosed());
        rows.addAll(ended());
        rows.addAll(peerReset());
        rows.addAll(weReset());
        rows.addAll(numbers());
        rows.addAll(responses());
        rows.addAll(pushes());
        rows.addAll(windows());
        rows.addAll(goAways());
        return rows.stream();
    }

    private static List<Fault> idle() {
        return List.of(
                Fault.atServer("DATA on an idle stream")
                        .input(peer -> peer.data(1, "a", true))
                        .endsWith(PROTOCOL_ERROR, "data_on_idle_stream"),
                Fault.atServer("empty DATA on an idle stream")
                        .input(peer -> peer.data(1, "", false))
                        .endsWith(PROTOCOL_ERROR, "data_on_idle_stream"),
                Fault.atServer("RST_STREAM of an idle stream")
                        .input(peer -> peer.reset(1, CANCEL))
                        .endsWith(PROTOCOL_ERROR, "reset_of_idle_stream"),
                Fault.atServer("WINDOW_UPDATE of an idle stream")
                        .input(peer -> peer.windowUpdate(1, 1))
                        .endsWith(PROTOCOL_ERROR, "window_update_of_idle_stream"),
                Fault.atServer("PRIORITY of an idle stream")
                        .input(peer -> peer.priority(1, 0, 16, false))
                        .isTolerated(),
                Fault.atClient("HEADERS on a stream that was not requested")
                        .input(peer -> peer.headers(5, true, OK))
                        .endsWith(PROTOCOL_ERROR, "headers_on_idle_stream"),
                Fault.atClient("DATA on a stream that was not requested")
                        .input(peer -> peer.data(5, "a", true))
                        .endsWith(PROTOCOL_ERROR, "data_on_idle_stream"),
                Fault.atClient("RST_STREAM of a stream that was not requested")
                        .input(peer -> peer.reset(5, CANCEL))
                        .endsWith(PROTOCOL_ERROR, "reset_of_idle_stream"),
                Fault.atClient("WINDOW_UPDATE of a stream that was not requested")
                        .input(peer -> peer.windowUpdate(5, 1))
                        .endsWith(PROTOCOL_ERROR, "window_update_of_idle_stream"));
    }

    private static List<Fault> halfClosed() {
        Consumer<Frames> before = peer -> peer.request(1, true, "/hold");
        List<Fault> rows = new ArrayList<>(on("a half-closed stream", before, "frame_after_end_of_stream"));
        rows.add(Fault.atServer("trailers that don't end the stream")
                .before(peer -> peer.request(1, false, "/"))
                .input(peer -> peer.headers(1, false, "a", "b"))
                .resets(1, PROTOCOL_ERROR, "trailers_without_end_stream"));
        rows.add(Fault.atServer("DATA after trailers")
                .input(peer -> peer.request(1, false, "/hold")
                        .headers(1, true, "a", "b")
                        .data(1, "a", false))
                .endsWith(STREAM_CLOSED, "frame_after_end_of_stream"));
        rows.add(Fault.atServer("a frame after END_STREAM of a message that is being reset")
                .input(peer -> peer.headers(1, true, ":method", "GET").data(1, "a", false))
                .endsWith(STREAM_CLOSED, "frame_after_end_of_stream"));
        rows.add(Fault.atServer("a frame after trailers of a message that is being reset")
                .input(peer -> peer.headers(1, false, ":method", "GET")
                        .headers(1, true, "a", "b")
                        .data(1, "a", false))
                .endsWith(STREAM_CLOSED, "frame_after_end_of_stream"));
        return rows;
    }

    private static List<Fault> ended() {
        List<Fault> rows = new ArrayList<>();
        Consumer<Frames> before = peer -> peer.request(1, true, "/");
        rows.addAll(on("a stream that ended", before, "_on_closed_stream"));
        rows.add(Fault.atServer("RST_STREAM of a stream that ended")
                .before(before)
                .input(peer -> peer.reset(1, CANCEL))
                .isTolerated());
        return rows;
    }

    private static List<Fault> peerReset() {
        List<Fault> rows = new ArrayList<>();
        Consumer<Frames> before = peer -> peer.request(1, false, "/").reset(1, CANCEL);
        rows.addAll(on("a stream the peer reset", before, null));
        rows.add(Fault.atServer("DATA several times on a stream the peer reset")
                .before(before)
                .input(peer -> peer.data(1, "a", false).data(1, "b", false).data(1, "c", true))
                .resets(1, STREAM_CLOSED));
        rows.add(Fault.atServer("an indexed field in trailers on a stream the peer reset")
                .before(before)
                .input(peer -> peer.headers(1, true, "name", "value").request(3, true, "/", "name", "value"))
                .resets(1, STREAM_CLOSED));
        rows.add(Fault.atServer("RST_STREAM twice")
                .before(before)
                .input(peer -> peer.reset(1, CANCEL))
                .isTolerated());
        return rows;
    }

    /**
     * What is the same where the peer has nothing more to say. The reasons may differ by DATA and HEADERS in front; without one the
     * stream is reset.
     */
    private static List<Fault> on(String state, Consumer<Frames> before, String reason) {
        return List.of(
                closed(
                        Fault.atServer("DATA on " + state).before(before).input(peer -> peer.data(1, "a", false)),
                        "data",
                        reason),
                closed(
                        Fault.atServer("empty DATA on " + state).before(before).input(peer -> peer.data(1, "", true)),
                        "data",
                        reason),
                closed(
                        Fault.atServer("HEADERS on " + state).before(before).input(peer -> peer.headers(1, true, GET)),
                        "headers",
                        reason),
                Fault.atServer("CONTINUATION on " + state)
                        .before(before)
                        .input(peer -> peer.continuation(1, true, GET))
                        .endsWith(PROTOCOL_ERROR, "continuation_unexpected"),
                Fault.atServer("PRIORITY of " + state)
                        .before(before)
                        .input(peer -> peer.priority(1, 0, 16, false))
                        .isTolerated(),
                Fault.atServer("PRIORITY_UPDATE of " + state)
                        .before(before)
                        .input(peer -> peer.priorityUpdate(1, "u=1"))
                        .isTolerated(),
                Fault.atServer("WINDOW_UPDATE of " + state)
                        .before(before)
                        .input(peer -> peer.windowUpdate(1, 1))
                        .isTolerated());
    }

    private static Fault closed(Fault fault, String frame, String reason) {
        return reason == null
                ? fault.resets(1, STREAM_CLOSED)
                : fault.endsWith(STREAM_CLOSED, reason.startsWith("_") ? frame + reason : reason);
    }

    private static List<Fault> weReset() {
        List<Fault> rows = new ArrayList<>();
        for (boolean sent : new boolean[] {true, false}) {
            String state = sent ? "a stream we reset" : "a stream whose RST_STREAM waits";
            Consumer<Frames> bad = peer -> peer.headers(1, false, ":method", "GET");
            Consumer<Frames> before = sent ? bad : peer -> {};
            Consumer<Frames> ahead = sent ? peer -> {} : bad;
            for (var row : List.<Consumer<Frames>>of(
                    peer -> peer.data(1, "abc", false),
                    peer -> peer.data(1, "abc", true),
                    peer -> peer.data(1, new byte[2], false, 3),
                    peer -> peer.headers(1, true, "late", "trailers"),
                    peer -> peer.headers(1, false, "late", "fields"),
                    peer -> peer.windowUpdate(1, 5),
                    peer -> peer.reset(1, CANCEL),
                    peer -> peer.priority(1, 0, 16, false))) {
                Fault fault = Fault.atServer("frame " + rows.size() + " on " + state)
                        .before(before)
                        .input(ahead.andThen(row));
                rows.add(fault.resets(1, PROTOCOL_ERROR));
            }
        }
        // Our RST_STREAM still waited when the peer's arrived: none is sent in answer to one (section 5.4.2).
        rows.set(
                14,
                Fault.atServer("RST_STREAM of a stream whose RST_STREAM waits")
                        .input(peer -> peer.headers(1, false, ":method", "GET").reset(1, CANCEL))
                        .isTolerated());
        rows.add(Fault.atServer("an indexed field in a block that is ignored")
                .before(peer -> peer.headers(1, false, ":method", "GET"))
                .input(peer -> peer.headers(1, true, "name", "value").request(3, true, "/", "name", "value"))
                .resets(1, PROTOCOL_ERROR));
        return rows;
    }

    private static List<Fault> numbers() {
        return List.of(
                Fault.atServer("HEADERS on an even stream")
                        .input(peer -> peer.headers(2, true, GET))
                        .endsWith(PROTOCOL_ERROR, "headers_on_idle_stream"),
                Fault.atServer("DATA on an even stream")
                        .input(peer -> peer.data(2, "a", true))
                        .endsWith(PROTOCOL_ERROR, "data_on_idle_stream"),
                Fault.atServer("RST_STREAM of an even stream")
                        .input(peer -> peer.reset(2, CANCEL))
                        .endsWith(PROTOCOL_ERROR, "reset_of_idle_stream"),
                Fault.atServer("WINDOW_UPDATE of an even stream")
                        .input(peer -> peer.windowUpdate(2, 1))
                        .endsWith(PROTOCOL_ERROR, "window_update_of_idle_stream"),
                Fault.atServer("HEADERS on a lower stream that was never used")
                        .before(peer -> peer.request(5, true, "/"))
                        .input(peer -> peer.headers(3, true, GET))
                        .endsWith(PROTOCOL_ERROR, "stream_id_not_increasing"),
                Fault.atServer("HEADERS on a lower stream that was never used, none has ended yet")
                        .before(peer -> peer.request(5, true, "/hold"))
                        .input(peer -> peer.headers(3, true, GET))
                        .endsWith(PROTOCOL_ERROR, "stream_id_not_increasing"),
                Fault.atServer("DATA on a lower stream that was never used")
                        .before(peer -> peer.request(5, true, "/"))
                        .input(peer -> peer.data(3, "a", true))
                        .endsWith(STREAM_CLOSED, "data_on_closed_stream"),
                Fault.atServer("more streams than allowed")
                        .options(options -> options.maxConcurrentStreams(2))
                        .before(peer -> peer.request(1, true, "/hold").request(3, false, "/"))
                        .input(peer -> peer.request(5, true, "/")
                                .request(7, false, "/")
                                .reset(3, CANCEL))
                        .resets(5, REFUSED_STREAM)
                        .resets(7, REFUSED_STREAM),
                Fault.atServer("DATA on a stream that was refused")
                        .options(options -> options.maxConcurrentStreams(1))
                        .before(peer -> peer.request(1, false, "/").request(3, false, "/"))
                        .input(peer -> peer.data(3, "abc", true).data(1, "abc", true))
                        .resets(3, REFUSED_STREAM));
    }

    private static List<Fault> responses() {
        Consumer<Frames> answered = peer -> peer.response(1, true, 200);
        Consumer<Frames> reset = peer -> peer.reset(1, CANCEL);
        return List.of(
                Fault.atClient("DATA before HEADERS")
                        .input(peer -> peer.data(1, "a", false))
                        .endsWith(PROTOCOL_ERROR, "data_before_headers"),
                Fault.atClient("HEADERS after the response")
                        .before(answered)
                        .input(peer -> peer.response(1, true, 200))
                        .endsWith(STREAM_CLOSED, "headers_on_closed_stream"),
                Fault.atClient("DATA after the response")
                        .before(answered)
                        .input(peer -> peer.data(1, "a", true))
                        .endsWith(STREAM_CLOSED, "data_on_closed_stream"),
                Fault.atClient("RST_STREAM after the response")
                        .before(answered)
                        .input(reset)
                        .isTolerated(),
                Fault.atClient("HEADERS after RST_STREAM")
                        .before(reset)
                        .input(peer -> peer.response(1, true, 200))
                        .resets(1, STREAM_CLOSED),
                Fault.atClient("DATA after RST_STREAM")
                        .before(reset)
                        .input(peer -> peer.data(1, "a", true))
                        .resets(1, STREAM_CLOSED),
                Fault.atClient("HEADERS after END_STREAM while the request continues")
                        .before(peer -> peer.response(3, true, 200))
                        .input(peer -> peer.response(3, true, 200))
                        .endsWith(STREAM_CLOSED, "frame_after_end_of_stream"),
                Fault.atClient("DATA after END_STREAM while the request continues")
                        .before(peer -> peer.response(3, true, 200))
                        .input(peer -> peer.data(3, "a", false))
                        .endsWith(STREAM_CLOSED, "frame_after_end_of_stream"));
    }

    private static List<Fault> pushes() {
        return List.of(
                Fault.atServer("PUSH_PROMISE")
                        .before(peer -> peer.request(1, false, "/"))
                        .input(peer -> peer.pushPromise(1, 2, GET))
                        .endsWith(PROTOCOL_ERROR, "push_not_allowed"),
                Fault.atServer("PUSH_PROMISE of an odd stream")
                        .input(peer -> peer.pushPromise(1, 3, GET))
                        .endsWith(PROTOCOL_ERROR, "push_not_allowed"),
                Fault.atClient("PUSH_PROMISE though push is off")
                        .input(peer -> peer.pushPromise(1, 2, GET))
                        .endsWith(PROTOCOL_ERROR, "push_not_allowed"),
                pushed("PUSH_PROMISE on an idle stream")
                        .input(peer -> peer.pushPromise(5, 2, GET))
                        .endsWith(PROTOCOL_ERROR, "push_on_idle_stream"),
                pushed("PUSH_PROMISE on a stream of the server's")
                        .before(peer -> peer.pushPromise(1, 2, GET))
                        .input(peer -> peer.pushPromise(2, 4, GET))
                        .endsWith(PROTOCOL_ERROR, "push_on_idle_stream"),
                pushed("PUSH_PROMISE of an odd stream")
                        .input(peer -> peer.pushPromise(1, 7, GET))
                        .endsWith(PROTOCOL_ERROR, "promised_stream_id_used"),
                pushed("PUSH_PROMISE of stream 0")
                        .input(peer -> peer.pushPromise(1, 0, GET))
                        .endsWith(PROTOCOL_ERROR, "promised_stream_id_used"),
                pushed("PUSH_PROMISE of a stream that was promised")
                        .before(peer -> peer.pushPromise(1, 4, GET))
                        .input(peer -> peer.pushPromise(1, 4, GET))
                        .endsWith(PROTOCOL_ERROR, "promised_stream_id_used"),
                pushed("PUSH_PROMISE of a lower stream")
                        .before(peer -> peer.pushPromise(1, 4, GET))
                        .input(peer -> peer.pushPromise(1, 2, GET))
                        .endsWith(PROTOCOL_ERROR, "promised_stream_id_used"),
                pushed("PUSH_PROMISE after END_STREAM")
                        .before(peer -> peer.response(3, true, 200))
                        .input(peer -> peer.pushPromise(3, 2, GET))
                        .endsWith(PROTOCOL_ERROR, "push_on_closed_stream"),
                pushed("PUSH_PROMISE on a stream that ended both ways")
                        .before(peer -> peer.response(1, true, 200))
                        .input(peer -> peer.pushPromise(1, 2, GET))
                        .endsWith(PROTOCOL_ERROR, "push_on_closed_stream"),
                pushed("PUSH_PROMISE on a stream that the server reset")
                        .before(peer -> peer.reset(1, CANCEL))
                        .input(peer -> peer.pushPromise(1, 2, GET))
                        .endsWith(PROTOCOL_ERROR, "push_on_closed_stream"),
                pushed("PUSH_PROMISE of a request that is malformed")
                        .input(peer -> peer.pushPromise(1, 2, ":method", "GET", ":path", "/"))
                        .resets(2, PROTOCOL_ERROR, "missing_scheme"),
                pushed("PUSH_PROMISE of a request that is not safe")
                        .input(peer -> peer.pushPromise(
                                1, 2, ":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/"))
                        .resets(2, PROTOCOL_ERROR, "promised_method_not_safe"),
                pushed("DATA on a promised stream")
                        .before(peer -> peer.pushPromise(1, 2, GET))
                        .input(peer -> peer.data(2, "a", true))
                        .endsWith(PROTOCOL_ERROR, "frame_not_allowed_in_state"),
                pushed("WINDOW_UPDATE of a promised stream")
                        .before(peer -> peer.pushPromise(1, 2, GET))
                        .input(peer -> peer.windowUpdate(2, 1))
                        .endsWith(PROTOCOL_ERROR, "window_update_of_reserved_stream"),
                pushed("HEADERS on a stream that was not promised")
                        .input(peer -> peer.headers(2, true, OK))
                        .endsWith(PROTOCOL_ERROR, "headers_on_idle_stream"),
                pushed("a promise that is withdrawn")
                        .before(peer -> peer.pushPromise(1, 2, GET))
                        .input(peer -> peer.reset(2, CANCEL))
                        .isTolerated(),
                pushed("a promise beyond the limit")
                        .options(options ->
                                options.enablePush(true).limits(limits -> limits.withMaxReservedRemoteStreams(1)))
                        .before(peer -> peer.pushPromise(1, 2, GET))
                        .input(peer -> peer.pushPromise(1, 4, GET))
                        .resets(4, CANCEL),
                pushed("a pushed response beyond the limit")
                        .options(options -> options.enablePush(true).maxConcurrentStreams(1))
                        .before(peer -> peer.pushPromise(1, 2, GET)
                                .pushPromise(1, 4, GET)
                                .headers(2, false, OK))
                        .input(peer -> peer.headers(4, true, OK))
                        .resets(4, REFUSED_STREAM));
    }

    private static Fault pushed(String name) {
        return Fault.atClient(name).options(options -> options.enablePush(true));
    }

    private static List<Fault> windows() {
        return List.of(
                Fault.atServer("WINDOW_UPDATE of 0 for the connection")
                        .input(peer -> peer.windowUpdate(0, 0))
                        .endsWith(PROTOCOL_ERROR, "zero_window_update"),
                Fault.atServer("WINDOW_UPDATE of 0 for a stream")
                        .before(peer -> peer.request(1, false, "/"))
                        .input(peer -> peer.windowUpdate(1, 0))
                        .endsWith(PROTOCOL_ERROR, "zero_window_update"),
                Fault.atServer("WINDOW_UPDATE of the reserved bit alone")
                        .input(peer -> peer.windowUpdate(0, 1 << 31))
                        .endsWith(PROTOCOL_ERROR, "zero_window_update"),
                Fault.atServer("WINDOW_UPDATE beyond 2^31-1 for the connection")
                        .input(peer -> peer.windowUpdate(0, MAX - 65_535).windowUpdate(0, 1))
                        .endsWith(FLOW_CONTROL_ERROR, "window_overflow"),
                Fault.atServer("WINDOW_UPDATE to 2^31-1")
                        .before(peer -> peer.request(1, true, "/hold"))
                        .input(peer -> peer.windowUpdate(0, MAX - 65_535).windowUpdate(1, MAX - 65_535))
                        .isTolerated(),
                Fault.atServer("WINDOW_UPDATE beyond 2^31-1 for a stream")
                        .before(peer -> peer.request(1, true, "/hold"))
                        .input(peer -> peer.windowUpdate(1, MAX))
                        .endsWith(FLOW_CONTROL_ERROR, "window_overflow"),
                Fault.atServer("WINDOW_UPDATE beyond 2^31-1 for a stream, if it is to be reset alone")
                        .options(options -> options.windowOverflowResetsStream(true))
                        .before(peer -> peer.request(1, true, "/hold"))
                        .input(peer -> peer.windowUpdate(1, MAX))
                        .resets(1, FLOW_CONTROL_ERROR, "window_overflow"),
                Fault.atServer("DATA beyond a stream's window")
                        .options(options -> options.initialWindowSize(10).automaticWindowUpdate(false))
                        .before(peer -> peer.request(1, false, "/"))
                        .input(peer -> peer.data(1, "0123456789", false).data(1, "a", false))
                        .endsWith(FLOW_CONTROL_ERROR, "window_exceeded"),
                Fault.atServer("padding beyond a stream's window")
                        .options(options -> options.initialWindowSize(10).automaticWindowUpdate(false))
                        .before(peer -> peer.request(1, false, "/"))
                        .input(peer -> peer.data(1, new byte[4], false, 7))
                        .endsWith(FLOW_CONTROL_ERROR, "window_exceeded"),
                Fault.atServer("DATA that just fits a stream's window")
                        .options(options -> options.initialWindowSize(10).automaticWindowUpdate(false))
                        .before(peer -> peer.request(1, false, "/"))
                        .input(peer -> peer.data(1, new byte[4], false, 6))
                        .isTolerated(),
                Fault.atServer("DATA beyond the connection's window")
                        .options(options -> options.connectionWindowSize(65_535).automaticWindowUpdate(false))
                        .before(peer -> peer.request(1, false, "/")
                                .request(3, false, "/")
                                .times(4, bulk(1, 16_380)))
                        .input(peer -> peer.append(bulk(3, 15)).append(bulk(3, 1)))
                        .endsWith(FLOW_CONTROL_ERROR, "window_exceeded"),
                Fault.atServer("DATA beyond the connection's window on a stream that is ignored")
                        .options(options -> options.connectionWindowSize(65_535).automaticWindowUpdate(false))
                        .before(peer -> peer.request(1, false, "/")
                                .request(3, true, "/reset")
                                .times(4, bulk(1, 16_380)))
                        .input(peer -> peer.append(bulk(1, 15)).append(bulk(1, 1)))
                        .endsWith(FLOW_CONTROL_ERROR, "window_exceeded"));
    }

    private static Frames bulk(int streamId, int bytes) {
        return Frames.script().data(streamId, new byte[bytes], false);
    }

    private static List<Fault> goAways() {
        return List.of(
                Fault.atServer("GOAWAY")
                        .input(peer -> peer.goAway(0, NO_ERROR, "bye"))
                        .isTolerated(),
                Fault.atServer("GOAWAY with a rising number")
                        .before(peer -> peer.goAway(0, NO_ERROR, ""))
                        .input(peer -> peer.goAway(2, NO_ERROR, ""))
                        .endsWith(PROTOCOL_ERROR, "bad_last_stream_id"),
                Fault.atServer("GOAWAY with a falling number")
                        .before(peer -> peer.goAway(MAX, NO_ERROR, "").goAway(6, NO_ERROR, ""))
                        .input(peer -> peer.goAway(6, NO_ERROR, "").goAway(4, CANCEL, "x".repeat(300)))
                        .isTolerated(),
                Fault.atServer("GOAWAY with a stream of the client's, as some send it")
                        .input(peer -> peer.goAway(1, NO_ERROR, ""))
                        .isTolerated(),
                Fault.atClient("GOAWAY with a stream of the server's")
                        .input(peer -> peer.goAway(2, NO_ERROR, ""))
                        .endsWith(PROTOCOL_ERROR, "bad_last_stream_id"),
                Fault.atClient("GOAWAY with a rising number")
                        .before(peer -> peer.goAway(3, NO_ERROR, ""))
                        .input(peer -> peer.goAway(5, NO_ERROR, ""))
                        .endsWith(PROTOCOL_ERROR, "bad_last_stream_id"));
    }
}
