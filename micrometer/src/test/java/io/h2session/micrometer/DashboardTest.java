package io.h2session.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dashboard for Grafana asks for what there is, and shows all of it. */
class DashboardTest {
    private static final Path DASHBOARD = Path.of("../docs/grafana-dashboard.json");
    private static final Pattern EXPRESSION = Pattern.compile("\"(?:expr|query)\": \"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern NAME = Pattern.compile("h2session_\\w+");
    private static final Pattern LABELS = Pattern.compile("by \\(([^)]*)\\)|(\\w+)=~?\\\\\"");

    /** The meters by the names that Prometheus has for them. */
    private static Map<String, Http2Meter> byName() {
        PrometheusNamingConvention convention = new PrometheusNamingConvention();
        Map<String, Http2Meter> meters = new HashMap<>();
        for (Http2Meter meter : Http2Meter.values()) {
            String unit = meter.getType() == Meter.Type.TIMER ? "seconds" : meter.getBaseUnit();
            String name = convention.name(meter.getName(), meter.getType(), unit);
            switch (meter.getType()) {
                case TIMER -> List.of("_sum", "_count", "_max").forEach(end -> meters.put(name + end, meter));
                case COUNTER -> meters.put(name.endsWith("_total") ? name : name + "_total", meter);
                default -> meters.put(name, meter);
            }
        }
        return meters;
    }

    private static List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        Matcher matcher = EXPRESSION.matcher(Files.readString(DASHBOARD));
        while (matcher.find()) {
            expressions.add(matcher.group(1));
        }
        return expressions;
    }

    private static Set<String> namesIn(String expression) {
        Set<String> names = new HashSet<>();
        NAME.matcher(expression).results().map(MatchResult::group).forEach(names::add);
        return names;
    }

    @Test
    void itAsksForMetersThatThereAreAndShowsEachOfThem() throws Exception {
        Set<String> asked = new HashSet<>();
        for (String expression : expressions()) {
            asked.addAll(namesIn(expression));
        }
        Map<String, Http2Meter> meters = byName();
        assertThat(meters.keySet()).containsAll(asked);
        Set<Http2Meter> shown = new HashSet<>();
        asked.forEach(name -> shown.add(meters.get(name)));
        assertThat(shown).containsExactlyInAnyOrder(Http2Meter.values());
    }

    @Test
    void itSelectsByTagsThatTheMetersHave() throws Exception {
        Map<String, Http2Meter> meters = byName();
        int checked = 0;
        for (String expression : expressions()) {
            Set<String> tags = new HashSet<>(Set.of("job")); // of the scrape
            for (String name : namesIn(expression)) {
                for (KeyName key : meters.get(name).getKeyNames()) {
                    tags.add(key.asString());
                }
            }
            Matcher labels = LABELS.matcher(expression);
            while (labels.find()) {
                List<String> used = labels.group(1) == null
                        ? List.of(labels.group(2))
                        : List.of(labels.group(1).split(", "));
                assertThat(tags).as("%s", expression).containsAll(used);
                checked += used.size();
            }
        }
        assertThat(checked).isGreaterThan(100);
    }

    /** The page about the meters has a row for each. */
    @Test
    void thePageListsEachMeter() throws Exception {
        List<String> page = Files.readAllLines(Path.of("../docs/seeing-into-it.md"));
        for (Http2Meter meter : Http2Meter.values()) {
            String unit = meter.getType() == Meter.Type.TIMER ? "seconds" : meter.getBaseUnit();
            List<String> tags = Stream.of(meter.getKeyNames())
                    .map(tag -> "`" + tag.asString() + "`")
                    .toList();
            assertThat(page)
                    .contains(String.join(
                            " | ",
                            "| `" + meter.getName() + "`",
                            Http2Meter.lowerCase(meter.getType()),
                            unit == null ? "" : unit,
                            String.join(", ", tags),
                            meter.description() + " |"));
        }
        assertThat(page.stream()
                        .filter(line -> line.startsWith("| `h2session.") && line.split(" \\| ", -1).length == 5))
                .hasSize(Http2Meter.values().length);
    }
}
