package io.h2session.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScratchTest {
    private static final int LARGE = 1024 * 1024;

    private final Deque<Scratch.Lease> leases = new ArrayDeque<>();

    @AfterEach
    void giveBackWhatWasLeased() {
        while (!leases.isEmpty()) {
            release();
        }
    }

    @Test
    void nestedLeasesNeverShareAnArray() {
        byte[] outer = lease(100);
        byte[] inner = lease(100);
        assertThat(inner).isNotSameAs(outer);
        release();
        assertThat(leases.getLast().array(100)).isSameAs(outer);
    }

    @Test
    void whatWasGivenBackIsLeasedAgain() {
        byte[] bytes = lease(100);
        release();
        assertThat(lease(100)).isSameAs(bytes);
    }

    @Test
    void aLeaseThatWasGivenBackLeasesAgain() {
        byte[] bytes = lease(100);
        Scratch.Lease lease = leases.getLast();
        lease.release();
        lease.release();
        byte[] others = lease(100);
        assertThat(others).isSameAs(bytes);
        assertThat(lease.array(100)).isNotSameAs(others);
        lease.release();
    }

    @Test
    void leasesMayBeNestedToAnyDepth() {
        byte[][] arrays = new byte[100][];
        for (int depth = 0; depth < arrays.length; depth++) {
            arrays[depth] = lease(100);
            arrays[depth][0] = (byte) depth;
        }
        for (int depth = arrays.length - 1; depth >= 0; depth--) {
            assertThat(leases.getLast().array(100)).isSameAs(arrays[depth]).startsWith(depth);
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
    void aSessionThatMovesToAnotherThreadLeasesThere() throws Exception {
        Scratch.Lease moved = new Scratch.Lease();
        byte[] here = moved.array(100);
        moved.release();
        byte[][] there = new byte[2][];
        Thread thread = new Thread(() -> {
            Scratch.Lease other = new Scratch.Lease();
            there[0] = other.array(100);
            other.release();
            there[1] = moved.array(100);
            moved.release();
        });
        thread.start();
        thread.join();
        assertThat(there[1]).isSameAs(there[0]).isNotSameAs(here);
        assertThat(moved.array(100)).isSameAs(here);
        moved.release();
    }

    private byte[] lease(int length) {
        Scratch.Lease lease = new Scratch.Lease();
        leases.addLast(lease);
        return lease.array(length);
    }

    private void release() {
        leases.removeLast().release();
    }
}
