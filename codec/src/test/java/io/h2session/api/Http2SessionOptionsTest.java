package io.h2session.api;

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
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Http2SessionOptions}, {@link Http2Limits} and {@link Http2Timeouts}, each option of them. */
class Http2SessionOptionsTest {
    /** An option, and how to set it in otherwise default options and to get it. */
    record Case(Class<?> type, Option option) {
        @Override
        public String toString() {
            return option.name();
        }

        Object get(Http2SessionOptions options) throws ReflectiveOperationException {
            return type.getMethod(option.name()).invoke(subject(options));
        }

        Http2SessionOptions set(Http2SessionOptions options, Object value) throws Throwable {
            Http2SessionOptions.Builder builder = options.toBuilder();
            try {
                if (type == Http2SessionOptions.class) {
                    setter(Http2SessionOptions.Builder.class, option.name()).invoke(builder, value);
                } else {
                    String name = option.name();
                    Object changed = setter(type, "with" + Character.toUpperCase(name.charAt(0)) + name.substring(1))
                            .invoke(subject(options), value);
                    if (changed instanceof Http2Limits limits) {
                        builder.limits(limits);
                    } else {
                        builder.timeouts((Http2Timeouts) changed);
                    }
                }
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            return builder.build();
        }

        /** A number in the type of the option. */
        Object typed(long value) throws ReflectiveOperationException {
            Class<?> result = type.getMethod(option.name()).getReturnType();
            if (result == boolean.class) {
                return value != 0;
            }
            if (result == Duration.class) {
                return Duration.ofNanos(value);
            }
            return result == int.class ? (Object) (int) value : (Object) value;
        }

        boolean fitsType(long value) throws ReflectiveOperationException {
            return type.getMethod(option.name()).getReturnType() != int.class || value == (int) value;
        }

        private Object subject(Http2SessionOptions options) {
            if (type == Http2Limits.class) {
                return options.limits();
            }
            return type == Http2Timeouts.class ? options.timeouts() : options;
        }

        private static Method setter(Class<?> type, String name) {
            return Arrays.stream(type.getMethods())
                    .filter(method -> method.getName().equals(name) && method.getParameterCount() == 1)
                    .findAny()
                    .orElseThrow();
        }
    }

    static List<Case> all() {
        return Stream.of(
                        cases(Http2SessionOptions.class, Http2SessionOptions.options()),
                        cases(Http2Limits.class, Http2Limits.options()),
                        cases(Http2Timeouts.class, Http2Timeouts.options()))
                .flatMap(stream -> stream)
                .toList();
    }

    static List<Case> ranged() {
        return all().stream()
                .filter(one -> !one.option.unit().equals(Option.FLAG))
                .toList();
    }

    private static Stream<Case> cases(Class<?> type, OptionSet options) {
        return options.all().stream().map(option -> new Case(type, option));
    }

    @Test
    void thePageOfOptionsHasEachWithItsPresetsAndRange() throws IOException {
        if ("write".equals(System.getProperty("options.page"))) {
            Files.writeString(OptionsPage.FILE, OptionsPage.text());
        }
        assertThat(OptionsPage.FILE).hasContent(OptionsPage.text());
    }

    @ParameterizedTest
    @MethodSource("all")
    void theJavadocOfAnOptionHasItsPresetsAndRange(Case one) throws IOException {
        assertThat(OptionsPage.comments(one.type).get(one.option.name())).contains(OptionsPage.facts(one.option));
    }

