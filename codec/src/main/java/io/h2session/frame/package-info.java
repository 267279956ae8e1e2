/**
 * Octets to frames and back: RFC 9113 sections 4 and 6, with PRIORITY_UPDATE (RFC 9218 section 7.1), ALTSVC (RFC 7838
 * section 4), ORIGIN (RFC 8336 section 2) and frames of unknown types.
 *
 * <pre>
 *   +-----------------------------------------------+
 *   |                 Length (24)                   |
 *   +---------------+---------------+---------------+
 *   |   Type (8)    |   Flags (8)   |
 *   +-+-------------+---------------+-------------------------------+
 *   |R|                 Stream Identifier (31)                      |
 *   +=+=============================================================+
 *   |                   Frame Payload (Length) ...
 *   +---------------------------------------------------------------+
 *
 *   in:   octets ──► FrameReader ──► FrameSink            one call per finding, primitive arguments
 *   out:  FrameWriter ──► octets                          one static method per type
 *   told: Frame                                           a sealed family of records, for callbacks and queues
 * </pre>
 *
 * <p>This package knows what a frame looks like and nothing of what it does: no stream states, windows or header
 * fields. The reader's verdicts are those that need only the frame itself and the open header block.
 */
package io.h2session.frame;
