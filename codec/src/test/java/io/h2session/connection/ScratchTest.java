package io.h2session.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScratchTest {
    private static final int LARGE = 1024 * 1024;

    @Test
    void nestedLeasesNeverShareAnArray() {
        Scratch outer = Scratch.lease();
        Scratch inner = Scratch.lease();
        assertThat(inner).isNotSameAs(outer);
        assertThat(inner.array(100)).isNotSameAs(outer.array(100));
        inner.release();
        outer.release();
    }

    @Test
    void whatWasGivenBackIsLeasedAgain() {
        Scratch first = Scratch.lease();
        byte[] octets = first.array(100);
        first.release();
        Scratch second = Scratch.lease();
        assertThat(second).isSameAs(first);
        assertThat(second.array(100)).isSameAs(octets);
        second.release();
    }

    @Test
    void aThreadKeepsAsManyAsWereEverOutAtOnce() {
        Set<Scratch> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 100; i++) {
            Deque<Scratch> leased = new ArrayDeque<>();
            for (int depth = 0; depth < 5; depth++) {
                leased.push(Scratch.lease());
            }
            seen.addAll(leased);
            leased.forEach(Scratch::release);
        }
        assertThat(seen).hasSize(5);
    }

    @Test
    void anArrayIsAsLongAsAskedForOrLonger() {
        Scratch scratch = Scratch.lease();
        for (int length : new int[] {0, 1, 16 * 1024, 16 * 1024 + 1, 32 * 1024, 70_000, 100}) {
            assertThat(scratch.array(length)).hasSizeGreaterThanOrEqualTo(length);
        }
        scratch.release();
    }

    @Test
    void aLargeArrayIsNotKept() {
        Scratch scratch = Scratch.lease();
        assertThat(scratch.array(LARGE)).hasSizeGreaterThanOrEqualTo(LARGE);
        scratch.release();
        Scratch again = Scratch.lease();
        assertThat(again).isSameAs(scratch);
        assertThat(again.array(1)).hasSizeLessThan(LARGE / 2);
        again.release();
    }
}
