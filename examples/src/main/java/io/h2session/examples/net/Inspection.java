package io.h2session.examples.net;

import io.h2session.netty.inspect.Http2Inspector;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** The options of every command that can show its sessions on a page, and that page. */
public final class Inspection {
    @Option(
            names = "--inspect",
            paramLabel = "PORT",
            arity = "0..1",
            fallbackValue = "0",
            description =
                    "Show the live HTTP/2 sessions on a page of this port, on 127.0.0.1 only; a free port unless given.")
    private Integer port;

    @Option(
            names = "--inspect-values",
            description = "Show values of header fields there, too, except those of cookies, credentials and tokens.")
    private boolean values;

    private Http2Inspector inspector;

    /** The inspector; null if the page was not asked for. */
    public Http2Inspector inspector() {
        return inspector;
    }

    /** What is wrong with the option; null for nothing. */
    public String complaint() {
        return port == null || (port >= 0 && port <= 65535) ? null : "--inspect must be from 0 to 65535";
    }

    /**
     * Listens, if the page was asked for, and says where, or why not. The page has an event loop of its own, so that it shows even
     * what blocks the others.
     *
     * @return false if it cannot listen
     */
    public boolean listen(PrintWriter out, PrintWriter err) {
        if (port == null) {
            return true;
        }
        inspector = Http2Inspector.builder().headerValues(values).build();
        Transport transport = Transport.best();
        EventLoopGroup loop = transport.eventLoops(1);
        try {
            Channel listening = inspector
                    .listen(new ServerBootstrap().group(loop).channel(transport.serverChannel()), port)
                    .sync()
                    .channel();
            int actual = ((InetSocketAddress) listening.localAddress()).getPort();
            out.println("inspector on http://127.0.0.1:" + actual + "/");
            return true;
        } catch (Exception notListening) {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            err.println("h2session: the inspector cannot listen on 127.0.0.1:" + port + ": " + Reason.of(notListening));
            return false;
        }
    }
}
