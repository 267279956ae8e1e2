/**
 * Tests of streams as channels, on pairs of embedded channels. {@code StreamLog} records what a child channel fires, and
 * {@code StreamsEnd} is one end of a connection with its streams.
 */
package io.h2session.netty.channel;
