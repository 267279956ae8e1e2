/**
 * Tests of HTTP messages on the channel of one stream. {@code StreamTalk} plays frames to a stream and reads what its pipeline
 * fires, and {@code HttpWords} writes messages as text.
 */
package io.h2session.netty.http;
