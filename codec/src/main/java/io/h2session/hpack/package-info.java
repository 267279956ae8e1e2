/**
 * HPACK, the header compression of HTTP/2 (RFC 7541): header blocks to header fields and back. It can be used without a
 * session.
 *
 * <pre>
 *            header block                                             header block
 *                 │                                                        ▲
 *            HpackDecoder ── HuffmanDecoder          HuffmanEncoder ── HpackEncoder ── Indexing (what to index)
 *                 │  └────────── StaticTable, DynamicTable ──────────────┘ │   ├────── FieldIndex (where it is)
 *                 ▼                                                        │   └────── RepeatedBlock (the same list again)
 *            HeaderField ─────────────► HeaderList ────────────────────────┘
 * </pre>
 *
 * <p>A {@link io.h2session.hpack.HeaderField} is immutable and shared: an indexed field is the object in the table, and
 * a field handed to the encoder becomes an entry of its table. Everything works on {@code byte[]}.
 */
@NullMarked
package io.h2session.hpack;

import org.jspecify.annotations.NullMarked;
