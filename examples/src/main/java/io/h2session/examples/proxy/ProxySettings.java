package io.h2session.examples.proxy;

import io.h2session.examples.net.Watch;
import io.netty.handler.ssl.SslContext;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/**
 * The configuration of a proxy.
 *
 * @param port 0 for any free port
 * @param upstreams one or more
 * @param tls of the clients' side; null for cleartext
 * @param upstreamTls for upstream servers that are asked over TLS
 * @param upstreamTlsHttp1 the same without HTTP/2
 * @param requestRules how requests are judged and changed
 * @param responseRules how answers are changed
 * @param connectTimeout how long a connection to an upstream server may take until it can be used
 * @param timeoutSeconds how long an exchange may take for its next step
 * @param idleSeconds how long a client's connection of HTTP/1.1 may be without a request
 * @param threads the number of event loops
 * @param maxConnections how many clients' connections may be open at once; further ones wait to be accepted
 * @param watch who looks at the sessions of HTTP/2, clients' and upstream servers'
 * @param log where the access log goes; null for none
 * @param messages the destination of error messages
 */
record ProxySettings(
        String host,
        int port,
        List<UpstreamAddress> upstreams,
        SslContext tls,
        SslContext upstreamTls,
        SslContext upstreamTlsHttp1,
        RequestRules requestRules,
        ResponseRules responseRules,
        Duration connectTimeout,
        int timeoutSeconds,
        int idleSeconds,
        int threads,
        int maxConnections,
        Watch watch,
        PrintStream log,
        PrintStream messages) {
    /**
     * Whether an exchange has waited too long. It may have moved at the very end of its second, so that one more has to pass.
     *
     * @param moved when it last did, in seconds of its worker
     * @param now the same
     */
    boolean isTimedOut(int moved, int now) {
        return now - moved > timeoutSeconds;
    }
}
