/**
 * Streams (RFC 9113 section 5.1): the states and what moves them as one table, the stream, the table of live streams and
 * the memory of past ones.
 *
 * <pre>
 *   StreamEvent    (state, event) ──► state, or whose fault it is
 *   Stream         one object for all there is to know about a live stream
 *   StreamTable    number ──► Stream, and all of them in the order they came
 *   StreamHistory  number of a past stream ──► how it ended
 * </pre>
 */
package io.h2session.stream;
