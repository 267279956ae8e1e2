package io.h2session.examples.net;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * What happens at Ctrl-C and at a termination by the system. By itself Java runs its shutdown hooks at the first one and is
 * deaf to the second. The class that can change that, {@code sun.misc.Signal}, is in a module that a Java runtime need not
 * have, so it is looked up; without it the second one stays unheard.
 */
public final class Interrupt {
    /** A shell says by this and the number of the signal what ended a program. */
    private static final int BY_SIGNAL = 128;

    private static final String[] SIGNALS = {"INT", "TERM"};

    private Interrupt() {}

    /**
     * From now on: at the first signal {@code first} runs and the program exits, shutdown hooks included; at the second one
     * {@code second} runs and the program ends at once, without them.
     *
     * @return false if signals cannot be heard here: then only the shutdown hooks run
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
