package io.h2session.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScratchTest {
    private static final int LARGE = 1024 * 1024;

    private final Scratch scratch = Scratch.ofThread();
    private int leased;

    @AfterEach
    void giveBackWhatWasLeased() {
        while (leased > 0) {
            release();
        }
    }

    @Test
    void nestedLeasesNeverShareAnArray() {
        byte[] outer = lease(100);
        byte[] inner = lease(100);
        assertThat(inner).isNotSameAs(outer);
        release();
        assertThat(scratch.array(100)).isSameAs(outer);
    }

    @Test
    void whatWasGivenBackIsLeasedAgain() {
        byte[] bytes = lease(100);
        release();
        assertThat(lease(100)).isSameAs(bytes);
    }

    @Test
    void leasesMayBeNestedToAnyDepth() {
        byte[][] arrays = new byte[100][];
        for (int depth = 0; depth < arrays.length; depth++) {
            arrays[depth] = lease(100);
            arrays[depth][0] = (byte) depth;
        }
        for (int depth = arrays.length - 1; depth >= 0; depth--) {
            assertThat(scratch.array(100)).isSameAs(arrays[depth]).startsWith(depth);
            release();
        }
    }

    @Test
    void anArrayIsAsLongAsAskedForOrLonger() {
        for (int length : new int[] {0, 1, 16 * 1024, 16 * 1024 + 1, 32 * 1024, 70_000, 100}) {
            assertThat(lease(length)).hasSizeGreaterThanOrEqualTo(length);
        }
    }

    @Test
    void aLargeArrayIsNotKept() {
        assertThat(lease(LARGE)).hasSizeGreaterThanOrEqualTo(LARGE);
        release();
        assertThat(lease(1)).hasSizeLessThan(LARGE / 2);
    }

    @Test
    void eachThreadHasItsOwn() throws Exception {
        Scratch[] other = new Scratch[1];
        Thread thread = new Thread(() -> other[0] = Scratch.ofThread());
        thread.start();
        thread.join();
        assertThat(other[0]).isNotNull().isNotSameAs(scratch);
    }

    private byte[] lease(int length) {
        scratch.lease();
        leased++;
        return scratch.array(length);
    }

    private void release() {
        scratch.release();
        leased--;
    }
}
