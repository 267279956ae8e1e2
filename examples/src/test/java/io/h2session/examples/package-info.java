/**
 * Tests of the programs from end to end: {@code get} against {@code serve}, over sockets on port 0 of 127.0.0.1.
 */
package io.h2session.examples;
