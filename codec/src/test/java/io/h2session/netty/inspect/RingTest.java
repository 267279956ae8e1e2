package io.h2session.netty.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RingTest {
    private static List<String> since(Ring<String> ring, long number) {
        List<String> found = new ArrayList<>();
        ring.since(number, found::add);
        return found;
    }

    @Test
    void theLatestEntriesAreKeptInTheirOrder() {
        Ring<String> ring = new Ring<>(3);
        assertThat(ring.last()).isNull();
        assertThat(since(ring, 0)).isEmpty();

        for (String one : List.of("a", "b", "c", "d", "e")) {
            ring.add(one);
        }

        assertThat(since(ring, 0)).containsExactly("c", "d", "e");
        assertThat(ring.last()).isEqualTo("e");
        assertThat(ring.added()).isEqualTo(5);
    }

    @Test
    void aReaderContinuesWhereItHasEnded() {
        Ring<String> ring = new Ring<>(3);
        ring.add("a");
        long read = ring.added();
        ring.add("b");
        ring.add("c");

        assertThat(since(ring, read)).containsExactly("b", "c");
        assertThat(since(ring, ring.added())).isEmpty();
    }
}
