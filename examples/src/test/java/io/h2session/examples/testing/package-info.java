/**
 * A client and a server that do in a test exactly what the test tells them to.
 */
package io.h2session.examples.testing;
