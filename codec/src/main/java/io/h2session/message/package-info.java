/**
 * What makes a request or a response well formed (RFC 9113 section 8), apart from streams, frames and sockets.
 *
 * <pre>
 *            begins           fields, in order           ends
 *   block ─ beginBlock ─►  field, field, field ...  ─► endBlock ─► data, data ... ─► endStream
 *              │                   │                       │             │               │
 *          BlockKind          FieldVerdict              well formed?   too much?      too little?
 *
 *   server:  INITIAL ─ request ─► BODY ─ trailers or END_STREAM ─► ENDED
 *   client:  INITIAL ─ 1xx ─► AFTER_INFORMATIONAL ─ final ─► BODY ─ trailers or END_STREAM ─► ENDED
 *                                 └── 1xx ──┘
 * </pre>
 *
 * <p>Judging is done in two steps. What can be said of a field alone, by its octets, is said once by
 * {@link io.h2session.message.FieldRules}' tables and kept with the field, so that an indexed field is not looked at
 * again. What depends on the message (order, duplicates, direction, lengths) is said by
 * {@link io.h2session.message.InboundMessage}, and for our own messages by {@link io.h2session.message.OutboundRules},
 * which applies the same table before an octet is encoded.
 */
package io.h2session.message;
