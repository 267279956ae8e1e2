package io.h2session.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.AsciiString;
import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeaderTokenTest {
    @Test
    void everyConstantNamesTheNameItIsCalledAfter() throws IllegalAccessException {
        Set<Integer> seen = new HashSet<>();
        for (Field constant : HeaderToken.class.getFields()) {
            int token = constant.getInt(null);
            if (token == HeaderToken.UNKNOWN) {
                continue;
            }
            String name = HeaderToken.name(token).toString();
            assertThat(name.replace(":", "").replace('-', '_').toUpperCase(Locale.ROOT))
                    .isEqualTo(constant.getName());
            assertThat(seen.add(token)).isTrue();
        }
        assertThat(seen).hasSizeGreaterThan(55);
    }

    @Test
    void everyNameHasItsToken() {
        for (int token = 0; token < HeaderToken.count(); token++) {
            String name = HeaderToken.name(token).toString();
            assertThat(HeaderToken.of(new AsciiString(name))).isEqualTo(token);
            assertThat(HeaderToken.of(new AsciiString("--" + name + "--", 2, name.length())))
                    .isEqualTo(token);
            assertThat(HeaderToken.of(new AsciiString(name + "x"))).isNotEqualTo(token);
            assertThat(HeaderToken.of(new AsciiString(name.toUpperCase(Locale.ROOT))))
                    .isEqualTo(HeaderToken.UNKNOWN);
            assertThat(HeaderToken.isPseudo(token)).isEqualTo(name.startsWith(":"));
        }
        assertThat(HeaderToken.of(AsciiString.EMPTY_STRING)).isEqualTo(HeaderToken.UNKNOWN);
        assertThat(HeaderToken.of(new AsciiString("x"))).isEqualTo(HeaderToken.UNKNOWN);
        assertThat(HeaderToken.isPseudo(HeaderToken.UNKNOWN)).isFalse();
    }

    @Test
    void everyNameOfTheStaticTableHasAToken() {
        Set<AsciiString> names = new HashSet<>();
        for (int index = 1; index <= StaticTable.LENGTH; index++) {
            HeaderField field = StaticTable.get(index);
            assertThat(field.token()).isNotEqualTo(HeaderToken.UNKNOWN);
            int first = StaticTable.indexOfName(field.token());
            assertThat((Object) StaticTable.get(first).name()).isSameAs(field.name());
            assertThat(StaticTable.indexOf(first, field)).isEqualTo(index);
            assertThat(StaticTable.indexOf(first, HeaderField.of(field.name(), "other")))
                    .isZero();
            names.add(field.name());
        }
        assertThat(names).hasSize(52);
    }
}
