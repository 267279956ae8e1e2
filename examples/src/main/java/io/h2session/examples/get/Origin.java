package io.h2session.examples.get;

/** The scheme, host and port that one connection serves (RFC 6454 section 4). */
public record Origin(boolean tls, String host, int port) {}
