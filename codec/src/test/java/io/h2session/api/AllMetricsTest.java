package io.h2session.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Metrics that pass each call on to several others. */
class AllMetricsTest {
    static Stream<Method> calls() {
        return Arrays.stream(Http2SessionMetrics.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void everyCallReachesEveryPartInOrderWithItsArguments(Method call) throws ReflectiveOperationException {
        List<String> told = new ArrayList<>();
        Http2SessionMetrics all =
                Http2SessionMetrics.all(part("first", told), new Http2SessionMetrics() {}, part("second", told));
        Object[] arguments = arguments(call);
        call.invoke(all, arguments);
        String what = call.getName() + Arrays.toString(arguments);
        assertThat(told).containsExactly("first " + what, "second " + what);
    }

    private static Http2SessionMetrics part(String name, List<String> told) {
        return (Http2SessionMetrics) Proxy.newProxyInstance(
                AllMetricsTest.class.getClassLoader(),
                new Class<?>[] {Http2SessionMetrics.class},
                (proxy, method, arguments) -> {
                    told.add(name + " " + method.getName() + Arrays.toString(arguments));
                    return null;
                });
    }

    /** Different ones, so that none can stand in another's place. */
    private static Object[] arguments(Method call) {
        Object[] arguments = new Object[call.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            Class<?> type = call.getParameterTypes()[i];
            if (type == int.class) {
                arguments[i] = 10 + i;
            } else if (type == long.class) {
                arguments[i] = 100L + i;
            } else if (type == boolean.class) {
                arguments[i] = true;
            } else if (type == String.class) {
                arguments[i] = "text " + i;
            } else if (type.isEnum()) {
                arguments[i] = type.getEnumConstants()[0];
            }
        }
        return arguments;
    }
}
