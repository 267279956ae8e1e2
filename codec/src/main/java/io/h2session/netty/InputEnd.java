package io.h2session.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.lang.reflect.Method;
import java.util.Map;
import javax.net.ssl.SSLEngine;

/**
 * Recognizes the events that end the input: that of the transport (FIN), and the close_notify of TLS, for which Netty's {@code
 * SslHandler} fires an event of its own. That handler is in {@code netty-handler}, an optional dependency, so its classes are
 * not named here; they are looked up when the first event arrives.
 */
final class InputEnd {
    private InputEnd() {}

    /** Whether an event tells the handler that its input has ended. */
    static boolean isToldBy(Object event, ChannelHandlerContext context) {
        return event instanceof ChannelInputShutdownEvent || (event == Tls.CLOSE_NOTIFY && Tls.inboundDone(context));
    }

    /** The parts of {@code netty-handler} that are needed; all null if it is missing or has changed. */
    private static final class Tls {
        private static final String PACKAGE = "io.netty.handler.ssl.";

        /** {@code SslCloseCompletionEvent.SUCCESS}. The other events report a failure, which closes the channel. */
        static final Object CLOSE_NOTIFY;

        private static final Class<?> HANDLER;
        private static final Method ENGINE;

        static {
            Object closeNotify = null;
            Class<?> handler = null;
            Method engine = null;
            try {
                ClassLoader loader = InputEnd.class.getClassLoader();
                handler = Class.forName(PACKAGE + "SslHandler", false, loader);
                engine = handler.getMethod("engine");
                closeNotify = Class.forName(PACKAGE + "SslCloseCompletionEvent", true, loader)
                        .getField("SUCCESS")
                        .get(null);
            } catch (ReflectiveOperationException | LinkageError absent) {
                // Then no such event can occur.
            }
            CLOSE_NOTIFY = closeNotify;
            HANDLER = handler;
            ENGINE = engine;
        }

        /** With OpenSSL's engine the event also comes when only our own output has ended. */
        static boolean inboundDone(ChannelHandlerContext context) {
            ChannelHandler nearest = null;
            for (Map.Entry<String, ChannelHandler> one : context.pipeline()) {
                if (one.getValue() == context.handler()) {
                    break;
                }
                if (HANDLER.isInstance(one.getValue())) {
                    nearest = one.getValue();
                }
            }
            try {
                return nearest == null || ((SSLEngine) ENGINE.invoke(nearest)).isInboundDone();
            } catch (ReflectiveOperationException unknown) {
                return true;
            }
        }
    }
}
