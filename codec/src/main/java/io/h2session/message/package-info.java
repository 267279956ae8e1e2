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
 * <p>There are two steps. The checks that need only the bytes of a field are made once, with the tables of {@link
 * io.h2session.message.FieldBytes}, and their result is kept with the field, so that an indexed field is not checked again.
 * The checks that depend on the message (order, duplicates, direction, lengths) are made by {@link
 * io.h2session.message.InboundMessage}, and for messages to be sent by {@link io.h2session.message.OutboundRules}, which
 * applies the same rules before anything is encoded.
 */
package io.h2session.message;
