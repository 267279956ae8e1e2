package io.h2session.benchmarks;

/** Whose server it is. */
public enum Contestant {
    /** {@link io.h2session.Http2Session} with a listener. */
    ENGINE,
    /** {@code Http2SessionHandler} with its events and writes. */
    HANDLER,
    /** netty-codec-http2's {@code Http2ConnectionHandler} with a listener. */
    NETTY_LISTENER,
    /** netty-codec-http2's {@code Http2FrameCodec}. */
    NETTY_FRAME_CODEC;

    /** A new connection to it. */
    Server connect(Shape shape) {
        return switch (this) {
            case ENGINE -> new EngineServer(shape);
            case HANDLER -> HandlerServer.connect(shape);
            case NETTY_LISTENER -> NettyListenerServer.connect(shape);
            case NETTY_FRAME_CODEC -> NettyFrameCodecServer.connect(shape);
        };
    }
}
