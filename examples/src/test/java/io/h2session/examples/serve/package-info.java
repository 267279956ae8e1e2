/**
 * Tests of the command {@code serve}: files, echo, HTTP/1.1, shutdown and shortage of descriptors, with {@code TestClient}.
 */
package io.h2session.examples.serve;
