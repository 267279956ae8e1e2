/**
 * Tests of options, of bodies and of their sinks, without a session. {@code Http2SessionOptionsTest} compares the
 * declaration of each option with its Javadoc and with {@code docs/options.md}, which {@code OptionsPage} writes.
 */
package io.h2session.api;
