package io.h2session.examples.get;

/** What one connection serves: scheme, host and port (RFC 6454 section 4). */
record Origin(boolean tls, String host, int port) {}
