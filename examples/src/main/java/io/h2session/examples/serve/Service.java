package io.h2session.examples.serve;

import io.h2session.netty.channel.StreamEnd;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.PrintStream;

/**
 * What answers the requests of all connections.
 *
 * @param requests counts them; malformed requests and requests for another server do not come here
 * @param complaints where failures of pages are told
 */
record Service(Page pages, RequestCount requests, PrintStream complaints) {
    /** Lets the pages answer a request. */
    void answer(Exchange exchange, Channel channel) {
        requests.begin();
        try {
            pages.answer(exchange);
        } catch (IOException cause) {
            complain(channel, cause);
            exchange.fail();
        }
    }

    /** The stream of a request is over. */
    void ended(StreamEnd end) {
        switch (end.kind()) {
            case COMPLETE, CLOSED -> requests.answer();
            case RESET_BY_PEER -> requests.giveUp();
            default -> {
                // Lost.
            }
        }
    }

    void complain(Channel channel, Throwable cause) {
        complaints.println("h2session serve: " + channel.remoteAddress() + ": " + cause);
    }
}
