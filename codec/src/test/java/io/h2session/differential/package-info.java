/**
 * Comparison with libnghttp2. A {@code Tape} is a scenario in text form. Recordings contain the tape and the {@code Trace}
 * of libnghttp2: each callback, result and sent byte. {@code DifferentialTest} plays every recorded tape to a session with
 * {@code Http2SessionOptions.nghttp2()} and compares the traces. {@code Departure} lists where they may differ, by the names
 * in {@code codec/DEPARTURES.md}. {@code RandomTapeTest} plays random tapes in pieces of any size; {@code LiveComparison}
 * compares with an installed libnghttp2.
 */
package io.h2session.differential;
