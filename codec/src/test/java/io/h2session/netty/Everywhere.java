package io.h2session.netty;

import io.h2session.api.Http2SessionListener;
import io.h2session.frame.Frame;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/** A listener that does something at each callback, and then answers as a listener that does nothing. */
final class Everywhere {
    private static final Http2SessionListener QUIET = new Http2SessionListener() {};

    private Everywhere() {}

    /** @param deed is given the name of the callback, with the type of the frame if it is about one */
    static Http2SessionListener calling(Consumer<String> deed) {
        InvocationHandler everywhere = (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Http2SessionListener.class) {
                boolean ofFrame = arguments.length > 1 && arguments[1] instanceof Frame;
                deed.accept(method.getName() + (ofFrame ? ((Frame) arguments[1]).type() : ""));
            }
            return method.invoke(QUIET, arguments);
        };
        return (Http2SessionListener) Proxy.newProxyInstance(
                Everywhere.class.getClassLoader(), new Class<?>[] {Http2SessionListener.class}, everywhere);
    }
}
