/** TLS, ALPN and HTTP objects: what the codec leaves to those who want it. */
module com.example.full {
    requires io.h2session;
    requires io.netty.codec.http;
    requires io.netty.handler;
}
