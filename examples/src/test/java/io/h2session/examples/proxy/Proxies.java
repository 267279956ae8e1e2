package io.h2session.examples.proxy;

import io.h2session.examples.net.Watch;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Proxies as tests need them. */
final class Proxies {
    private static final Via VIA = Via.of("here");

    private Proxies() {}

    static Proxy to(Upstreaming... upstreams) throws Exception {
        return to(60, Stream.of(upstreams).map(Upstreaming::address).toArray(UpstreamAddress[]::new));
    }

    /** To one server that has this time until a connection to it can be used. */
    static Proxy to(Duration connectTimeout, UpstreamAddress upstream) throws Exception {
        return Proxy.start(settings(connectTimeout, 60, false, null, List.of(upstream)));
    }

    static Proxy to(int timeoutSeconds, UpstreamAddress... upstreams) throws Exception {
        return Proxy.start(settings(timeoutSeconds, false, null, List.of(upstreams)));
    }

    static ProxySettings settings(
            int timeoutSeconds, boolean trustForwarded, PrintStream log, List<UpstreamAddress> upstreams)
            throws Exception {
        return settings(Duration.ofMinutes(1), timeoutSeconds, trustForwarded, log, upstreams);
    }

    private static ProxySettings settings(
            Duration connectTimeout,
            int timeoutSeconds,
            boolean trustForwarded,
            PrintStream log,
            List<UpstreamAddress> upstreams)
            throws Exception {
        return new ProxySettings(
                "127.0.0.1",
                0,
                upstreams,
                null,
                io.h2session.examples.net.TlsSetup.upstream(null, true, true),
                io.h2session.examples.net.TlsSetup.upstream(null, true, false),
                new RequestRules(VIA, trustForwarded),
                new ResponseRules(VIA),
                connectTimeout,
                timeoutSeconds,
                timeoutSeconds,
                1,
                1000,
                Watch.NONE,
                log,
                new PrintStream(OutputStream.nullOutputStream()));
    }
}
