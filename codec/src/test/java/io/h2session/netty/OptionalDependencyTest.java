package io.h2session.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.resolver.AddressResolver;
import io.netty.util.AsciiString;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The handler where Netty's {@code netty-handler} and {@code netty-codec-http} are not on the class path. */
class OptionalDependencyTest {
    /** Runs in a class loader of its own; public, so that it can be made from outside. */
    public static final class Exchange implements Runnable {
        @Override
        public void run() {
            Events events = new Events();
            EmbeddedChannel channel =
                    new EmbeddedChannel(Http2SessionHandler.forServer().build(), events);
            channel.pipeline().fireUserEventTriggered("not an event of Netty's");
            check(channel.isOpen(), "an unknown event changes nothing");
            channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            channel.runPendingTasks();
            check(!channel.isOpen(), "the end of the input ends the session");
            check(events.exceptions.isEmpty(), "nothing was thrown");
            check(events.of(Http2SessionEvent.SessionEnded.class).size() == 1, "it is told");
            channel.finishAndReleaseAll();
        }

        private static void check(boolean right, String what) {
            if (!right) {
                throw new IllegalStateException("not so: " + what);
            }
        }
    }

    /** Where the classes come from that the handler cannot do without, and this test's. */
    private static URL[] classPath() {
        return Stream.of(
                        OptionalDependencyTest.class,
                        Http2SessionHandler.class,
                        ByteBuf.class,
                        AsciiString.class,
                        Channel.class,
                        AddressResolver.class,
                        UnsupportedMessageTypeException.class)
                .map(one -> one.getProtectionDomain().getCodeSource().getLocation())
                .distinct()
                .toArray(URL[]::new);
    }

    @Test
    void theHandlerWorksWithoutThem() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> loader.loadClass("io.netty.handler.ssl.SslHandler"))
                    .isInstanceOf(ClassNotFoundException.class);
            assertThatThrownBy(() -> loader.loadClass("io.netty.handler.codec.http.HttpServerCodec"))
                    .isInstanceOf(ClassNotFoundException.class);

            Class<?> exchange = loader.loadClass(Exchange.class.getName());
            assertThat(exchange).isNotSameAs(Exchange.class);
            ((Runnable) exchange.getConstructor().newInstance()).run();
        }
    }
}
