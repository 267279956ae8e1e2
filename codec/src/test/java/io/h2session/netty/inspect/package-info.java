/**
 * Tests of the inspector. {@code Observed} has an inspector, connections between a client and a server that it observes, on embedded
 * channels, and browsers that ask for its page; time passes when the test says so. {@code ListeningTest} uses a real socket.
 */
package io.h2session.netty.inspect;
