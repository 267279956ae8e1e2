package io.h2session.netty.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Headers on received fields do what Netty's own do. */
@SuppressWarnings("JavaUtilDate") // a class of values that headers take
class FieldHeadersTest {
    private static final String[] NAMES = {
        "accept", "Accept", "x-a", "X-A", "cookie", "content-length", "date", "x".repeat(67)
    };
    private static final AsciiString CONSTANT = AsciiString.cached("constant");
    private static final Object[] VALUES = {
        "", "a", "b", 7, "17", "x; y", CONSTANT, new Date(0), "Thu, 01 Jan 1970 00:00:05 GMT"
    };

    @Test
    void whateverIsDoneTheAnswersAreThoseOfNettys() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            HttpHeaders ours = new FieldHeaders(0);
            HttpHeaders nettys = new DefaultHttpHeaders();
            for (int step = 0; step < 20; step++) {
                change(ours, nettys, random);
                compare(ours, nettys);
            }
            compare(ours.copy(), nettys);
        }
    }

    private static void change(HttpHeaders ours, HttpHeaders nettys, Random random) {
        String text = NAMES[random.nextInt(NAMES.length)];
        CharSequence name = random.nextBoolean() ? text : AsciiString.cached(text);
        Object value = VALUES[random.nextInt(VALUES.length)];
        List<Object> several = List.of(value, "more");
        int number = random.nextInt(100);
        int what = random.nextInt(12);
        for (HttpHeaders headers : List.of(ours, nettys)) {
            switch (what) {
                case 0, 1, 2 -> headers.add(name, value);
                case 3 -> headers.set(name, value);
                case 4 -> headers.add(name, several);
                case 5 -> headers.set(name, several);
                case 6 -> headers.remove(name);
                case 7 -> headers.addInt(name, number);
                case 8 -> headers.setShort(name, (short) number);
                case 9 ->
                    headers.setAll(new DefaultHttpHeaders().add(name, value).add("y", "z"));
                case 10 -> headers.add(new DefaultHttpHeaders().add(name, value));
                default -> {
                    if (number < 5) {
                        headers.clear();
                    } else if (number < 20) {
                        headers.set(new DefaultHttpHeaders().add(name, several));
                    }
                }
            }
        }
    }

    private static void compare(HttpHeaders ours, HttpHeaders nettys) {
        assertThat(ours.size()).isEqualTo(nettys.size());
        assertThat(ours.isEmpty()).isEqualTo(nettys.isEmpty());
        for (String name : NAMES) {
            assertThat(ours.getAll(name)).isEqualTo(nettys.getAll(name));
            assertThat(ours.get(name)).isEqualTo(nettys.get(name));
            assertThat(ours.contains(name)).isEqualTo(nettys.contains(name));
            assertThat(ours.getInt(name)).isEqualTo(nettys.getInt(name));
            assertThat(ours.getShort(name, (short) 3)).isEqualTo(nettys.getShort(name, (short) 3));
            // Netty throws at what is no date.
            assertThat(ours.getTimeMillis(name))
                    .isIn(null, ours.getTimeMillis(name) == null ? null : nettys.getTimeMillis(name));
            assertThat(ours.contains(name, "A", true)).isEqualTo(nettys.contains(name, "A", true));
            assertThat(ours.contains(name, "A", false)).isEqualTo(nettys.contains(name, "A", false));
            assertThat(ours.containsValue(name, "a", true)).isEqualTo(nettys.containsValue(name, "a", true));
        }
        assertThat(ours.names())
                .hasSize(nettys.names().stream()
                        .map(String::toLowerCase)
                        .distinct()
                        .toList()
                        .size());
        assertThat(ours.entries()).hasSize(nettys.entries().size());
        List<String> fields = new ArrayList<>();
        Iterator<Map.Entry<CharSequence, CharSequence>> entries = ours.iteratorCharSequence();
        entries.forEachRemaining(field -> fields.add(field.getKey() + "=" + field.getValue()));
        assertThat(fields)
                .isEqualTo(ours.entries().stream()
                        .map(one -> one.getKey() + "=" + one.getValue())
                        .toList());
    }

    @Test
    void fieldsComeInTheirOrderAndMayBeRemovedOnTheWay() {
        HttpHeaders headers = new FieldHeaders(1).add("b", "1").add("a", "2").add("c", "3");
        Iterator<Map.Entry<String, String>> all = headers.iteratorAsString();
        all.next();
        all.next();
        all.remove();

        assertThat(all.next().getKey()).isEqualTo("c");
        assertThat(headers.entries()).extracting(Map.Entry::getKey).containsExactly("b", "c");
    }

    @Test
    void whatIsAddedIsChecked() {
        HttpHeaders headers = new FieldHeaders(1);
        for (String name : new String[] {"", "a b", "a:", ":a", "a\r\n", "\u00e9"}) {
            assertThatThrownBy(() -> headers.add(name, "x")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> headers.set(name, "x")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> headers.set(new AsciiString(name), CONSTANT))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String value : new String[] {"a\r\nb", "\n", "\0", "\u000b"}) {
            assertThatThrownBy(() -> headers.add("x", value)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> headers.add(AsciiString.cached("x"), new AsciiString(value)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> headers.set("x", List.of("a", value)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(headers.isEmpty()).isTrue();
    }
}
