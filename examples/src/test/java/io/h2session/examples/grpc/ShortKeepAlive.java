package io.h2session.examples.grpc;

import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.lang.reflect.Field;
import java.time.Duration;

/**
 * A short time until grpc-java sends a PING. Its own setters raise the time to ten seconds, and a test needs several PINGs: it should
 * not take a minute.
 */
final class ShortKeepAlive {
    static final Duration TIME = Duration.ofMillis(100);

    private ShortKeepAlive() {}

    static NettyChannelBuilder of(NettyChannelBuilder client) {
        set(NettyChannelBuilder.class, client, "keepAliveTimeNanos");
        return client;
    }

    static NettyServerBuilder of(NettyServerBuilder server) {
        set(NettyServerBuilder.class, server, "keepAliveTimeInNanos");
        return server;
    }

    private static <T> void set(Class<T> type, T builder, String field) {
        try {
            Field time = type.getDeclaredField(field);
            time.setAccessible(true);
            time.setLong(builder, TIME.toNanos());
        } catch (ReflectiveOperationException changed) {
            throw new LinkageError("grpc-java has no " + field + " any more", changed);
        }
    }
}
