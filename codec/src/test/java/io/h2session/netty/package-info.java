/**
 * Tests of the handler. {@code SessionPair} connects a client and a server on embedded channels, and the test moves the
 * bytes between them. {@code Conversation} lets them exchange messages of every kind while one of them does a {@code Deed},
 * such as closing the channel, at each possible moment. {@link io.h2session.testing.GatedChannel} decides how many bytes its
 * transport accepts, and its time passes only when the test advances it. {@code SocketTest} and a few others use real
 * sockets on port 0 of 127.0.0.1.
 */
package io.h2session.netty;
