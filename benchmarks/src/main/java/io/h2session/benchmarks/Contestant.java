package io.h2session.benchmarks;

/** Whose server it is. */
public enum Contestant {
    /** {@link io.h2session.Http2Session} with a listener. */
    ENGINE,
    /** {@code Http2SessionHandler} with its events and writes. */
    HANDLER,
    /** netty-codec-http2's {@code Http2ConnectionHandler} with a listener. */
    NETTY_LISTENER,
    /** {@code StreamChannel}s with the handler's events and writes. */
    STREAM_CHANNEL,
    /** {@code StreamHandler}s: streams without a channel. */
    STREAM_HANDLER,
    /** {@code StreamChannel}s with {@code HttpStreamCodec}: HTTP objects. */
    STREAM_HTTP,
    /** netty-codec-http2's {@code Http2FrameCodec}. */
    NETTY_FRAME_CODEC,
    /** netty-codec-http2's {@code Http2MultiplexHandler}. */
    NETTY_MULTIPLEX,
    /** netty-codec-http2's {@code Http2StreamFrameToHttpObjectCodec} on the channels of its {@code Http2MultiplexHandler}. */
    NETTY_HTTP;

    /** A new connection to it. */
    Server connect(Shape shape) {
        return switch (this) {
            case ENGINE -> new EngineServer(shape);
            case HANDLER -> HandlerServer.connect(shape);
            case NETTY_LISTENER -> NettyListenerServer.connect(shape);
            case STREAM_CHANNEL -> StreamServer.withChannels(shape);
            case STREAM_HANDLER -> StreamServer.withHandlers(shape);
            case STREAM_HTTP -> StreamServer.withHttpObjects(shape);
            case NETTY_MULTIPLEX -> NettyMultiplexServer.connect(shape);
            case NETTY_HTTP -> NettyMultiplexServer.withHttpObjects(shape);
            case NETTY_FRAME_CODEC -> NettyFrameCodecServer.connect(shape);
        };
    }
}
