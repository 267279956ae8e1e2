package io.h2session.examples.proxy;

/** A proxy to one server, for the tests of other packages. */
public final class ProxyOfOne implements AutoCloseable {
    private final Proxy proxy;

    private ProxyOfOne(Proxy proxy) {
        this.proxy = proxy;
    }

    /**
     * Starts it.
     *
     * @param upstream the URL of the server
     */
    public static ProxyOfOne to(String upstream) throws Exception {
        return new ProxyOfOne(Proxies.to(60, UpstreamAddress.parse(upstream)));
    }

    /** The port it listens on. */
    public int port() {
        return proxy.port();
    }

    @Override
    public void close() {
        proxy.close();
    }
}
