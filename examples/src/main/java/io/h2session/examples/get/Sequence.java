package io.h2session.examples.get;

import io.h2session.hpack.HeaderNames;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Sends one request after the other, so that their bodies do not mix, and those for what an HTML page needs behind its own. */
final class Sequence {
    private final Client client;
    private final BodyOutput output;
    private final ResponseRules rules;
    private final boolean assets;
    private final Deque<Request> waiting = new ArrayDeque<>();
    private final Set<String> known = new HashSet<>();

    /** @param assets whether what HTML pages link to is requested too */
    Sequence(Client client, BodyOutput output, ResponseRules rules, boolean assets) {
        this.client = client;
        this.output = output;
        this.rules = rules;
        this.assets = assets;
    }

    /** Sends the first of the requests, and returns when it has ended. */
    Exchange first(List<Request> requests) throws InterruptedException {
        waiting.addAll(requests);
        requests.forEach(request -> known.add(request.target().url()));
        return next();
    }

    /** Sends the next request, and returns when it has ended; null if there is none. */
    Exchange next() throws InterruptedException {
        Request request = waiting.poll();
        if (request == null) {
            return null;
        }
        Exchange exchange = new Exchange(request);
        PageCopy page = new PageCopy(output);
        try {
            CompletableFuture<Exchange> ended = new CompletableFuture<>();
            client.connection(exchange).fetch(exchange, assets ? page : output, rules, ended::complete);
            ended.get();
        } catch (ExecutionException notConnected) {
            exchange.ended = System.nanoTime();
            exchange.failure = client.reason(notConnected);
        }
        if (assets && isPage(exchange)) {
            addAssets(request, page.text());
        }
        return exchange;
    }

    private static boolean isPage(Exchange exchange) {
        String type = exchange.value(HeaderNames.CONTENT_TYPE);
        boolean html = type != null && (type.startsWith("text/html") || type.startsWith("application/xhtml+xml"));
        return html && exchange.complete() && exchange.value(HeaderNames.CONTENT_ENCODING) == null;
    }

    private void addAssets(Request page, String html) {
        for (Target asset : Assets.of(page.target(), html)) {
            if (known.add(asset.url())) {
                waiting.add(page.linked(asset));
            }
        }
    }
}
