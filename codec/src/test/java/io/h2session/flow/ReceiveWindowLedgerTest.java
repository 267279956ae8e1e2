package io.h2session.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A window against its books: what the peer was told, what came and was not paid for, what of that is consumed. Whatever is
 * done in whatever order, both ends count the same, credit by hand counts as credit of what is consumed, and nothing is
 * forgotten.
 */
class ReceiveWindowLedgerTest {
    private static final int OPERATIONS = 20_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void automaticCreditKeepsTheBooks(long seed) {
        new Ledger(seed, true).run();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void manualCreditKeepsTheBooks(long seed) {
        new Ledger(seed, false).run();
    }

    private static final class Ledger {
        private final Random random;
        private final boolean automatic;
        private final ReceiveWindow window;
        /** What the peer believes it may send. */
        private long told;

        private long limit;
        /** What came and was not paid for by any frame. */
        private long owed;
        /** What of it the application has used. */
        private long consumed;
        /** By how much the limit was lowered unseen by the peer. */
        private long hidden;

        private boolean updateWaits;

        Ledger(long seed, boolean automatic) {
            random = new Random(seed);
            this.automatic = automatic;
            limit = random.nextInt(3) == 0 ? 65_535 : 1 + random.nextInt(1000);
            told = limit;
            window = new ReceiveWindow((int) limit);
        }

        void run() {
            for (int i = 0; i < OPERATIONS; i++) {
                step();
                assertThat((long) window.available())
                        .as("what the peer may send")
                        .isEqualTo(told);
                assertThat((long) window.limit()).as("limit").isEqualTo(limit);
                assertThat((long) window.received()).as("received").isEqualTo(Math.max(0, owed - hidden));
                if (i % 100 == 0) {
                    everythingUsedIsCredited();
                }
            }
        }

        private void step() {
            int bytes = random.nextInt((int) Math.max(2, Math.min(limit, 100_000) * 3 / 4));
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> receive(bytes);
                case 3, 4 -> consume();
                case 5, 6 -> takeCredit();
                case 7 -> credit(bytes);
                case 8 -> resize(bytes);
                default -> adjust(random.nextInt(2001) - 1000);
            }
        }

        private void receive(int bytes) {
            boolean fits = bytes <= told;
            assertThat(window.receive(bytes)).isEqualTo(fits);
            if (fits) {
                told -= bytes;
                owed += bytes;
            }
        }

        private void consume() {
            int bytes = owed > consumed ? random.nextInt((int) (owed - consumed)) + 1 : 0;
            assertThat(window.consume(bytes)).isTrue();
            consumed += bytes;
        }

        private void takeCredit() {
            long due = automatic ? owed - hidden : Math.min(consumed, owed - hidden);
            boolean given = !updateWaits && due > 0 && due >= limit / 2;
            int credit = window.takeCredit(automatic);
            assertThat((long) credit).isEqualTo(given ? due : 0);
            if (!automatic) {
                consumed -= credit;
            }
            pay(credit);
            updateWaits |= given;
            if (random.nextBoolean()) {
                window.updateSent();
                updateWaits = false;
            }
        }

        private void credit(int bytes) {
            long paid = Math.min(bytes, Math.max(0, owed - hidden));
            int growth = (int) (bytes - paid);
            long repaid = Math.min(hidden, growth);
            assertThat((long) window.credit(bytes)).isEqualTo(bytes - repaid);
            limit += growth;
            hidden -= repaid;
            told += growth - repaid;
            consumed = Math.max(0, consumed - (bytes - repaid));
            pay(paid);
        }

        private void resize(int bytes) {
            if (random.nextBoolean()) {
                long repaid = Math.min(hidden, bytes);
                assertThat((long) window.enlarge(bytes)).isEqualTo(bytes - repaid);
                limit += bytes;
                hidden -= repaid;
                told += bytes - repaid;
            } else {
                boolean fits = bytes <= limit;
                assertThat(window.shrink(bytes)).isEqualTo(fits);
                limit -= fits ? bytes : 0;
                hidden += fits ? bytes : 0;
            }
        }

        private void adjust(int delta) {
            if (limit + delta < 0) {
                return;
            }
            assertThat(window.adjustLimit(delta)).isTrue();
            limit += delta;
            told += delta;
        }

        private void pay(long bytes) {
            owed -= bytes;
            told += bytes;
        }

        private void everythingUsedIsCredited() {
            window.consume((int) Math.max(0, owed - consumed));
            consumed = Math.max(consumed, owed);
            window.updateSent();
            updateWaits = false;
            int credit = window.takeCredit(automatic);
            window.updateSent();
            consumed -= credit;
            pay(credit);
            assertThat(window.received()).as("left without credit").isLessThan((int) Math.max(1, limit / 2));
        }
    }
}
