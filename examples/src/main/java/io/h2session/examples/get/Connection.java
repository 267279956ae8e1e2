package io.h2session.examples.get;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * A connection, ready for requests.
 *
 * @param id counts the connections from 0
 * @param responses the last handler of its pipeline, stored here because a closed channel removes its handlers
 * @param remote the server's address, stored here because a closed channel has none
 * @param tls null in cleartext
 * @param upgrade null if the connection is in HTTP/2 from its beginning
 */
record Connection(
        int id,
        Channel channel,
        ResponseHandler responses,
        InetSocketAddress local,
        InetSocketAddress remote,
        ConnectTimes times,
        TlsFacts tls,
        Upgrade upgrade) {
    /**
     * Sends a request.
     *
     * @param done called with the exchange when it has ended, on any thread
     */
    void fetch(Exchange exchange, BodyOutput output, ResponseRules rules, Consumer<Exchange> done) {
        exchange.connection = this;
        Fetch fetch = new Fetch(exchange, output, rules, done);
        if (upgrade == null) {
            fetch.start();
        } else if (channel.eventLoop().inEventLoop()) {
            upgrade.start(fetch);
        } else {
            channel.eventLoop().execute(() -> upgrade.start(fetch));
        }
    }
}
