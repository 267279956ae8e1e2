package io.h2session.examples.proxy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The upstream servers. The one with the least to do gets the next request. Any thread. */
final class Upstreams {
    private final List<Upstream> all;
    private final AtomicInteger turn = new AtomicInteger();

    Upstreams(List<UpstreamAddress> addresses) {
        all = addresses.stream().map(Upstream::new).toList();
    }

    /**
     * Chooses one.
     *
     * @param failed those that have failed the request, which are only chosen if there is no other
     * @return null if none can be reached for now
     */
    Upstream choose(Set<Upstream> failed) {
        int count = all.size();
        Upstream best = null;
        boolean bestFailed = false;
        // Among those that have as much to do, one after the other.
        int start = count == 1 ? 0 : (turn.getAndIncrement() & Integer.MAX_VALUE) % count;
        for (int i = 0; i < count; i++) {
            Upstream one = all.get((start + i) % count);
            if (!one.isAvailable()) {
                continue;
            }
            boolean hasFailed = failed.contains(one);
            if (best == null
                    || (bestFailed && !hasFailed)
                    || (bestFailed == hasFailed && one.running() < best.running())) {
                best = one;
                bestFailed = hasFailed;
            }
        }
        return best;
    }
}
