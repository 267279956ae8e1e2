package io.h2session.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.StreamState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamTableTest {
    private final StreamTable table = new StreamTable();
    private final Map<Integer, Stream> model = new LinkedHashMap<>();

    @Test
    void anEmptyTableKnowsNoStream() {
        assertThat(table.get(1)).isNull();
        assertThat(table.first()).isNull();
        assertThat(table.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void itHoldsWhatWasAddedAndNotRemovedInThatOrder(long seed) {
        Random random = new Random(seed);
        int own = 2;
        int peers = 1;
        for (int i = 0; i < 20_000; i++) {
            // Grows for a while, then shrinks to nothing, again and again.
            boolean growing = i % 2000 < 1000;
            if (model.isEmpty() || random.nextInt(10) < (growing ? 7 : 3)) {
                int step = 2 * (1 + (random.nextInt(4) == 0 ? random.nextInt(500) : 0));
                if (random.nextInt(3) == 0) {
                    own += step;
                    add(own);
                } else {
                    peers += step;
                    add(peers);
                }
            } else {
                remove(random);
            }
            int known = model.isEmpty() ? 1 : 1 + random.nextInt(peers + 10);
            assertThat(table.get(known)).isSameAs(model.get(known));
            if (i % 100 == 0) {
                assertSame();
            }
        }
        while (!model.isEmpty()) {
            remove(random);
        }
        assertSame();
    }

    @Test
    void streamsWhoseNumbersAreFarApartAreFoundAmongEachOther() {
        for (int i = 0; i < 200; i++) {
            add(1 + (i << 20));
        }
        for (int i = 0; i < 200; i += 2) {
            take(1 + (i << 20));
        }
        assertSame();
        assertThat(table.get(Integer.MAX_VALUE)).isNull();
        add(Integer.MAX_VALUE);
        assertSame();
    }

    @Test
    void aStreamMayBeClosedWhileAllAreWalked() {
        for (int id = 1; id < 20; id += 2) {
            add(id);
        }
        List<Integer> walked = new ArrayList<>();
        Stream stream = table.first();
        while (stream != null) {
            Stream next = stream.next();
            walked.add(stream.id());
            if (stream.id() % 3 == 0) {
                take(stream.id());
            }
            stream = next;
        }
        assertThat(walked).containsExactly(1, 3, 5, 7, 9, 11, 13, 15, 17, 19);
        assertSame();
    }

    private void add(int id) {
        Stream stream = new Stream(id, StreamState.OPEN, 0, 0);
        table.add(stream);
        model.put(id, stream);
    }

    private void take(int id) {
        table.remove(model.remove(id));
    }

    private void remove(Random random) {
        List<Integer> ids = new ArrayList<>(model.keySet());
        int id = ids.get(random.nextInt(ids.size()));
        take(id);
        assertThat(table.get(id)).isNull();
    }

    private void assertSame() {
        List<Stream> walked = new ArrayList<>();
        for (Stream stream = table.first(); stream != null; stream = stream.next()) {
            walked.add(stream);
        }
        assertThat(walked).containsExactlyElementsOf(model.values());
        assertThat(table.size()).isEqualTo(model.size());
        model.forEach((id, stream) -> assertThat(table.get(id)).isSameAs(stream));
    }
}
