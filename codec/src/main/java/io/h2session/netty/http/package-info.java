/**
 * HTTP messages on streams: Netty's {@code HttpObject}s, as its HTTP/1.1 codecs give and take them, on the events and writes of one
 * stream (RFC 9113 section 8, RFC 9110). Needs Netty's {@code netty-codec-http}; nothing else in this library does.
 *
 * <pre>
 *   StreamChannel's pipeline ── Headers, Data ──► HttpStreamCodec ──► HttpRequest, HttpResponse, HttpContent, LastHttpContent
 *                            ◄── Http2SessionWrite ──┘     └◄── the same
 *
 *   HttpStreamCodec    one for each stream
 *     IncomingMessages   events become objects; what would be read in two ways as HTTP/1.1 resets the stream
 *     OutgoingMessages   objects become writes, in the order of a message; what is malformed fails and is not sent
 *   HttpStreamMessages   the same, one message at a time, for a StreamHandler: without a pipeline
 *   IncomingHead       a header list becomes a request or a response
 *   OutgoingFields     header fields become a header list (RFC 9113 sections 8.2.2 and 8.2.3)
 *   RequestTarget      the four forms of a request's target (RFC 9112 section 3.2)
 *   FieldHeaders       HttpHeaders on the very fields that were received
 *   FileRegionSource   a file as content
 *
 *   BoundedDecompressor  inflates what is read, within DecompressionLimits
 *   StreamCompressor     compresses what is written, as CompressionOptions and the client say
 *     ContentCoding        gzip, deflate, br, zstd: a ContentDecoder and a ContentEncoder each
 *
 *   WebSocketServerHandler, WebSocketClientHandler   agree on a WebSocket (RFC 8441), then make room for
 *     WebSocketPipeline                              Netty's codecs of frames, and what ends them
 * </pre>
 */
@NullMarked
package io.h2session.netty.http;

import org.jspecify.annotations.NullMarked;
