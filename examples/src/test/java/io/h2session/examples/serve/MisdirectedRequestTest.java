package io.h2session.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.net.TlsSetup;
import io.h2session.examples.net.Transport;
import io.h2session.examples.net.Watch;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.negotiation.Http2Negotiation;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client of {@code serve --tls} that names one server in the handshake and asks for another. */
@Timeout(180)
class MisdirectedRequestTest {
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private final class Statuses extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2SessionEvent.Headers headers) {
                answers.add(headers.headers().value(":status").toString());
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {}
    }

    private String ask(Channel client, String authority) throws Exception {
        HeaderList request =
                HeaderList.of(":method", "GET", ":scheme", "https", ":authority", authority, ":path", "/hello");
        client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), request));
        return answers.poll(60, TimeUnit.SECONDS);
    }

    @Test
    void isToldSoAndNotCounted() throws Exception {
        Server server = Server.start(new Server.Settings(
                "127.0.0.1",
                0,
                Pages.builtIn(),
                TlsSetup.selfSignedServer(),
                false,
                1,
                100,
                Watch.NONE,
                System.err,
                false));
        SslContext tls = TlsSetup.insecureClient();
        EventLoopGroup loop = Transport.best().eventLoops(1);
        try {
            Channel client = new Bootstrap()
                    .group(loop)
                    .channel(Transport.best().channel())
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            Http2Negotiation.forClient()
                                    .http2(pipeline -> pipeline.addLast(
                                            Http2SessionHandler.forClient().build(), new Statuses()))
                                    .build()
                                    .overTls(
                                            channel.pipeline(),
                                            tls.newHandler(channel.alloc(), "first.example", server.port()))
                                    .addListener(done -> answers.add(done.isSuccess() ? "ready" : "failed"));
                        }
                    })
                    .connect("127.0.0.1", server.port())
                    .sync()
                    .channel();
            assertThat(answers.poll(60, TimeUnit.SECONDS)).isEqualTo("ready");

            assertThat(ask(client, "second.example")).isEqualTo("421");
            assertThat(ask(client, "first.example")).isEqualTo("200");
            assertThat(ask(client, "localhost:" + server.port())).isEqualTo("200");
            client.close().sync();
        } finally {
            server.close();
            loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
        assertThat(server.requests()).hasToString("2 requests: 2 answered, 0 given up by clients, 0 lost");
    }
}
