/**
 * Tests of the pool of connections. {@code Origin} is a server that a pool connects to, with embedded channels and a time that passes when
 * a test says so; {@code OriginConnection} is one connection to it.
 */
package io.h2session.netty.pool;
