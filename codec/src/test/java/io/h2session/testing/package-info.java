/**
 * The vocabulary of tests. {@code Frames} writes the frames of a peer one after the other. {@code Talk} plays them to a
 * session and reads what it sends, and {@code Recorder} is a listener that writes down each callback as a line. {@code Wire}
 * collects the bytes that a session sends and passes them to another session. {@code Replay} plays the same input whole,
 * byte by byte and at random cuts. {@code Bench} plays long traffic without writing it down. {@code GatedChannel} and {@code
 * SlowTransport} are transports whose pace the test sets.
 */
package io.h2session.testing;
