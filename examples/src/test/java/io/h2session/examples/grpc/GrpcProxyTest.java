package io.h2session.examples.grpc;

import io.h2session.netty.Http2SessionHandlerBuilder;
import io.netty.channel.ChannelHandler;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Everything that grpc-java's client asks of our service, asked through the proxy. */
class GrpcProxyTest extends GrpcServerTest {
    @Override
    EchoServer server(UnaryOperator<Http2SessionHandlerBuilder> session, Supplier<? extends ChannelHandler> service)
            throws Exception {
        return super.server(session, service).behindProxy();
    }

    /** While a cancelled call is not yet reset at the server, the client begins another one in its place. */
    @Override
    int mostConnections() {
        return 2;
    }
}
