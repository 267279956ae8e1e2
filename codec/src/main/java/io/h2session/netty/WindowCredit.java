package io.h2session.netty;

/** Gathers the window credit the application gives back, from any thread. */
final class WindowCredit {
    void give(Http2StreamHandle stream, int octets) {}
}
