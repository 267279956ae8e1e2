/**
 * HPACK, the header compression of HTTP/2 (RFC 7541): header blocks to header fields and back. Needs no session.
 *
 * <pre>
 *            header block                                             header block
 *                 │                                                        ▲
 *            HpackDecoder ── HuffmanDecoder          HuffmanEncoder ── HpackEncoder ── Indexing (what to index)
 *                 │  └────────── StaticTable, DynamicTable ──────────────┘ │   └────── FieldIndex (where it is)
 *                 ▼                                                        │
 *            HeaderField ─────────────► HeaderList ────────────────────────┘
 * </pre>
 *
 * <p>A {@link io.h2session.hpack.HeaderField} is immutable and shared: an indexed field is the table's own object, a
 * field handed to the encoder becomes its table entry. Everything works on {@code byte[]}.
 */
package io.h2session.hpack;
