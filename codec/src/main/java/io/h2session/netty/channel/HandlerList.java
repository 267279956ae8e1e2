package io.h2session.netty.channel;

import static java.util.Objects.requireNonNull;

import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.internal.StringUtil;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * The handlers of a {@link StreamPipeline}, in order. Any thread may change it, one at a time; others read meanwhile. The links are
 * stored with release semantics: who changes them holds the lock, and readers need only see complete contexts.
 */
abstract class HandlerList {
    /** What a handler is called that was added without a name. */
    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            return StringUtil.simpleClassName(type) + "#0";
        }
    };

    private static final AtomicReferenceFieldUpdater<HandlerList, StreamContext> FIRST =
            AtomicReferenceFieldUpdater.newUpdater(HandlerList.class, StreamContext.class, "first");
    private static final AtomicReferenceFieldUpdater<HandlerList, StreamContext> LAST =
            AtomicReferenceFieldUpdater.newUpdater(HandlerList.class, StreamContext.class, "last");

    volatile StreamContext first;
    volatile StreamContext last;

    /** Whether a handler has, or had, an executor of its own. */
    private volatile boolean elsewhere;

    // ---- looking up ------------------------------------------------------------------------------------------------

    final StreamContext find(String name) {
        StreamContext one = first;
        while (one != null && !one.name().equals(name)) {
            one = one.behind();
        }
        return one;
    }

    final StreamContext find(ChannelHandler handler) {
        StreamContext one = first;
        while (one != null && one.handler != handler) {
            one = one.behind();
        }
        return one;
    }

    final StreamContext find(Class<?> type) {
        StreamContext one = first;
        while (one != null && !type.isInstance(one.handler)) {
            one = one.behind();
        }
        return one;
    }

    /** What was found; there has to be something. */
    static StreamContext known(StreamContext found, Object asked) {
        if (found == null) {
            throw new NoSuchElementException(String.valueOf(asked));
        }
        return found;
    }

    /** Whether a handler may still have to be told what the event loop has told it. */
    final boolean isElsewhere() {
        return elsewhere;
    }

    // ---- changing --------------------------------------------------------------------------------------------------

    /** A place for a handler: in no list yet. */
    final StreamContext made(StreamPipeline pipeline, EventExecutor executor, String name, ChannelHandler handler) {
        requireNonNull(handler, "handler");
        pipeline.channel().streams().requireNotShared(handler);
        if (executor != null) {
            elsewhere = true;
        }
        return new StreamContext(pipeline, name == null ? unusedName(handler) : name, handler, executor);
    }

    /** Handlers of one group share an executor, so that they are told in order. Null is the event loop. */
    final EventExecutor executorOf(EventExecutorGroup group) {
        if (group == null) {
            return null;
        }
        for (StreamContext one = first; one != null; one = one.behind()) {
            if (one.ownExecutor != null && one.ownExecutor.parent() == group) {
                return one.ownExecutor;
            }
        }
        return group.next();
    }

    private String unusedName(ChannelHandler handler) {
        String name = NAMES.get(handler.getClass());
        String base = name;
        for (int i = 1; find(name) != null; i++) {
            name = base.substring(0, base.length() - 1) + i;
        }
        return name;
    }

    final void requireUnused(String name) {
        if (name != null && find(name) != null) {
            throw new IllegalArgumentException("Duplicate handler name: " + name);
        }
    }

    /** Puts a place between two neighbours; null for an end of the list. */
    final void link(StreamContext made, StreamContext before, StreamContext behind) {
        made.before(before);
        made.behind(behind);
        join(before, made);
        join(made, behind);
    }

    /** Takes a place out, which keeps its neighbours. Answers whether it was there. */
    final synchronized boolean unlink(StreamContext one) {
        // A handler that can be shared may stand here twice.
        StreamContext found = first;
        while (found != null && found != one) {
            found = found.behind();
        }
        if (found != null) {
            join(one.before(), one.behind());
        }
        return found != null;
    }

    /** Puts a place where another is, which then has the new one on either side: what it passes on goes there. */
    final void exchange(StreamContext old, StreamContext made) {
        link(made, old.before(), old.behind());
        old.before(made);
        old.behind(made);
    }

    private void join(StreamContext before, StreamContext behind) {
        if (before == null) {
            FIRST.lazySet(this, behind);
        } else {
            before.behind(behind);
        }
        if (behind == null) {
            LAST.lazySet(this, before);
        } else {
            behind.before(before);
        }
    }
}
