/**
 * Tests of ALPN, prior knowledge and Upgrade, on embedded channels and with real TLS engines. {@code ReadmeTest} contains
 * the code of the README, compiles it and runs it.
 */
package io.h2session.netty.negotiation;
