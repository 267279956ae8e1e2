package io.h2session.examples.get;

import io.netty.channel.Channel;
import java.util.function.Consumer;

/**
 * A connection, ready for requests.
 *
 * @param responses the last handler of its pipeline, stored here because a closed channel removes its handlers
 */
record Connection(Channel channel, ResponseHandler responses) {
    /**
     * Sends a request.
     *
     * @param done receives the outcome, on any thread
     */
    void fetch(Request request, BodyOutput output, Consumer<Outcome> done) {
        new Fetch(this, output, done).start(request);
    }
}
