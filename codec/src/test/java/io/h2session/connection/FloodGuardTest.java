package io.h2session.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import org.junit.jupiter.api.Test;

class FloodGuardTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void suspiciousFramesCostTheirPoints() throws ConnectionError {
        FloodGuard guard = new FloodGuard(options().abuseBurst(100).abuseRate(1).build(), new Metrics(null, null), 0);
        guard.charge(Http2Glitch.EMPTY_DATA, 0);
        guard.charge(Http2Glitch.STREAM_FAULT, 0);
        guard.charge(Http2Glitch.STREAM_FAULT, 0);
        for (int i = 0; i < 10; i++) {
            guard.charge(Http2Glitch.IGNORED_FRAME, 0);
        }
        assertTooMuch(guard, Http2Glitch.IGNORED_FRAME, 0);
    }

    @Test
    void unweightedEachCostsOne() throws ConnectionError {
        FloodGuard guard = new FloodGuard(
                options().abuseBurst(2).abuseRate(1).abuseWeighted(false).build(), new Metrics(null, null), 0);
        guard.charge(Http2Glitch.EMPTY_DATA, 0);
        guard.charge(Http2Glitch.STREAM_FAULT, 0);
        assertTooMuch(guard, Http2Glitch.IGNORED_FRAME, 0);
    }

    @Test
    void timeForgives() throws ConnectionError {
        FloodGuard guard = new FloodGuard(options().abuseBurst(50).abuseRate(25).build(), new Metrics(null, null), 0);
        guard.charge(Http2Glitch.EMPTY_DATA, 0);
        guard.charge(Http2Glitch.EMPTY_DATA, 2 * SECOND);
        assertTooMuch(guard, Http2Glitch.IGNORED_FRAME, 2 * SECOND);
    }

    @Test
    void resetsHaveABudgetOfTheirOwn() throws ConnectionError {
        FloodGuard guard = new FloodGuard(
                options().abuseBurst(1).streamResetBurst(2).streamResetRate(1).build(), new Metrics(null, null), 0);
        guard.charge(Http2Glitch.IGNORED_FRAME, 0);
        assertThat(guard.resetReceived(0)).isTrue();
        assertThat(guard.resetReceived(0)).isTrue();
        assertThat(guard.resetReceived(0)).isFalse();
        assertThat(guard.resetReceived(SECOND)).isTrue();
    }

    @Test
    void completedExchangesEarnResets() {
        FloodGuard guard =
                new FloodGuard(options().streamResetBurst(2).streamResetRate(0).build(), new Metrics(null, null), 0);
        guard.exchangeCompleted();
        guard.exchangeCompleted();
        guard.resetReceived(0);
        guard.resetReceived(0);
        guard.exchangeCompleted();
        assertThat(guard.resetReceived(0)).isTrue();
        assertThat(guard.resetReceived(0)).isFalse();
    }

    private static void assertTooMuch(FloodGuard guard, Http2Glitch glitch, long now) {
        ConnectionError error = catchThrowableOfType(ConnectionError.class, () -> guard.charge(glitch, now));
        assertThat(error.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
        assertThat(error.reason()).isEqualTo("too_much_abuse");
    }

    private static Http2SessionOptions.Builder options() {
        return Http2SessionOptions.builder();
    }
}
