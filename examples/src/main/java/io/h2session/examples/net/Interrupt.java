package io.h2session.examples.net;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * Handles Ctrl-C and termination by the system. By default Java runs its shutdown hooks at the first signal and ignores the
 * second. {@code sun.misc.Signal} can change that. It is in a module that a Java runtime may not have, so it is looked up by name.
 * Without it the second signal stays ignored.
 */
public final class Interrupt {
    /** The exit status of a program that a signal ended is this plus the number of the signal. */
    private static final int BY_SIGNAL = 128;

    private static final String[] SIGNALS = {"INT", "TERM"};

    private Interrupt() {}

    /**
     * Installs the handler. The first signal runs {@code first}, and the program exits with its shutdown hooks. The second signal
     * runs {@code second}, and the program ends at once without them.
     *
     * @return false if signals cannot be handled in this runtime; then only the shutdown hooks run
     */
    public static boolean handle(Runnable first, Runnable second) {
        AtomicBoolean interrupted = new AtomicBoolean();
        IntConsumer action = status -> {
            if (interrupted.compareAndSet(false, true)) {
                first.run();
                System.exit(status);
            } else {
                second.run();
                Runtime.getRuntime().halt(status);
            }
        };
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Method number = signal.getMethod("getNumber");
            InvocationHandler ours = (proxy, method, arguments) -> {
                if (method.getDeclaringClass() == handler) {
                    action.accept(BY_SIGNAL + (int) number.invoke(arguments[0]));
                    return null;
                }
                return method.invoke(action, arguments);
            };
            Object proxy = Proxy.newProxyInstance(Interrupt.class.getClassLoader(), new Class<?>[] {handler}, ours);
            for (String name : SIGNALS) {
                Object one = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, handler).invoke(null, one, proxy);
            }
            return true;
        } catch (ReflectiveOperationException unheard) {
            return false;
        }
    }
}
