package io.h2session.netty.channel;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandler;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.net.SocketAddress;
import java.util.Set;

/**
 * The events and operations of a pipeline, a bit for each, and which of them a class of handlers takes part in. A method that is
 * inherited from one of Netty's adapters only passes on, so that its handler can be left out.
 */
final class HandlerEvents {
    static final int REGISTERED = 1;
    static final int UNREGISTERED = 1 << 1;
    static final int ACTIVE = 1 << 2;
    static final int INACTIVE = 1 << 3;
    static final int READ = 1 << 4;
    static final int READ_COMPLETE = 1 << 5;
    static final int USER_EVENT = 1 << 6;
    static final int WRITABILITY = 1 << 7;

    /** All that handlers of what is received are told. */
    static final int INBOUND = (1 << 8) - 1;

    /** Handlers of both directions are told of exceptions. */
    static final int EXCEPTION = 1 << 8;

    static final int BIND = 1 << 9;
    static final int CONNECT = 1 << 10;
    static final int DISCONNECT = 1 << 11;
    static final int CLOSE = 1 << 12;
    static final int DEREGISTER = 1 << 13;
    static final int BEGIN_READ = 1 << 14;
    static final int WRITE = 1 << 15;
    static final int FLUSH = 1 << 16;

    /** All that handlers of what is sent are asked. */
    static final int OUTBOUND = (1 << 17) - (1 << 9);

    private static final Class<?> CONTEXT = ChannelHandlerContext.class;
    private static final Class<?> PROMISE = ChannelPromise.class;
    private static final Class<?> ADDRESS = SocketAddress.class;

    private static final Set<Class<?>> ADAPTERS = Set.of(
            ChannelHandlerAdapter.class,
            ChannelInboundHandlerAdapter.class,
            ChannelOutboundHandlerAdapter.class,
            ChannelDuplexHandler.class);

    private static final ClassValue<Integer> OF_CLASS = new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> type) {
            return compute(type);
        }
    };

    private HandlerEvents() {}

    /** What handlers of a class take part in. */
    static int of(Class<? extends ChannelHandler> type) {
        return OF_CLASS.get(type);
    }

    private static int compute(Class<?> type) {
        int events = handled(type, EXCEPTION, "exceptionCaught", CONTEXT, Throwable.class);
        if (ChannelInboundHandler.class.isAssignableFrom(type)) {
            events |= handled(type, REGISTERED, "channelRegistered", CONTEXT)
                    | handled(type, UNREGISTERED, "channelUnregistered", CONTEXT)
                    | handled(type, ACTIVE, "channelActive", CONTEXT)
                    | handled(type, INACTIVE, "channelInactive", CONTEXT)
                    | handled(type, READ, "channelRead", CONTEXT, Object.class)
                    | handled(type, READ_COMPLETE, "channelReadComplete", CONTEXT)
                    | handled(type, USER_EVENT, "userEventTriggered", CONTEXT, Object.class)
                    | handled(type, WRITABILITY, "channelWritabilityChanged", CONTEXT);
        }
        if (ChannelOutboundHandler.class.isAssignableFrom(type)) {
            events |= handled(type, BIND, "bind", CONTEXT, ADDRESS, PROMISE)
                    | handled(type, CONNECT, "connect", CONTEXT, ADDRESS, ADDRESS, PROMISE)
                    | handled(type, DISCONNECT, "disconnect", CONTEXT, PROMISE)
                    | handled(type, CLOSE, "close", CONTEXT, PROMISE)
                    | handled(type, DEREGISTER, "deregister", CONTEXT, PROMISE)
                    | handled(type, BEGIN_READ, "read", CONTEXT)
                    | handled(type, WRITE, "write", CONTEXT, Object.class, PROMISE)
                    | handled(type, FLUSH, "flush", CONTEXT);
        }
        return events;
    }

    private static int handled(Class<?> type, int event, String method, Class<?>... parameters) {
        try {
            return ADAPTERS.contains(type.getMethod(method, parameters).getDeclaringClass()) ? 0 : event;
        } catch (ReflectiveOperationException hidden) {
            return event;
        }
    }
}
