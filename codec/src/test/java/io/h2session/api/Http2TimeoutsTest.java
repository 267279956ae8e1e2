package io.h2session.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class Http2TimeoutsTest {
    @Test
    void eachCanBeChangedAloneAndWithinItsRange() throws ReflectiveOperationException {
        for (RecordComponent component : Http2Timeouts.class.getRecordComponents()) {
            boolean rate = component.getType() == int.class;
            Object value = rate ? (Object) 7 : Duration.ofSeconds(7);
            Http2Timeouts changed = with(Http2Timeouts.SAFE, component, value);
            for (RecordComponent other : Http2Timeouts.class.getRecordComponents()) {
                Object expected = other.getName().equals(component.getName())
                        ? value
                        : other.getAccessor().invoke(Http2Timeouts.SAFE);
                assertThat(other.getAccessor().invoke(changed))
                        .as(other.getName())
                        .isEqualTo(expected);
            }
            Object[] wrong = rate ? new Object[] {-1} : new Object[] {Duration.ofNanos(-1), Duration.ofDays(367)};
            for (Object one : wrong) {
                assertThatThrownBy(() -> with(Http2Timeouts.SAFE, component, one))
                        .hasCauseInstanceOf(IllegalArgumentException.class)
                        .cause()
                        .hasMessageContaining(component.getName());
            }
        }
    }

    @Test
    void thePresetsHaveThem() {
        assertThat(Http2SessionOptions.safe().timeouts()).isEqualTo(Http2Timeouts.SAFE);
        assertThat(Http2SessionOptions.nghttp2().timeouts()).isEqualTo(Http2Timeouts.NONE);
        Http2Timeouts other = Http2Timeouts.SAFE.withIdle(Duration.ofHours(1));
        Http2SessionOptions options =
                Http2SessionOptions.builder().timeouts(other).build();
        assertThat(options.timeouts()).isEqualTo(other);
        assertThat(options.toBuilder().build().timeouts()).isEqualTo(other);
    }

    private static Http2Timeouts with(Http2Timeouts from, RecordComponent component, Object value)
            throws ReflectiveOperationException {
        String name = component.getName();
        Method method = Http2Timeouts.class.getMethod(
                "with" + Character.toUpperCase(name.charAt(0)) + name.substring(1), component.getType());
        try {
            return (Http2Timeouts) method.invoke(from, value);
        } catch (InvocationTargetException exception) {
            throw exception;
        }
    }
}
