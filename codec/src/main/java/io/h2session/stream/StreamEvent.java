package io.h2session.stream;

import io.h2session.api.StreamState;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;

/**
 * The events that move a stream from state to state, and the table of all transitions (RFC 9113 section 5.1).
 *
 * <pre>{@code
 *                              +--------+
 *                      send PP |        | recv PP
 *                     ,--------+  idle  +--------.
 *                    /         |        |         \
 *                   v          +--------+          v
 *            +----------+          |           +----------+
 *            | reserved |          | send H /  | reserved |
 *     ,------+ (local)  |          | recv H    | (remote) +------.
 *     |      +---+------+          v           +------+---+      |
 *     |          | send H      +--------+      recv H |          |
 *     |          |     recv ES |        | send ES     |          |
 *     |          |     ,-------+  open  +-------.     |          |
 *     |          v    v        |        |        v    v          |
 *     |      +----------+      +---+----+      +----------+      |
 *     |      |   half-  |          | send R /  |   half-  |      |
 *     |      |  closed  |          | recv R    |  closed  |      |
 *     |      | (remote) |          |           | (local)  |      |
 *     |      +----+-----+          |           +-----+----+      |
 *     |           | send ES / R    v     recv ES / R |           |
 *     |           `----------> closed <--------------'           |
 *     `----------------------------^-----------------------------'
 * }</pre>
 *
 * <p>Each row gives, for the states in the order of {@link StreamState}, the next state ({@code =} is the same), or the
 * error: {@code P} and {@code S} are connection errors PROTOCOL_ERROR and STREAM_CLOSED of the peer's, {@code x} is a frame
 * that we may not send. A RST_STREAM of ours that waits to be sent is not a state: see {@link Stream#resetQueued()}.
 *
 * <p>A departure from the RFC: for a frame after END_STREAM a stream in half-closed (remote) would be reset. We end the
 * connection, as section 5.4.1 allows: no honest peer sends one, and a peer that does would cause us work.
 */
public enum StreamEvent {
    //                     idle   r-loc  r-rem  open   hc-loc hc-rem closed
    RECEIVE_HEADERS("       open   P      hc-loc =      =      S      S"),
    RECEIVE_DATA("          P      P      P      =      =      S      S"),
    RECEIVE_END_STREAM("    P      P      P      hc-rem closed S      S"),
    RECEIVE_RESET("         P      closed closed closed closed closed ="),
    // A promise is received on one stream and reserves another. The cell of idle is for the promised stream, the
    // others are for the stream it is received on: other than open or half-closed (local) it is PROTOCOL_ERROR
    // (section 6.6).
    RECEIVE_PUSH_PROMISE("  r-rem  P      P      =      =      P      P"),
    // Section 5.1, reserved (remote): nothing but HEADERS, RST_STREAM and PRIORITY is received.
    RECEIVE_WINDOW_UPDATE(" P      =      P      =      =      =      ="),
    SEND_HEADERS("          open   hc-rem x      =      x      =      x"),
    SEND_DATA("             x      x      x      =      x      =      x"),
    SEND_END_STREAM("       x      x      x      hc-loc x      closed x"),
    SEND_RESET("            x      closed closed closed closed closed ="),
    SEND_PUSH_PROMISE("     r-loc  x      x      =      x      =      x"),
    // Section 6.9: WINDOW_UPDATE may be sent and received on a stream that has just ended.
    SEND_WINDOW_UPDATE("    x      x      =      =      =      =      =");

    // Arrays indexed by the state's ordinal, for speed: they are read for every frame. Never changed.
    @SuppressWarnings("ImmutableEnumChecker")
    private final StreamState[] next = new StreamState[StreamState.values().length];

    @SuppressWarnings("ImmutableEnumChecker")
    private final ErrorCode[] error = new ErrorCode[StreamState.values().length];

    StreamEvent(String row) {
        String[] cells = row.trim().split(" +", -1);
        for (StreamState state : StreamState.values()) {
            String cell = cells[state.ordinal()];
            switch (cell) {
                case "=" -> next[state.ordinal()] = state;
                case "P" -> error[state.ordinal()] = ErrorCode.PROTOCOL_ERROR;
                case "S" -> error[state.ordinal()] = ErrorCode.STREAM_CLOSED;
                case "x" -> {}
                case "open" -> next[state.ordinal()] = StreamState.OPEN;
                case "r-loc" -> next[state.ordinal()] = StreamState.RESERVED_LOCAL;
                case "r-rem" -> next[state.ordinal()] = StreamState.RESERVED_REMOTE;
                case "hc-loc" -> next[state.ordinal()] = StreamState.HALF_CLOSED_LOCAL;
                case "hc-rem" -> next[state.ordinal()] = StreamState.HALF_CLOSED_REMOTE;
                case "closed" -> next[state.ordinal()] = StreamState.CLOSED;
                default -> throw new AssertionError(cell);
            }
        }
    }

    /** Whether the event is allowed in a state. */
    public boolean allowedIn(StreamState state) {
        return next[state.ordinal()] != null;
    }

    /** The state that the event leads to; null if it is not allowed. */
    public StreamState next(StreamState state) {
        return next[state.ordinal()];
    }

    /** The connection error if the peer causes the event in a state in which it is not allowed. */
    public ConnectionError fault(StreamState state) {
        ErrorCode code = error[state.ordinal()];
        if (code == null) {
            throw new IllegalStateException(this + " in " + state + " is not the peer's fault");
        }
        return new ConnectionError(
                code, code == ErrorCode.STREAM_CLOSED ? "frame_after_end_of_stream" : "frame_not_allowed_in_state");
    }
}
