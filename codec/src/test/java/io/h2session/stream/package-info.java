/**
 * Tests of the table of states cell by cell and by the symmetry of its two ends, of the table of streams, and of the history
 * of closed streams.
 */
package io.h2session.stream;
