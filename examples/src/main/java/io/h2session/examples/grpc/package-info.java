/**
 * gRPC on streams as channels, without a gRPC library: what a framework would build on, in less than 300 lines. A call is a
 * channel; a message is a {@link io.netty.buffer.ByteBuf}, which its receiver releases; the head of a call is a {@link
 * io.h2session.hpack.HeaderList}, its end a {@link io.h2session.examples.grpc.GrpcStatus}.
 *
 * <pre>
 *   server   reads   HeaderList  ByteBuf*  event INPUT_ENDED    writes  ByteBuf*  GrpcStatus
 *   client   writes  HeaderList  ByteBuf*  shutdownOutput()     reads   ByteBuf*  GrpcStatus
 * </pre>
 *
 * <p>The protocol: "gRPC over HTTP2" of the gRPC project. Messages are not compressed.
 */
package io.h2session.examples.grpc;
