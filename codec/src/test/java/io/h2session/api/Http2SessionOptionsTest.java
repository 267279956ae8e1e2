package io.h2session.api;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.h2session.hpack.NeverIndexed;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http2SessionOptionsTest {
    private static final Path SOURCE =
            Path.of("src", "main", "java", "io", "h2session", "api", "Http2SessionOptions.java");
    private static final Pattern ROW =
            Pattern.compile("<tr><td>\\{@link #(\\w+)\\(\\)}</td><td>([^<]+)</td><td>([^<]+)</td></tr>");
    private static final long SETTING_MAX = 0xffff_ffffL;

    /** Those whose range is not simply from 0 to the largest of their type. */
    private static final Map<String, long[]> RANGES = Map.ofEntries(
            entry("maxConcurrentStreams", new long[] {0, SETTING_MAX}),
            entry("connectionWindowSize", new long[] {65_535, Integer.MAX_VALUE}),
            entry("maxFrameSize", new long[] {16_384, 16_777_215}),
            entry("maxHeaderListSize", new long[] {0, SETTING_MAX}),
            entry("assumedPeerMaxConcurrentStreams", new long[] {0, SETTING_MAX}),
            // The largest power of two.
            entry("closedStreamHistory", new long[] {0, 1 << 30}));

    static Method[] numbers() {
        return Arrays.stream(Http2SessionOptions.Builder.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .filter(method ->
                        method.getParameterCount() == 1 && !method.getName().equals("receiveExtension"))
                .filter(method ->
                        method.getParameterTypes()[0] == int.class || method.getParameterTypes()[0] == long.class)
                .toArray(Method[]::new);
    }

    @Test
    void theTableOfPresetsGivesTheirValues() throws IOException {
        Map<String, String> safe = new LinkedHashMap<>();
        Map<String, String> nghttp2 = new LinkedHashMap<>();
        Matcher row = ROW.matcher(Files.readString(SOURCE));
        while (row.find()) {
            assertThat(safe.put(row.group(1), row.group(2)))
                    .as("twice: %s", row.group(1))
                    .isNull();
            nghttp2.put(row.group(1), row.group(3));
        }

        assertTable(safe, Http2SessionOptions.safe());
        assertTable(nghttp2, Http2SessionOptions.nghttp2());
    }

    @Test
    void whoSaysNothingGetsTheSafeValues() {
        assertThat(values(Http2SessionOptions.builder().build())).isEqualTo(values(Http2SessionOptions.safe()));
    }

    @Test
    void aSafeSessionAsksForNoMoreThanOneMebibyte() {
        Http2SessionOptions safe = Http2SessionOptions.safe();
        assertThat(safe.connectionWindowSize()).isLessThanOrEqualTo(1 << 20);
        assertThat(safe.maxHeaderListSize()).isLessThan(Http2SessionOptions.NO_LIMIT);
        assertThat(safe.maxConcurrentStreams()).isLessThan(Http2SessionOptions.NO_LIMIT);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void valuesAtTheEndsOfTheRangeAreTaken(Method setter) throws ReflectiveOperationException {
        for (long value : range(setter)) {
            Http2SessionOptions.Builder builder = Http2SessionOptions.builder();
            assertThat(set(setter, builder, value)).isSameAs(builder);
            assertThat(values(builder.build())).containsEntry(setter.getName(), value);
        }
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void valuesOutOfRangeAreRefusedByName(Method setter) {
        long[] range = range(setter);
        for (long value : new long[] {range[0] - 1, range[1] + 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            boolean fitsType = setter.getParameterTypes()[0] == long.class || value == (int) value;
            if (fitsType) {
                Throwable thrown = catchThrowable(
                        () -> set(setter, Http2SessionOptions.builder(), value).build());
                assertThat(thrown).as("%s(%d)", setter.getName(), value).isInstanceOf(IllegalArgumentException.class);
                assertThat(thrown).hasMessageContaining(setter.getName()).hasMessageContaining(Long.toString(value));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 6, 1023, Integer.MAX_VALUE})
    void theHistoryIsAPowerOfTwo(int streams) {
        Http2SessionOptions.Builder builder = Http2SessionOptions.builder().closedStreamHistory(streams);
        assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void extensionTypesAreThoseTheRfcLeavesFree() {
        Http2SessionOptions.Builder builder = Http2SessionOptions.builder();
        for (int type : new int[] {-1, 0, 9, 256}) {
            assertThatThrownBy(() -> builder.receiveExtension(type)).isInstanceOf(IllegalArgumentException.class);
        }
        Http2SessionOptions options =
                builder.receiveExtension(10).receiveExtension(255).build();
        assertThat(options.receivesExtension(10)).isTrue();
        assertThat(options.receivesExtension(255)).isTrue();
        assertThat(options.receivesExtension(11)).isFalse();
        assertThat(options.receivesExtension(0)).isFalse();
    }

    @Test
    void aBuilderThatGoesOnLeavesWhatItBuiltAsItWas() {
        Http2SessionOptions.Builder builder = Http2SessionOptions.builder();
        Http2SessionOptions before = builder.build();
        builder.receiveExtension(10).maxHeaderFields(1);
        assertThat(before.receivesExtension(10)).isFalse();
        assertThat(before.maxHeaderFields()).isEqualTo(128);
    }

    @Test
    void everyOptionIsKeptByABuilderMadeOfOptions() throws ReflectiveOperationException {
        ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
        LongSupplier clock = () -> 42;
        Http2SessionOptions.Builder builder =
                Http2SessionOptions.builder().allocator(allocator).clock(clock).receiveExtension(77);
        NeverIndexed neverIndexed = NeverIndexed.SECRETS.plus("x-api-key");
        builder.neverIndexed(neverIndexed);
        Map<String, Object> safe = values(Http2SessionOptions.safe());
        for (Method setter : numbers()) {
            set(setter, builder, range(setter)[1]);
        }
        for (Method setter : Http2SessionOptions.Builder.class.getDeclaredMethods()) {
            if (Arrays.equals(setter.getParameterTypes(), new Class<?>[] {boolean.class})) {
                setter.invoke(builder, !(Boolean) safe.get(setter.getName()));
            }
        }
        Http2SessionOptions changed = builder.build();
        Map<String, Object> values = values(changed);
        values.forEach((name, value) -> assertThat(value).as(name).isNotEqualTo(safe.get(name)));

        Http2SessionOptions copy = changed.toBuilder().build();
        assertThat(values(copy)).isEqualTo(values);
        assertThat(copy.allocator()).isSameAs(allocator);
        assertThat(copy.clock()).isSameAs(clock);
        assertThat(copy.neverIndexed()).isSameAs(neverIndexed);
        assertThat(copy.receivesExtension(77)).isTrue();
        assertThat(copy.receivesExtension(78)).isFalse();
    }

    @Test
    void everyOptionCanBeSet() {
        assertThat(Arrays.stream(Http2SessionOptions.Builder.class.getDeclaredMethods())
                        .map(Method::getName))
                .containsAll(values(Http2SessionOptions.safe()).keySet());
    }

    @Test
    void anAllocatorAndAClockThereMustBe() {
        assertThatThrownBy(() -> Http2SessionOptions.builder().allocator(null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Http2SessionOptions.builder().clock(null)).isInstanceOf(NullPointerException.class);
    }

    private static void assertTable(Map<String, String> table, Http2SessionOptions options) {
        Map<String, Object> values = values(options);
        assertThat(table).containsOnlyKeys(values.keySet());
        table.forEach((name, text) -> {
            Object value = values.get(name);
            Object stated = value instanceof Boolean ? (Object) Boolean.valueOf(text) : number(text, name);
            assertThat(value).as(name).isEqualTo(stated);
        });
    }

    private static Long number(String text, String name) {
        if (text.equals("no limit")) {
            return RANGES.containsKey(name) ? Http2SessionOptions.NO_LIMIT : Http2SessionOptions.UNLIMITED;
        }
        return Arrays.stream(text.split(" \\* ")).mapToLong(Long::parseLong).reduce(1, Math::multiplyExact);
    }

    /** Every getter of a number or a boolean. */
    private static Map<String, Object> values(Http2SessionOptions options) {
        Map<String, Object> values = new TreeMap<>();
        for (Method getter : Http2SessionOptions.class.getDeclaredMethods()) {
            boolean isPublic = Modifier.isPublic(getter.getModifiers()) && !Modifier.isStatic(getter.getModifiers());
            if (isPublic
                    && getter.getParameterCount() == 0
                    && getter.getReturnType().isPrimitive()) {
                try {
                    Object value = getter.invoke(options);
                    values.put(getter.getName(), value instanceof Integer number ? Long.valueOf(number) : value);
                } catch (ReflectiveOperationException exception) {
                    throw new LinkageError(exception.getMessage(), exception);
                }
            }
        }
        return values;
    }

    private static long[] range(Method setter) {
        return RANGES.getOrDefault(setter.getName(), new long[] {0, Integer.MAX_VALUE});
    }

    private static Http2SessionOptions.Builder set(Method setter, Http2SessionOptions.Builder builder, long value)
            throws ReflectiveOperationException {
        Object argument = setter.getParameterTypes()[0] == int.class ? (Object) (int) value : (Object) value;
        try {
            return (Http2SessionOptions.Builder) setter.invoke(builder, argument);
        } catch (InvocationTargetException exception) {
            if (exception.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw exception;
        }
    }
}
