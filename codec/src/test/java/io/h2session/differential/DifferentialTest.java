package io.h2session.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.h2session.differential.Recordings.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What libnghttp2 1.71-dev did with recorded scenarios, this session does, too, with the nghttp2 preset: every callback with its
 * fields, every result, every frame, window and state. A scenario that a {@link Departure} touches is compared up to there.
 */
class DifferentialTest {
    private static final String[] TAPES = {"scenarios", "generated", "departures"};
    private static final List<Recording> RECORDINGS = Recordings.all(TAPES);

    @TestFactory
    Stream<DynamicTest> sessionsDoWhatNghttp2Does() {
        return RECORDINGS.stream()
                .map(recording -> DynamicTest.dynamicTest(recording.name(), () -> compare(recording)));
    }

    private static void compare(Recording recording) {
        List<String> expected = recording.expected();
        List<String> played = Recordings.played(recording.scenario());
        int end = Integer.MAX_VALUE;
        for (Departure departure : touching(recording)) {
            List<String> alike = departure.alike(expected);
            if (alike == null) {
                end = Math.min(end, departure.touches(recording));
            }
        }
        boolean cut = end < Integer.MAX_VALUE;
        expected = cut ? expected.subList(0, end) : expected;
        played = cut ? played.subList(0, Math.min(end, played.size())) : played;
        for (Departure departure : touching(recording)) {
            if (departure.alike(expected) != null) {
                expected = departure.alike(expected);
                played = departure.alike(played);
            }
        }
        assertEquals(String.join("\n", expected), String.join("\n", played));
    }

    private static Set<Departure> touching(Recording recording) {
        Set<Departure> touching = EnumSet.noneOf(Departure.class);
        for (Departure departure : Departure.values()) {
            if (departure.touches(recording) != Departure.NEVER) {
                touching.add(departure);
            }
        }
        return touching;
    }

    @Test
    void everyDepartureHasAScenarioThatSomebodyWrote() {
        Set<Departure> touched = EnumSet.noneOf(Departure.class);
        Set<Departure> changed = EnumSet.noneOf(Departure.class);
        for (Recording recording : RECORDINGS) {
            Set<Departure> touching = touching(recording);
            if (recording.written()) {
                touched.addAll(touching);
            }
            if (!touching.isEmpty() && !Recordings.played(recording.scenario()).equals(recording.expected())) {
                changed.addAll(touching);
            }
        }
        assertThat(touched).containsExactlyInAnyOrder(Departure.values());
        // One that never makes a difference is none.
        assertThat(changed).containsExactlyInAnyOrder(Departure.values());
    }

    @Test
    void whatCanBeSeenInTracesIsWhatTheTableSays() throws IOException {
        List<String> visible = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("DEPARTURES.md"))) {
            String[] cells = line.split("(?<!\\\\)\\|", -1);
            if (cells.length < 7 || !cells[1].trim().startsWith("`")) {
                continue;
            }
            String id = cells[1].trim().replace("`", "");
            ids.add(id);
            String presets = cells[4].trim();
            assertThat(presets).isIn("safe", "both", "both, in traces");
            if (presets.endsWith("in traces")) {
                visible.add(id);
            }
        }
        assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThan(visible.size());
        assertThat(new TreeSet<>(visible))
                .isEqualTo(Stream.of(Departure.values())
                        .map(Departure::id)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }
}
