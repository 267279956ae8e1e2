package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Budget;
import io.h2session.api.Http2BudgetUse;
import io.h2session.api.Http2Deadline;
import io.h2session.api.Http2HeaderTable;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2Timeouts;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a session tells of itself when it is asked: deadlines that run, budgets, and the tables of HPACK. */
class SessionViewTest {
    private static final HeaderList OK = HeaderList.of(":status", "200", "x-answer", "yes");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "example.com", ":path", "/");
    private static final long SECOND = 1_000_000_000L;

    private final Recorder recorder = new Recorder();

    /** Each as its name, its stream, and the seconds that are left of all. */
    private static List<String> running(Talk talk) {
        return talk.session().runningDeadlines().stream()
                .map(one -> one.deadline() + " " + one.streamId() + ": " + one.leftNanos() / SECOND + " of "
                        + one.timeoutNanos() / SECOND + (one.held() ? " held" : ""))
                .toList();
    }

    private static String used(Talk talk, Http2Budget budget) {
        return talk.session().abuseBudgets().stream()
                .filter(one -> one.budget() == budget)
                .map(one -> one.used() + " of " + one.limit() + ", " + one.perSecond() + " a second")
                .findFirst()
                .orElse("none");
    }

    private static DataSource endless() {
        return (id, max, sink) -> {
            sink.add(Unpooled.wrappedBuffer(new byte[max]));
            return DataResult.MORE;
        };
    }

    // ---- deadlines -------------------------------------------------------------------------------------------------

    @Test
    void noDeadlineRunsBeforeTheSessionBegins() {
        try (Talk talk = Talk.strange(Http2Role.SERVER, recorder, options -> {})) {
            assertThat(running(talk)).isEmpty();
        }
    }

    @Test
    void theDeadlinesOfAConnectionRunDownWithTheNextInFront() {
        try (Talk talk = Talk.strange(Http2Role.SERVER, recorder, options -> {})) {
            talk.says();
            talk.time(4);
            assertThat(running(talk))
                    .containsExactly("HANDSHAKE 0: 6 of 10", "SETTINGS_ACK 0: 6 of 10", "IDLE 0: 56 of 60");

            talk.hears(peer -> peer.preface().settings().settingsAck());
            assertThat(running(talk)).containsExactly("IDLE 0: 56 of 60");

            byte[] request = talk.peer().block(":method", "GET", ":scheme", "https", ":path", "/", ":authority", "a");
            talk.hears(peer -> peer.headersBegin(1, true, Arrays.copyOf(request, 2)));
            talk.time(5);
            assertThat(running(talk)).containsExactly("HEADER_BLOCK 0: 9 of 10");
        }
    }

    @Test
    void theDeadlinesOfStreamsNameThem() {
        try (Talk talk = Talk.server(
                recorder, options -> options.timeouts(timeouts -> timeouts.withStreamIdle(Duration.ofSeconds(100))))) {
            talk.hears(
                    peer -> peer.request(1, false, "/", "content-length", "5").request(3, true, "/"));
            talk.time(7);
            talk.hears(peer -> peer.request(5, false, "/", "content-length", "5"));

            assertThat(running(talk))
                    .containsExactly(
                            "STREAM_READ 1: 23 of 30",
                            "STREAM_READ 5: 30 of 30",
                            "STREAM_IDLE 1: 93 of 100",
                            "STREAM_IDLE 3: 93 of 100",
                            "STREAM_IDLE 5: 100 of 100");
        }
    }

    @Test
    void aBodyThatWaitsForItsWindowHasADeadline() {
        try (Talk talk =
                Talk.strange(Http2Role.SERVER, recorder, options -> {}).greet(SettingId.INITIAL_WINDOW_SIZE, 0)) {
            talk.hears(peer -> peer.request(1, true, "/"));
            talk.session().submitResponse(1, OK, endless());
            talk.says();
            talk.time(20);

            assertThat(running(talk)).containsExactly("STREAM_WRITE 1: 40 of 60");
        }
    }

    @Test
    void requestsThatWaitSinceTheSameTimeAreOneEntry() {
        try (Talk talk =
                Talk.strange(Http2Role.CLIENT, recorder, options -> {}).greet(SettingId.MAX_CONCURRENT_STREAMS, 1)) {
            for (int i = 0; i < 3; i++) {
                talk.session().submitRequest(GET, null, null);
            }
            talk.says();
            talk.time(10);
            talk.session().submitRequest(GET, null, null);
            talk.says();
            assertThat(running(talk)).containsExactly("REQUEST_WAIT 5: 50 of 60", "REQUEST_WAIT 7: 60 of 60");

            talk.session().submitReset(3, ErrorCode.CANCEL.code());
            talk.session().submitReset(5, ErrorCode.CANCEL.code());
            talk.says();
            assertThat(running(talk)).containsExactly("REQUEST_WAIT 7: 60 of 60");
        }
    }

    @Test
    void theTimeStandsStillWhileNothingIsRead() {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.request(1, false, "/", "content-length", "5"));
            talk.time(2);
            talk.hears(Frames::settings);
            talk.session().inputSuspended(true);
            talk.time(50);
            assertThat(running(talk)).containsExactly("STREAM_READ 1: 28 of 30 held");

            talk.session().inputSuspended(false);
            talk.hears(peer -> {});
            talk.time(51);
            assertThat(running(talk)).containsExactly("STREAM_READ 1: 27 of 30");
        }
    }

    @Test
    void aSessionThatIsOverHasNoDeadlines() {
        try (Talk talk = Talk.server(recorder)) {
            assertThat(running(talk)).isNotEmpty();
            talk.session().terminate(0);

            assertThat(running(talk)).isEmpty();
        }
    }

    @Test
    void aDeadlineTellsItsTimeAndWhatItEndsWith() {
        for (Http2Deadline deadline : Http2Deadline.values()) {
            assertThat(deadline.timeout(Http2Timeouts.NONE)).isZero();
            assertThat(deadline.reason()).matches("([a-z_]+_timeout)?");
        }
        assertThat(Http2Deadline.STREAM_READ.timeout(Http2Timeouts.SAFE)).isEqualTo(Duration.ofSeconds(30));
        assertThat(Http2Deadline.STREAM_READ.code()).isEqualTo(ErrorCode.CANCEL);
        assertThat(Http2Deadline.STREAM_READ.ofStream()).isTrue();
        assertThat(Http2Deadline.REQUEST_WAIT.ofStream()).isTrue();
        assertThat(Http2Deadline.KEEP_ALIVE_ANSWER.ofStream()).isFalse();
    }

    // ---- budgets ---------------------------------------------------------------------------------------------------

    @Test
    void abuseIsUsedAndForgiven() {
        try (Talk talk = Talk.server(recorder)) {
            assertThat(used(talk, Http2Budget.ABUSE)).isEqualTo("0 of 10000, 330 a second");
            // The first PING is free.
            for (int i = 0; i < 101; i++) {
                talk.hears(peer -> peer.ping(1));
                talk.says();
            }
            assertThat(used(talk, Http2Budget.ABUSE)).isEqualTo("500 of 10000, 330 a second");

            talk.time(1);
            assertThat(used(talk, Http2Budget.ABUSE)).isEqualTo("170 of 10000, 330 a second");
            assertThat(used(talk, Http2Budget.ABUSE)).isEqualTo("170 of 10000, 330 a second");
            talk.time(2);
            assertThat(used(talk, Http2Budget.ABUSE)).isEqualTo("0 of 10000, 330 a second");
        }
    }

    @Test
    void resetsAndEmptyDataHaveBudgetsOfTheirOwn() {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.request(1, true, "/")
                    .reset(1, ErrorCode.CANCEL)
                    .request(3, false, "/")
                    .data(3, "", false)
                    .data(3, "", false)
                    .data(3, "", false));

            assertThat(used(talk, Http2Budget.STREAM_RESETS)).isEqualTo("1 of 1000, 100 a second");
            assertThat(used(talk, Http2Budget.EMPTY_DATA)).isEqualTo("3 of 100, 1 a second");
            assertThat(used(talk, Http2Budget.ABUSE)).startsWith("0 of");
        }
    }

    @Test
    void smallWindowUpdatesAreAllowedMoreOftenTheMoreWasSent() {
        try (Talk talk =
                Talk.strange(Http2Role.SERVER, recorder, options -> {}).greet(SettingId.INITIAL_WINDOW_SIZE, 32)) {
            talk.hears(peer -> peer.request(1, true, "/"));
            talk.session().submitResponse(1, OK, endless());
            talk.says();
            talk.hears(peer -> peer.windowUpdate(1, 1));

            assertThat(used(talk, Http2Budget.SMALL_WINDOW_UPDATES))
                    .isEqualTo("1 of " + (1024 * 1024 + 2) + ", 0 a second");
            assertThat(used(talk, Http2Budget.SMALL_WINDOW_STEPS)).isEqualTo("0 of 10, 1 a second");
        }
    }

    @Test
    void aBudgetThatDoesNotCountIsLeftOut() {
        try (Talk talk = Talk.either(true, Http2Role.SERVER, recorder, options -> {})) {
            assertThat(talk.session().abuseBudgets())
                    .extracting(Http2BudgetUse::budget)
                    .containsExactly(Http2Budget.ABUSE, Http2Budget.STREAM_RESETS, Http2Budget.SMALL_WINDOW_STEPS);
        }
        try (Talk talk = Talk.server(recorder, options -> options.limits(limits -> limits.withSmallWindowUpdate(0)))) {
            assertThat(used(talk, Http2Budget.SMALL_WINDOW_UPDATES)).isEqualTo("none");
        }
    }

    @Test
    void aBudgetThatWasExceededIsUsedUp() {
        try (Talk talk = Talk.server(
                recorder,
                options -> options.limits(limits -> limits.withAbuseBurst(10).withAbuseRate(0)))) {
            talk.hears(peer -> peer.times(4, Frames.script().ping(1)));

            assertThat(talk.session().terminationReason()).isEqualTo("too_much_abuse");
            assertThat(used(talk, Http2Budget.ABUSE)).isEqualTo("10 of 10, 0 a second");
        }
    }

    // ---- tables ----------------------------------------------------------------------------------------------------

    @Test
    void theTablesHaveTheFieldsOfEitherDirectionTheNewestFirst() {
        try (Talk talk = Talk.server(recorder)) {
            assertThat(talk.session().decoderTable()).isEqualTo(new Http2HeaderTable(0, 4096, List.of()));
            talk.hears(peer -> peer.request(1, true, "/one", "x-first", "1", "x-second", "22"));
            Http2HeaderTable before = talk.session().encoderTable();
            talk.session().submitResponse(1, OK, null);
            talk.says();

            Http2HeaderTable decoder = talk.session().decoderTable();
            assertThat(decoder.fields().get(0)).isEqualTo(HeaderField.of("x-second", "22"));
            assertThat(decoder.fields().get(1)).isEqualTo(HeaderField.of("x-first", "1"));
            assertThat(decoder.size()).isEqualTo(talk.session().decoderTableSize());
            assertThat(decoder.fields().stream().mapToInt(HeaderField::size).sum())
                    .isEqualTo(decoder.size());
            assertThat(before.fields()).isEmpty();
            Http2HeaderTable encoder = talk.session().encoderTable();
            assertThat(encoder.fields()).containsExactly(HeaderField.of("x-answer", "yes"));
            assertThat(encoder.size()).isEqualTo(8 + 3 + 32);
            assertThat(encoder.capacity()).isEqualTo(4096);
            assertThatThrownBy(() -> encoder.fields().clear()).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void aSensitiveFieldIsInNoTable() {
        try (Talk talk = Talk.server(recorder)) {
            talk.hears(peer -> peer.request(1, true, "/"));
            talk.session()
                    .submitResponse(
                            1,
                            HeaderList.builder()
                                    .add(":status", "200")
                                    .addSensitive("x-secret", "hidden")
                                    .build(),
                            null);
            talk.says();

            assertThat(talk.session().encoderTable().fields()).isEmpty();
        }
    }
}
