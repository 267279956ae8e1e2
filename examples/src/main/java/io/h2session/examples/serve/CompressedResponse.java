package io.h2session.examples.serve;

import io.h2session.netty.http.StreamCompressor;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;

/** A response that is compressed on its way out, with a coding that its client accepts. */
final class CompressedResponse {
    private final ChannelHandlerContext compressor;

    private CompressedResponse(ChannelHandlerContext compressor) {
        this.compressor = compressor;
    }

    /**
     * Puts a compressor before the handler of requests, and shows it the request. The handler is shown the request a second time by
     * that.
     *
     * @param codec the handler that the requests come from
     */
    static CompressedResponse begin(ChannelHandlerContext context, ChannelHandlerContext codec, HttpRequest request) {
        StreamCompressor compressor = StreamCompressor.ofResponses();
        context.pipeline().addBefore(context.name(), null, compressor);
        codec.fireChannelRead(request);
        return new CompressedResponse(context.pipeline().context(compressor));
    }

    /** The whole response was written. */
    void end() {
        compressor.pipeline().remove(compressor.handler());
    }
}
