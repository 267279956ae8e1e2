package io.h2session.stream;

import static io.h2session.stream.StreamEvent.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.StreamState;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table against RFC 9113 section 5.1 read state by state, where the table itself is written event by event. */
class StreamEventTest {
    private static final Map<StreamEvent, StreamEvent> OTHER_END = Map.of(
            RECEIVE_HEADERS, SEND_HEADERS,
            RECEIVE_DATA, SEND_DATA,
            RECEIVE_END_STREAM, SEND_END_STREAM,
            RECEIVE_RESET, SEND_RESET,
            RECEIVE_PUSH_PROMISE, SEND_PUSH_PROMISE,
            RECEIVE_WINDOW_UPDATE, SEND_WINDOW_UPDATE);

    @ParameterizedTest
    @EnumSource
    void everyCellIsWhatTheSectionSays(StreamEvent event) {
        for (StreamState state : StreamState.values()) {
            StreamState next = bySection(state, event);
            assertThat(event.next(state)).as("%s in %s", event, state).isEqualTo(next);
            assertThat(event.allowedIn(state)).as("%s in %s", event, state).isEqualTo(next != null);
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePeerIsBlamedForWhatItMayNotDoAndForNothingElse(StreamEvent event) {
        for (StreamState state : StreamState.values()) {
            boolean blamed = OTHER_END.containsKey(event) && !event.allowedIn(state);
            if (blamed) {
                // After its END_STREAM the peer talks about a closed stream; in any other state it talks out of turn.
                // Section 6.6 has the same code for promises wherever they must not be.
                boolean ended = (state == StreamState.HALF_CLOSED_REMOTE || state == StreamState.CLOSED)
                        && event != RECEIVE_PUSH_PROMISE;
                ErrorCode code = ended ? ErrorCode.STREAM_CLOSED : ErrorCode.PROTOCOL_ERROR;
                ConnectionError fault = event.fault(state);
                assertThat(fault.code()).isEqualTo(code);
                assertThat(fault.reason())
                        .isEqualTo(ended ? "frame_after_end_of_stream" : "frame_not_allowed_in_state");
            } else {
                assertThatThrownBy(() -> event.fault(state))
                        .as("%s in %s", event, state)
                        .isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    void whatOneEndMayReceiveTheOtherMaySend() {
        OTHER_END.forEach((received, sent) -> {
            for (StreamState state : StreamState.values()) {
                StreamState there = otherEnd(state);
                StreamState next = received.next(state);
                assertThat(sent.next(there))
                        .as("%s in %s, %s in %s", received, state, sent, there)
                        .isEqualTo(next == null ? null : otherEnd(next));
            }
        });
        assertThat(OTHER_END).hasSize(StreamEvent.values().length / 2);
    }

    @ParameterizedTest
    @EnumSource
    void nothingLeavesClosedOrReturnsToIdle(StreamEvent event) {
        for (StreamState state : StreamState.values()) {
            StreamState next = event.next(state);
            assertThat(next).isNotEqualTo(StreamState.IDLE);
            if (state == StreamState.CLOSED && next != null) {
                assertThat(next).isEqualTo(StreamState.CLOSED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStateSaysWhichHalvesAreClosedAndWhetherItCounts(StreamState state) {
        boolean sendsData = SEND_DATA.allowedIn(state);
        boolean receivesData = RECEIVE_DATA.allowedIn(state);
        // Idle and reserved streams get their open half with HEADERS.
        boolean begins = state == StreamState.IDLE;
        assertThat(state.localClosed()).isEqualTo(!sendsData && !begins && state != StreamState.RESERVED_LOCAL);
        assertThat(state.remoteClosed()).isEqualTo(!receivesData && !begins && state != StreamState.RESERVED_REMOTE);
        assertThat(state.active()).isEqualTo(sendsData || receivesData);
    }

    private static StreamState bySection(StreamState state, StreamEvent event) {
        return switch (state) {
            case IDLE ->
                switch (event) {
                    case SEND_HEADERS, RECEIVE_HEADERS -> StreamState.OPEN;
                    case SEND_PUSH_PROMISE -> StreamState.RESERVED_LOCAL;
                    case RECEIVE_PUSH_PROMISE -> StreamState.RESERVED_REMOTE;
                    default -> null;
                };
            case RESERVED_LOCAL ->
                switch (event) {
                    case SEND_HEADERS -> StreamState.HALF_CLOSED_REMOTE;
                    case SEND_RESET, RECEIVE_RESET -> StreamState.CLOSED;
                    case RECEIVE_WINDOW_UPDATE -> state;
                    default -> null;
                };
            case RESERVED_REMOTE ->
                switch (event) {
                    case RECEIVE_HEADERS -> StreamState.HALF_CLOSED_LOCAL;
                    case SEND_RESET, RECEIVE_RESET -> StreamState.CLOSED;
                    case SEND_WINDOW_UPDATE -> state;
                    default -> null;
                };
            case OPEN ->
                switch (event) {
                    case SEND_END_STREAM -> StreamState.HALF_CLOSED_LOCAL;
                    case RECEIVE_END_STREAM -> StreamState.HALF_CLOSED_REMOTE;
                    case SEND_RESET, RECEIVE_RESET -> StreamState.CLOSED;
                    default -> state;
                };
            case HALF_CLOSED_LOCAL ->
                switch (event) {
                    case RECEIVE_END_STREAM, SEND_RESET, RECEIVE_RESET -> StreamState.CLOSED;
                    case SEND_HEADERS, SEND_DATA, SEND_END_STREAM, SEND_PUSH_PROMISE -> null;
                    default -> state;
                };
            case HALF_CLOSED_REMOTE ->
                switch (event) {
                    case SEND_END_STREAM, SEND_RESET, RECEIVE_RESET -> StreamState.CLOSED;
                    case RECEIVE_HEADERS, RECEIVE_DATA, RECEIVE_END_STREAM, RECEIVE_PUSH_PROMISE -> null;
                    default -> state;
                };
            // What crossed our END_STREAM or RST_STREAM on its way still arrives.
            case CLOSED ->
                switch (event) {
                    case SEND_RESET, RECEIVE_RESET, SEND_WINDOW_UPDATE, RECEIVE_WINDOW_UPDATE -> state;
                    default -> null;
                };
        };
    }

    private static StreamState otherEnd(StreamState state) {
        return switch (state) {
            case RESERVED_LOCAL -> StreamState.RESERVED_REMOTE;
            case RESERVED_REMOTE -> StreamState.RESERVED_LOCAL;
            case HALF_CLOSED_LOCAL -> StreamState.HALF_CLOSED_REMOTE;
            case HALF_CLOSED_REMOTE -> StreamState.HALF_CLOSED_LOCAL;
            default -> state;
        };
    }
}
