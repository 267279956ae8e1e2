package io.h2session.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class HeaderListTest {
    private final HeaderList list = HeaderList.of(":status", "200", "vary", "a", "X-Other", "1", "vary", "b");

    @Test
    void fieldsKeepTheirOrder() {
        assertThat(list).map(HeaderField::toString).containsExactly(":status: 200", "vary: a", "X-Other: 1", "vary: b");
        assertThat(list.size()).isEqualTo(4);
        assertThat(list.get(2)).hasToString("X-Other: 1");
        assertThat(list).hasToString("[:status: 200, vary: a, X-Other: 1, vary: b]");
        assertThatThrownBy(() -> list.get(4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void valuesAreFoundByNameInAnyCase() {
        assertThat((Object) list.value("vary")).hasToString("a");
        assertThat((Object) list.value("VARY")).hasToString("a");
        assertThat((Object) list.value("x-other")).hasToString("1");
        assertThat(list.values(new AsciiString("vary")))
                .map(AsciiString::toString)
                .containsExactly("a", "b");
        assertThat((Object) list.value("var")).isNull();
        assertThat(list.values("none")).isEmpty();
        assertThat(list.contains(":status")).isTrue();
        assertThat(list.contains("status")).isFalse();
    }

    @Test
    void valuesAreFoundByToken() {
        assertThat((Object) list.value(HeaderToken.VARY)).hasToString("a");
        assertThat((Object) list.value(HeaderToken.DATE)).isNull();
    }

    @Test
    void sizeIsThatOfTheSetting() {
        assertThat(list.listSize()).isEqualTo(4 * 32 + 7 + 3 + 4 + 1 + 7 + 1 + 4 + 1);
        assertThat(HeaderList.EMPTY.listSize()).isZero();
    }

    @Test
    void sizeStopsAtTheGreatestInt() {
        HeaderField[] fields = new HeaderField[70_000];
        Arrays.fill(fields, HeaderField.of("a", "x".repeat(40_000)));
        HeaderList huge = HeaderList.ofTrusted(fields, fields.length);
        assertThat(huge.listSize()).isEqualTo(Integer.MAX_VALUE);
        assertThat(HpackEncoder.encodedBound(huge)).isEqualTo(12 + 70_000L * (40_001 + 12));
    }

    @Test
    void plusAddsAtTheEndOfACopy() {
        HeaderList longer = list.plus("vary", "c").plus(HeaderField.sensitive("key", "k"));
        assertThat(longer)
                .map(HeaderField::toString)
                .containsExactly(":status: 200", "vary: a", "X-Other: 1", "vary: b", "vary: c", "key: …");
        assertThat(list.size()).isEqualTo(4);
        assertThatThrownBy(() -> list.plus(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void withLeavesOneFieldOfTheNameInThePlaceOfTheFirst() {
        assertThat(list.with("Vary", "c"))
                .map(HeaderField::toString)
                .containsExactly(":status: 200", "Vary: c", "X-Other: 1");
        assertThat(list.with(":status", "404").toString()).isEqualTo("[:status: 404, vary: a, X-Other: 1, vary: b]");
        assertThat(list.with(HeaderField.sensitive("x-other", "2")).get(2).isSensitive())
                .isTrue();
        assertThat(list).hasToString("[:status: 200, vary: a, X-Other: 1, vary: b]");
        assertThat(list.with("vary", "c").listSize()).isEqualTo(3 * 32 + 7 + 3 + 4 + 1 + 7 + 1);
    }

    @Test
    void withPutsANewFieldAtTheEndAndANewPseudoHeaderBehindItsKind() {
        HeaderList request = HeaderList.of(":method", "GET", ":path", "/", "accept", "*/*");
        assertThat(request.with("date", "now").with("date", "later"))
                .hasToString("[:method: GET, :path: /, accept: */*, date: later]");
        assertThat(request.with(":authority", "a").with(":authority", "b"))
                .hasToString("[:method: GET, :path: /, :authority: b, accept: */*]");
        assertThat(HeaderList.EMPTY.with("a", "b").with(":status", "200")).hasToString("[:status: 200, a: b]");
    }

    @Test
    void withoutLeavesOutAllFieldsOfTheName() {
        assertThat(list.without("VARY")).hasToString("[:status: 200, X-Other: 1]");
        assertThat(list.without("date")).isSameAs(list);
        assertThat(HeaderList.of("a", "b", "A", "c").without("a")).isSameAs(HeaderList.EMPTY);
        assertThat(list).hasToString("[:status: 200, vary: a, X-Other: 1, vary: b]");
    }

    @Test
    void builderIsReusable() {
        HeaderList.Builder builder = HeaderList.builder();
        for (int i = 0; i < 40; i++) {
            builder.add("n", "" + i);
        }
        HeaderList first = builder.build();
        HeaderList second = builder.clear().addAll(list).addSensitive("s", "t").build();
        assertThat(first.size()).isEqualTo(40);
        assertThat(first.get(39)).hasToString("n: 39");
        assertThat(second.size()).isEqualTo(5);
        assertThat(builder.size()).isEqualTo(5);
        assertThat(builder.clear().build()).isSameAs(HeaderList.EMPTY);
    }

    @Test
    void equalityIsThatOfTheFieldsInOrder() {
        HeaderField[] room = new HeaderField[9];
        room[0] = HeaderField.of("a", "b");
        assertThat(HeaderList.ofTrusted(room, 1))
                .isEqualTo(HeaderList.of("a", "b"))
                .hasSameHashCodeAs(HeaderList.of("a", "b"))
                .isNotEqualTo(HeaderList.of("a", "b", "a", "b"));
        assertThat(HeaderList.of("a", "b", "c", "d")).isNotEqualTo(HeaderList.of("c", "d", "a", "b"));
    }

    @Test
    void incompleteArgumentsAreRefused() {
        assertThatThrownBy(() -> HeaderList.of("a", "b", "c")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HeaderList.of((HeaderField) null)).isInstanceOf(NullPointerException.class);
        assertThat(HeaderList.of()).isSameAs(HeaderList.EMPTY);
    }

    @Test
    void iteratorEnds() {
        Iterator<HeaderField> iterator = HeaderList.of("a", "b").iterator();
        iterator.next();
        assertThat(iterator.hasNext()).isFalse();
        assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(iterator::remove).isInstanceOf(UnsupportedOperationException.class);
    }
}
