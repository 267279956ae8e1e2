package io.h2session.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2Limits;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloodGuardTest {
    private static final long SECOND = 1_000_000_000L;

    /** Something that may cost. */
    private interface Charge {
        void made() throws ConnectionError;
    }

    private static FloodGuard guard(int burst, int rate) {
        return guard(limits -> limits.withAbuseBurst(burst).withAbuseRate(rate));
    }

    private static FloodGuard guard(UnaryOperator<Http2Limits> change) {
        Http2SessionOptions options = Http2SessionOptions.builder()
                .automaticWindowUpdate(false)
                .limits(change)
                .build();
        return new FloodGuard(options, new Semantics(options), new Metrics(null, null, null), 0);
    }

    /** How many times it can be done before it is too much. */
    private static int times(Charge charge) {
        for (int i = 0; i < 100_000; i++) {
            ConnectionError error = catchThrowableOfType(ConnectionError.class, charge::made);
            if (error != null) {
                assertThat(error.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
                return i;
            }
        }
        return Integer.MAX_VALUE;
    }

    @Test
    void eachCostsItsPoints() {
        assertThat(times(() -> {})).isEqualTo(Integer.MAX_VALUE);
        FloodGuard ignored = guard(1000, 0);
        assertThat(times(() -> ignored.charge(Http2Glitch.IGNORED_FRAME, 0))).isEqualTo(1000);
        FloodGuard faults = guard(1000, 0);
        assertThat(times(() -> faults.streamFault(false, 0))).isEqualTo(50);
        assertThat(times(() -> faults.streamFault(true, 0))).isEqualTo(Integer.MAX_VALUE);
        FloodGuard unknown = guard(1000, 0);
        assertThat(times(() -> unknown.unknownFrame(0))).isEqualTo(1000);
        FloodGuard settings = guard(1000, 0);
        assertThat(times(() -> settings.settingsReceived(5, 0, 0))).isEqualTo(40);
        FloodGuard windows = guard(1000, 0);
        assertThat(times(() -> windows.settingsReceived(0, 240, 0))).isEqualTo(20);
        FloodGuard goAways = guard(1000, 0);
        assertThat(times(() -> goAways.goAwayReceived(0))).isEqualTo(52);
        FloodGuard fragments = guard(1000, 0);
        assertThat(times(() -> fragments.continuationReceived(1023, 0))).isEqualTo(1000);
        assertThat(times(() -> fragments.continuationReceived(1024, 0))).isEqualTo(Integer.MAX_VALUE);
        FloodGuard promises = guard(1000, 0);
        assertThat(times(() -> promises.promiseRefused(false, 0))).isEqualTo(50);
        FloodGuard latePromises = guard(1000, 0);
        assertThat(times(() -> latePromises.promiseRefused(true, 0))).isEqualTo(200);
        FloodGuard announcements = guard(1000, 0);
        assertThat(times(() -> announcements.announcementReceived(32, 0))).isEqualTo(200);
        FloodGuard answers = guard(1000, 0);
        answers.pingSent();
        assertThat(times(() -> answers.pingAnswered(0))).isEqualTo(1001);
    }

    @Test
    void unweightedTheFaultsCountAsOneAndTheRestAsNothing() throws ConnectionError {
        FloodGuard guard =
                guard(limits -> limits.withAbuseBurst(3).withAbuseRate(0).withAbuseWeighted(false));
        assertThat(times(() -> guard.settingsReceived(10, 100, 0))).isEqualTo(Integer.MAX_VALUE);
        assertThat(times(() -> guard.pingReceived(0))).isEqualTo(Integer.MAX_VALUE);
        assertThat(times(() -> guard.windowUpdateReceived(1, true, 0))).isEqualTo(Integer.MAX_VALUE);
        assertThat(times(() -> guard.announcementReceived(80, 0))).isEqualTo(Integer.MAX_VALUE);
        assertThat(times(() -> guard.lateReset(0))).isEqualTo(Integer.MAX_VALUE);
        assertThat(times(() -> guard.strayData(16_384, 0))).isEqualTo(Integer.MAX_VALUE);
        assertThat(times(() -> guard.promiseRefused(false, 0))).isEqualTo(Integer.MAX_VALUE);
        guard.emptyDataReceived(0);
        guard.streamFault(true, 0);
        guard.strayHeaders(0);
        assertThat(times(() -> guard.charge(Http2Glitch.IGNORED_FRAME, 0))).isZero();
    }

    @Test
    void timeForgives() throws ConnectionError {
        FloodGuard guard = guard(20, 10);
        guard.charge(Http2Glitch.STREAM_FAULT, 0);
        guard.charge(Http2Glitch.STREAM_FAULT, 2 * SECOND);
        assertThat(times(() -> guard.charge(Http2Glitch.IGNORED_FRAME, 2 * SECOND)))
                .isZero();
    }

    @Test
    void finishedExchangesAndDataForgiveUpToTheBurst() throws ConnectionError {
        FloodGuard guard = guard(100, 0);
        guard.exchangeCompleted();
        assertThat(times(() -> guard.charge(Http2Glitch.STREAM_FAULT, 0))).isEqualTo(5);
        guard.exchangeCompleted();
        guard.charge(Http2Glitch.STREAM_FAULT, 0);
        guard.dataSent(16_383);
        assertThat(times(() -> guard.charge(Http2Glitch.IGNORED_FRAME, 0))).isZero();
        guard.dataSent(1);
        assertThat(times(() -> guard.charge(Http2Glitch.IGNORED_FRAME, 0))).isEqualTo(5);
    }

    /** As much as it is, in either direction, and each byte once. */
    @Test
    void every16KiBOfDataForgiveTheSame() throws ConnectionError {
        FloodGuard guard = guard(1000, 0);
        assertThat(times(() -> guard.charge(Http2Glitch.IGNORED_FRAME, 0))).isEqualTo(1000);
        for (int i = 0; i < 10; i++) {
            guard.dataSent(10 * 1024);
            guard.dataReceived(6 * 1024);
            assertThat(times(() -> guard.charge(Http2Glitch.IGNORED_FRAME, 0))).isEqualTo(5);
        }
        guard.dataReceived(3 * 16 * 1024 + 16_383);
        assertThat(times(() -> guard.charge(Http2Glitch.IGNORED_FRAME, 0))).isEqualTo(3 * 5);
        guard.dataReceived(1);
        assertThat(times(() -> guard.charge(Http2Glitch.IGNORED_FRAME, 0))).isEqualTo(5);
    }

    @Test
    void aPingThatGoesWithDataIsFree() throws ConnectionError {
        FloodGuard guard = guard(100, 0);
        for (int i = 0; i < 1000; i++) {
            guard.dataSent(1);
            guard.pingReceived(0);
        }
        assertThat(times(() -> guard.pingReceived(0))).isEqualTo(20);
    }

    @Test
    void cancelledRequestsHaveABudgetOfTheirOwnAndCostNoPoints() {
        FloodGuard guard = guard(
                limits -> limits.withStreamResetBurst(2).withStreamResetRate(1).withAbuseBurst(0));
        assertThat(times(() -> guard.requestCancelled(0))).isEqualTo(2);
        assertThat(times(() -> guard.requestCancelled(SECOND))).isEqualTo(1);
    }

    @Test
    void completedExchangesEarnCancels() throws ConnectionError {
        FloodGuard guard = guard(limits -> limits.withStreamResetBurst(2).withStreamResetRate(0));
        guard.exchangeCompleted();
        guard.exchangeCompleted();
        guard.requestCancelled(0);
        guard.requestCancelled(0);
        guard.exchangeCompleted();
        assertThat(times(() -> guard.requestCancelled(0))).isEqualTo(1);
    }

    @Test
    void whatCrossesOurResetIsForgivenUpToAWindow() throws ConnectionError {
        FloodGuard guard = guard(100, 0);
        guard.inputIgnored(64 * 1024);
        assertThat(times(() -> guard.strayData(1024, 0))).isEqualTo(64 * 1024 / (1024 + 64) + 100);
        FloodGuard again = guard(5, 0);
        again.inputIgnored(-1000);
        assertThat(times(() -> again.strayData(0, 0))).isEqualTo(5);
        again.inputIgnored(1024 + 64);
        again.strayData(1024, 0);
        assertThat(times(() -> again.strayData(0, 0))).isZero();
    }

    @Test
    void aFewHeaderBlocksMayCrossOurReset() {
        FloodGuard guard = guard(100, 0);
        guard.inputIgnored(0);
        guard.inputIgnored(0);
        assertThat(times(() -> guard.strayHeaders(0))).isEqualTo(2 * 4 + 100);
    }

    @Test
    void emptyDataIsPaidForByFramesThatMoveAMessageOnAndByTime() throws ConnectionError {
        FloodGuard guard = guard(limits -> limits.withMaxEmptyData(10));
        assertThat(times(() -> guard.emptyDataReceived(0))).isEqualTo(10);
        guard.dataReceived(1);
        assertThat(times(() -> guard.emptyDataReceived(0))).isEqualTo(2);
        guard.headersReceived();
        assertThat(times(() -> guard.emptyDataReceived(0))).isEqualTo(2);
        assertThat(times(() -> guard.emptyDataReceived(3 * SECOND))).isEqualTo(3);
    }

    @Test
    void windowAByteAtATimeIsServedForALongTimeAndThenGivenUpOn() throws ConnectionError {
        FloodGuard dribbled = guard(limits -> limits.withSmallWindowUpdate(4).withMaxSmallWindowUpdates(300));
        assertThat(times(() -> {
                    dribbled.windowUpdateReceived(1, true, 0);
                    dribbled.dataSent(1);
                }))
                .isEqualTo(399);
        FloodGuard large = guard(0, 0);
        for (int i = 0; i < 10_000; i++) {
            large.windowUpdateReceived(16, true, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50, 512})
    void creditForWhatWeSentIsFreeHoweverSmallAndMoreThanThatIsNot(int increment) throws ConnectionError {
        FloodGuard guard = guard(1000, 0);
        for (int i = 0; i < 100; i++) {
            guard.dataSent(16 * 1024);
        }
        for (int i = 0; i < 2 * 100 * 16 * 1024 / increment; i++) {
            guard.windowUpdateReceived(increment, false, 0);
        }
        int reactions = 100 + 100 * (4 + 64);
        assertThat(times(() -> guard.windowUpdateReceived(1024, false, 0))).isEqualTo(reactions + 1000);
        assertThat(times(() -> guard.windowUpdateReceived(1024, false, 0))).isZero();
    }

    @Test
    void creditThatABodyWaitsForIsGivenBackToo() throws ConnectionError {
        FloodGuard guard = guard(1000, 0);
        guard.dataSent(16 * 1024);
        guard.windowUpdateReceived(16 * 1024, true, 0);
        guard.windowUpdateReceived(16 * 1024, true, 0);
        assertThat(times(() -> guard.windowUpdateReceived(1, false, 0))).isEqualTo(100 + 4 + 64 + 1000);
    }

    @Test
    void lateResetsAnswerOurFrames() throws ConnectionError {
        FloodGuard guard = guard(1000, 0);
        for (int i = 0; i < 10_000; i++) {
            guard.dataSent(10);
            guard.lateReset(0);
        }
        assertThat(times(() -> guard.lateReset(0))).isEqualTo(100 + 3 * 10_000 + 1000);
    }

    @Test
    void whatAnswersOurFramesMayBeSavedUpToABound() {
        FloodGuard guard = guard(1000, 0);
        guard.dataSent(1 << 30);
        assertThat(times(() -> guard.lateReset(0))).isEqualTo(64 * 1024 + 1000);
    }

    @Test
    void littleIsSentATimeOrTwoWhenAllWindowsGrowByLittle() {
        FloodGuard guard = guard(limits -> limits.withMaxSmallWindowSteps(2));
        assertThat(guard.maySendLittle(0)).isTrue();
        assertThat(guard.maySendLittle(0)).isTrue();
        assertThat(guard.maySendLittle(0)).isFalse();
        assertThat(guard.maySendLittle(SECOND)).isTrue();
    }
}
