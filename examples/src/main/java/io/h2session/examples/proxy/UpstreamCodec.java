package io.h2session.examples.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;

/**
 * HTTP/1.1 to an upstream server, one request at a time. Unlike Netty's {@code HttpClientCodec} it tells whether bytes are left that
 * belong to no answer: a connection with such bytes must not be used again, they would be taken for the next one's.
 */
final class UpstreamCodec extends CombinedChannelDuplexHandler<UpstreamCodec.Decoder, HttpRequestEncoder> {
    private HttpMethod asked;

    UpstreamCodec(HttpDecoderConfig config) {
        init(new Decoder(config), new HttpRequestEncoder());
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpRequest request) {
            asked = request.method();
        }
        super.write(context, message, promise);
    }

    /** Whether bytes were received that belong to no answer. */
    boolean hasLeftovers() {
        return inboundHandler().leftovers() > 0;
    }

    /** Knows that the answer to HEAD has no content. */
    final class Decoder extends HttpResponseDecoder {
        Decoder(HttpDecoderConfig config) {
            super(config);
        }

        int leftovers() {
            return actualReadableBytes();
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage message) {
            int status = ((HttpResponse) message).status().code();
            return (status / 100 != 1 && HttpMethod.HEAD.equals(asked)) || super.isContentAlwaysEmpty(message);
        }
    }
}
