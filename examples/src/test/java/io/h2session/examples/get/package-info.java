/**
 * Tests of the command {@code get}: its arguments, its output and its exit codes, against {@code TestServer}.
 */
package io.h2session.examples.get;
