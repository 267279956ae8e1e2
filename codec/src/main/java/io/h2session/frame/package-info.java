/**
 * Bytes to frames and back: RFC 9113 sections 4 and 6, with PRIORITY_UPDATE (RFC 9218 section 7.1), ALTSVC (RFC 7838
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
 *   in:    bytes ──► FrameReader ──► FrameSink            one call per finding, primitive arguments
 *                      ├─ HeaderReader                    the 9 bytes above, judged by FrameRules and FrameLimits
 *                      ├─ PrefixReader                    Pad Length, priority, promised stream; PING, RST_STREAM, ...
 *                      └─ DataReader, HeaderBlockReader, SettingsReader, GoAwayReader, ExtensionReader
 *   out:   FrameWriter ──► bytes                          one static method per type
 *   value: Frame                                          a sealed family of records, for callbacks and queues
 * </pre>
 *
 * <p>This package knows what a frame looks like. It knows nothing of what a frame does: no stream states, windows or header
 * fields. The reader refuses only what the frame itself and the open header block show to be wrong.
 */
@NullMarked
package io.h2session.frame;

import org.jspecify.annotations.NullMarked;