    @ParameterizedTest
    @MethodSource("all")
    void thePresetsHaveTheDeclaredValues(Case one) throws ReflectiveOperationException {
        boolean derived = one.option.name().equals("maxRunningExchanges");
        assertThat(one.get(Http2SessionOptions.safe()))
                .isEqualTo(derived ? (Object) 200 : one.typed(one.option.safe()));
        assertThat(one.get(Http2SessionOptions.nghttp2())).isEqualTo(one.typed(one.option.nghttp2()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void anOptionIsSetAlone(Case one) throws Throwable {
        Http2SessionOptions changed = one.set(Http2SessionOptions.safe(), another(one));
        for (Case other : all()) {
            boolean derived = one.option.name().equals("maxConcurrentStreams")
                    && other.option.name().equals("maxRunningExchanges");
            Object expected = other.equals(one)
                    ? another(one)
                    : derived ? (Object) Http2Limits.UNLIMITED : other.get(Http2SessionOptions.safe());
            assertThat(other.get(changed)).as("%s", other).isEqualTo(expected);
        }
        assertThat(changed).isNotEqualTo(Http2SessionOptions.safe());
        assertThat(changed.toBuilder().build()).isEqualTo(changed).hasSameHashCodeAs(changed);
        assertThat(changed.toString()).contains(one.option.name() + "=" + another(one));
    }

    @Test
    void optionsThatDifferInAnObjectAreNotEqual() {
        Http2SessionOptions safe = Http2SessionOptions.safe();
        Http2SessionMetrics metrics = new Http2SessionMetrics() {};
        assertThat(List.of(
                        safe.toBuilder().neverIndexed(NeverIndexed.NONE).build(),
                        safe.toBuilder().receiveExtension(200).build(),
                        safe.toBuilder()
                                .allocator(new UnpooledByteBufAllocator(false))
                                .build(),
                        safe.toBuilder().clock(() -> 0).build(),
                        safe.toBuilder().metrics(metrics).build()))
                .doesNotContain(safe)
                .doesNotHaveDuplicates();
        assertThat(safe.toBuilder().metrics(metrics).build())
                .isEqualTo(safe.toBuilder().metrics(metrics).build());
        assertThat(safe).isNotEqualTo(null).isNotEqualTo("safe");
        assertThat(safe.limits()).isNotEqualTo("safe");
        assertThat(safe.timeouts()).isNotEqualTo("safe");
    }

    @ParameterizedTest
    @MethodSource("ranged")
    void bothEndsOfTheRangeAreAccepted(Case one) throws Throwable {
        for (long value : new long[] {one.option.min(), one.option.max()}) {
            assertThat(one.get(one.set(Http2SessionOptions.safe(), one.typed(value))))
                    .isEqualTo(one.typed(value));
        }
    }

    @ParameterizedTest
    @MethodSource("ranged")
    void aValueBeyondEitherEndIsRefusedWithNameRangeAndValue(Case one) throws ReflectiveOperationException {
        Option option = one.option;
        int refused = 0;
        for (long value : new long[] {option.min() - 1, option.max() + 1}) {
            if (one.fitsType(value)) {
                Object typed = one.typed(value);
                String range = option.unit().equals(Option.NANOSECONDS)
                        ? "from PT0S to PT8784H"
                        : "from " + option.min() + " to " + option.max() + " " + option.unit();
                assertThat(catchThrowable(() -> one.set(Http2SessionOptions.safe(), typed)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(option.name() + " must be " + range + ": " + typed);
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void aTimeTooLongToCountInNanosecondsIsRefused() {
        assertThatThrownBy(() -> Http2Timeouts.SAFE.withIdle(Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("idle must be from PT0S to PT8784H: ");
    }

    @Test
    void noOptionIsUndeclared() {
        for (Class<?> type : List.of(Http2SessionOptions.class, Http2Limits.class, Http2Timeouts.class)) {
            assertThat(Arrays.stream(type.getDeclaredMethods())
                            .filter(getter -> Modifier.isPublic(getter.getModifiers())
                                    && !Modifier.isStatic(getter.getModifiers()))
                            .filter(getter -> getter.getParameterCount() == 0
                                    && (getter.getReturnType().isPrimitive()
                                            || getter.getReturnType() == Duration.class))
                            .map(Method::getName)
                            .filter(name -> !name.equals("hashCode")))
                    .containsExactlyInAnyOrderElementsOf(all().stream()
                            .filter(one -> one.type == type)
                            .map(Case::toString)
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 6, 1023, (1 << 30) - 1})
    void theHistoryIsAPowerOfTwo(int streams) {
        assertThatThrownBy(() -> Http2Limits.SAFE.withClosedStreamHistory(streams))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("closedStreamHistory must be 0 or a power of two: " + streams);
    }

    @Test
    void withoutChangesABuilderMakesTheSafeOptions() {
        assertThat(Http2SessionOptions.builder().build())
                .isEqualTo(Http2SessionOptions.safe().toBuilder().build());
        assertThat(Http2SessionOptions.safe().limits()).isEqualTo(Http2Limits.SAFE);
        assertThat(Http2SessionOptions.safe().timeouts()).isEqualTo(Http2Timeouts.SAFE);
        assertThat(Http2SessionOptions.safe().neverIndexed()).isSameAs(NeverIndexed.SECRETS);
        assertThat(Http2SessionOptions.nghttp2().limits()).isEqualTo(Http2Limits.NGHTTP2);
        assertThat(Http2SessionOptions.nghttp2().timeouts()).isEqualTo(Http2Timeouts.NONE);
        assertThat(Http2SessionOptions.nghttp2().neverIndexed()).isSameAs(NeverIndexed.NONE);
        assertThat(Http2SessionOptions.nghttp2()).isNotEqualTo(Http2SessionOptions.safe());
    }

    @Test
    void changesOfLimitsAndTimeoutsKeepWhatTheyDoNotName() {
        Http2SessionOptions options = Http2SessionOptions.nghttp2().toBuilder()
                .limits(limits -> limits.withMaxHeaderFields(64))
                .timeouts(timeouts -> timeouts.withIdle(Duration.ofHours(1)))
                .limits(limits -> limits.withMaxCookieFields(7))
                .build();
        assertThat(options.limits())
                .isEqualTo(Http2Limits.NGHTTP2.withMaxHeaderFields(64).withMaxCookieFields(7));
        assertThat(options.timeouts()).isEqualTo(Http2Timeouts.NONE.withIdle(Duration.ofHours(1)));
    }

    @Test
    void aSafeSessionAsksForNoMoreThanOneMebibyte() {
        Http2SessionOptions safe = Http2SessionOptions.safe();
        assertThat(safe.connectionWindowSize()).isLessThanOrEqualTo(1 << 20);
        assertThat(safe.maxHeaderListSize()).isLessThan(Http2SessionOptions.NO_LIMIT);
        assertThat(safe.maxConcurrentStreams()).isLessThan(Http2SessionOptions.NO_LIMIT);
    }

    @Test
    void extensionTypesAreThoseThatTheRfcLeavesFree() {
        Http2SessionOptions.Builder builder = Http2SessionOptions.builder();
        for (int type : new int[] {-1, 0, 9, 256}) {
            assertThatThrownBy(() -> builder.receiveExtension(type))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("extension type must be from 10 to 255: " + type);
        }
        Http2SessionOptions options =
                builder.receiveExtension(10).receiveExtension(255).build();
        assertThat(options.receivesExtension(10)).isTrue();
        assertThat(options.receivesExtension(255)).isTrue();
        assertThat(options.receivesExtension(11)).isFalse();
        assertThat(options.receivesExtension(0)).isFalse();
    }

    @Test
    void aBuilderDoesNotChangeWhatItBuilt() {
        Http2SessionOptions.Builder builder = Http2SessionOptions.builder();
        Http2SessionOptions before = builder.build();
        builder.receiveExtension(10).maxFrameSize(1 << 20).limits(limits -> limits.withMaxHeaderFields(1));
        assertThat(before).isEqualTo(Http2SessionOptions.builder().build());
    }

    @Test
    void objectsAreKeptByABuilderMadeOfOptions() {
        ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
        LongSupplier clock = () -> 42;
        NeverIndexed neverIndexed = NeverIndexed.SECRETS.plus("x-api-key");
        Http2SessionOptions options = Http2SessionOptions.builder()
                .allocator(allocator)
                .clock(clock)
                .neverIndexed(neverIndexed)
                .receiveExtension(77)
                .build();
        Http2SessionOptions copy = options.toBuilder().build();
        assertThat(copy).isEqualTo(options);
        assertThat(copy.allocator()).isSameAs(allocator);
        assertThat(copy.clock()).isSameAs(clock);
        assertThat(copy.neverIndexed()).isSameAs(neverIndexed);
        assertThat(copy.receivesExtension(77)).isTrue();
        assertThat(copy.receivesExtension(78)).isFalse();
    }

    @Test
    void whatIsNotOptionalMustNotBeNull() {
        Http2SessionOptions.Builder builder = Http2SessionOptions.builder();
        assertThatThrownBy(() -> builder.allocator(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.clock(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.neverIndexed(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.limits((Http2Limits) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.timeouts(timeouts -> null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Http2Timeouts.SAFE.withIdle(null)).isInstanceOf(NullPointerException.class);
    }

    /** A value of the range that neither preset has. */
    private static Object another(Case one) throws ReflectiveOperationException {
        Option option = one.option;
        if (option.unit().equals(Option.FLAG)) {
            return one.typed(1 - option.safe());
        }
        return one.typed(option.max() / 2);
    }
}
