/**
 * An HTTP/2 session engine and a Netty handler around it.
 *
 * <p>Exported is what applications use; every other package may change in any release. The engine needs Netty's buffers, the
 * handler also its transport. TLS and ALPN need {@code io.netty.handler}; {@code io.h2session.netty.http} and HTTP/1.1 beside
 * HTTP/2, and the inspector, need {@code io.netty.codec.http}; {@code io.h2session.netty.compat} needs {@code io.netty.codec.http2}. These three are
 * optional: a module that uses them requires them itself. So is {@code jdk.jfr}, which {@code io.h2session.jfr} needs.
 *
 * <p>The names are the same in Netty 4.1, whose jars are automatic modules, and 4.2. {@code io.netty.codec} is in the jar
 * {@code netty-codec} of 4.1 and in {@code netty-codec-base} of 4.2.
 */
module io.h2session {
    requires transitive io.netty.buffer;
    requires transitive io.netty.common;
    requires transitive io.netty.transport;
    requires io.netty.codec;
    requires static com.aayushatharva.brotli4j;
    requires static com.github.luben.zstd_jni;
    requires static io.netty.codec.http;
    requires static io.netty.codec.http2;
    requires static io.netty.handler;
    requires static jdk.jfr;
    requires static org.jspecify;

    exports io.h2session;
    exports io.h2session.api;
    exports io.h2session.frame;
    exports io.h2session.hpack;
    exports io.h2session.jfr;
    exports io.h2session.netty;
    exports io.h2session.netty.channel;
    exports io.h2session.netty.client;
    exports io.h2session.netty.compat;
    exports io.h2session.netty.http;
    exports io.h2session.netty.inspect;
    exports io.h2session.netty.negotiation;
    exports io.h2session.netty.pool;
    exports io.h2session.priority;
}
