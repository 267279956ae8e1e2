/**
 * Tests of ALPN, prior knowledge and Upgrade, on embedded channels and with real TLS engines. {@code
 * NegotiationDocumentTest} contains the code of the document, compiles it and runs it.
 */
package io.h2session.netty.negotiation;
