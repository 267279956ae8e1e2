/**
 * Streams (RFC 9113 section 5.1): the states and what moves them as one table, the stream, the table of live streams and
 * the history of past ones.
 *
 * <pre>
 *   StreamEvent    (state, event) ──► state, or the error
 *   Stream         the state of a live stream
 *   StreamTable    id ──► Stream, and all of them in the order of creation
 *   StreamHistory  id of a past stream ──► how it ended
 * </pre>
 */
package io.h2session.stream;
