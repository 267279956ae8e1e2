package io.h2session.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.frame.DataFrame;
import io.h2session.frame.Frame;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallbacksTest {
    private static final Frame DATA = new DataFrame(1, 0, 10, 0);

    static Method[] calls() {
        return Arrays.stream(Callbacks.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .toArray(Method[]::new);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void whateverTheApplicationThrowsIsCaughtWhereItIsCalled(Method call) throws IllegalAccessException {
        Throwable thrown = new IllegalStateException("of the application");
        Callbacks callbacks = new Callbacks(throwing(Http2SessionListener.class, thrown), null);
        Object[] arguments = new Object[call.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            Class<?> type = call.getParameterTypes()[i];
            arguments[i] = type == DataSource.class ? throwing(DataSource.class, thrown) : type == int.class ? 1 : null;
            arguments[i] = type == long.class ? Long.valueOf(1) : arguments[i];
        }
        Throwable caught = null;
        try {
            call.invoke(callbacks, arguments);
        } catch (InvocationTargetException exception) {
            caught = exception.getCause();
        }
        assertThat(caught).isInstanceOf(CallbackFailure.class).hasCause(thrown);
        assertThat(caught.getStackTrace()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"10,20,9", "10,20,21", "10,10,-1", "10,20,2147483647"})
    void paddingOutOfRangeIsTheApplicationsFault(int length, int max, int answer) {
        Callbacks callbacks = new Callbacks(
                new Http2SessionListener() {
                    @Override
                    public int selectPadding(Http2SessionContext session, Frame frame, int length, int max) {
                        return answer;
                    }
                },
                null);
        CallbackFailure failure =
                catchThrowableOfType(CallbackFailure.class, () -> callbacks.selectPadding(DATA, length, max));
        assertThat(failure).hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThat(failure.getCause()).hasMessageContaining(Integer.toString(answer));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void aReadLengthOfNothingIsTheApplicationsFault(int answer) {
        Callbacks callbacks = new Callbacks(
                new Http2SessionListener() {
                    @Override
                    public int dataReadLength(
                            Http2SessionContext session,
                            int streamId,
                            int connectionWindow,
                            int streamWindow,
                            int peerMaxFrameSize) {
                        return answer;
                    }
                },
                null);
        CallbackFailure failure =
                catchThrowableOfType(CallbackFailure.class, () -> callbacks.dataReadLength(1, 100, 100, 16_384));
        assertThat(failure).hasRootCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBodyThatAnswersNothingIsTheApplicationsFault() {
        Callbacks callbacks = new Callbacks(new Http2SessionListener() {}, null);
        DataSource silent = new DataSource() {
            @Override
            public DataResult read(int streamId, int maxLength, BodySink sink) {
                return null;
            }
        };
        CallbackFailure failure =
                catchThrowableOfType(CallbackFailure.class, () -> callbacks.read(silent, 1, 100, null));
        assertThat(failure).hasRootCauseInstanceOf(NullPointerException.class);
    }

    @Test
    void closingNoBodyIsNothing() {
        new Callbacks(new Http2SessionListener() {}, null).close(null);
        assertThat(calls()).isNotEmpty();
    }

    private static <T> T throwing(Class<T> type, Throwable thrown) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            throw thrown;
        }));
    }
}
