package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataSource;
import io.h2session.api.Http2Limits;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often a client may send PING: {@code minPingInterval}, {@code maxPingStrikes}, {@code pingWithoutStreams}. */
class PingPolicyTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final long INTERVAL = 300;

    private static Talk server(UnaryOperator<Http2Limits> limits) {
        return Talk.server(new Recorder(), options -> options.limits(limits)
                .timeouts(timeouts -> timeouts.withMinPingInterval(Duration.ofSeconds(INTERVAL))
                        .withIdle(Duration.ZERO)
                        .withStreamRead(Duration.ZERO)));
    }

    private static Talk withStream(UnaryOperator<Http2Limits> limits) {
        Talk talk = server(limits);
        talk.hears(peer -> peer.request(1, true, "/"));
        return talk;
    }

    private static List<String> pingAt(Talk talk, long seconds) {
        talk.time(seconds);
        talk.hears(peer -> peer.ping(7));
        return talk.says();
    }

    private static void assertAnswered(List<String> said) {
        assertThat(said).singleElement().asString().startsWith("PING").contains("ACK");
    }

    private static void assertSentAway(List<String> said, int lastStream) {
        assertThat(said).containsExactly("GOAWAY " + lastStream + " ENHANCE_YOUR_CALM too_many_pings");
    }

    @Test
    void pingsThatFarApartAreNeverTooMany() {
        try (Talk talk = withStream(limits -> limits)) {
            for (int i = 1; i <= 20; i++) {
                assertAnswered(pingAt(talk, i * INTERVAL));
            }
        }
    }

    @Test
    void theThirdStrikeEndsTheConnection() {
        try (Talk talk = withStream(limits -> limits)) {
            assertAnswered(pingAt(talk, 10));
            assertAnswered(pingAt(talk, 10 + INTERVAL - 1));
            assertAnswered(pingAt(talk, 10 + INTERVAL - 1));
            assertSentAway(pingAt(talk, 10 + INTERVAL - 1), 1);
            assertThat(talk.session().terminationReason()).isEqualTo("too_many_pings");
        }
    }

    @Test
    void aPingAtTheIntervalIsNoStrikeButForgivesNone() {
        try (Talk talk = withStream(limits -> limits)) {
            assertAnswered(pingAt(talk, 0));
            assertAnswered(pingAt(talk, 1));
            assertAnswered(pingAt(talk, 2));
            assertAnswered(pingAt(talk, INTERVAL));
            assertSentAway(pingAt(talk, INTERVAL + 1), 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void theStrikesAreAnOption(int strikes) {
        try (Talk talk = withStream(limits -> limits.withMaxPingStrikes(strikes))) {
            for (int i = 0; i <= strikes; i++) {
                assertAnswered(pingAt(talk, 0));
            }
            assertSentAway(pingAt(talk, 0), 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"headers", "data"})
    void aMessageOfOursForgivesAll(String part) {
        try (Talk talk = withStream(limits -> limits)) {
            for (int i = 0; i < 5; i++) {
                assertAnswered(pingAt(talk, i));
                assertAnswered(pingAt(talk, i));
                assertAnswered(pingAt(talk, i));
                if (part.equals("headers")) {
                    talk.session().submitHeaders(1, HeaderList.of(":status", "103"), false, null);
                } else if (i == 0) {
                    talk.session().submitHeaders(1, OK, false, null);
                } else if (i == 1) {
                    talk.session().submitData(1, DataSource.ofAscii("x".repeat(10)), false);
                } else {
                    return;
                }
                assertThat(talk.says()).isNotEmpty();
            }
        }
    }

    @Test
    void controlFramesOfOursForgiveNothing() {
        try (Talk talk = withStream(limits -> limits)) {
            assertAnswered(pingAt(talk, 0));
            for (int i = 0; i < 2; i++) {
                assertAnswered(pingAt(talk, 1));
                talk.session().submitPing(1);
                assertThat(talk.says()).isNotEmpty();
            }
            assertSentAway(pingAt(talk, 1), 1);
        }
    }

    @Test
    void withoutStreamsPingsMustBeTwoHoursApart() {
        try (Talk talk = server(limits -> limits)) {
            int hours = 2 * 3600;
            assertAnswered(pingAt(talk, 0));
            assertAnswered(pingAt(talk, hours));
            assertAnswered(pingAt(talk, hours + INTERVAL));
            assertAnswered(pingAt(talk, 2L * hours - 1));
            assertSentAway(pingAt(talk, 2L * hours - 1), 0);
        }
    }

    @Test
    void withoutStreamsTheIntervalHoldsIfThatIsAllowed() {
        try (Talk talk = server(limits -> limits.withPingWithoutStreams(true))) {
            for (int i = 0; i < 10; i++) {
                assertAnswered(pingAt(talk, i * INTERVAL));
            }
            assertAnswered(pingAt(talk, 10 * INTERVAL - 1));
            assertAnswered(pingAt(talk, 10 * INTERVAL - 1));
            assertSentAway(pingAt(talk, 10 * INTERVAL - 1), 0);
        }
    }

    @Test
    void acknowledgementsAreNoPings() {
        try (Talk talk = withStream(limits -> limits)) {
            for (int i = 0; i < 10; i++) {
                talk.session().submitPing(i);
                talk.says();
                int asked = i;
                talk.hears(peer -> peer.pingAck(asked));
            }
            assertThat(talk.session().terminated()).isFalse();
        }
    }

    @Test
    void byDefaultPingsAreNotPoliced() {
        try (Talk talk = Talk.server(new Recorder())) {
            for (int i = 0; i < 100; i++) {
                assertAnswered(pingAt(talk, 0));
            }
        }
    }

    @Test
    void aClientDoesNotPoliceItsServer() {
        try (Talk talk = Talk.client(
                new Recorder(),
                options -> options.timeouts(timeouts -> timeouts.withMinPingInterval(Duration.ofHours(1))))) {
            for (int i = 0; i < 10; i++) {
                assertAnswered(pingAt(talk, 0));
            }
            talk.session().terminate(ErrorCode.NO_ERROR.code());
        }
    }
}
