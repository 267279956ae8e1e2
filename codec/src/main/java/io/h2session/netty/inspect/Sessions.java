package io.h2session.netty.inspect;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The sessions that there are, and who watches them. Any thread; what concerns a session is done on its event loop. */
final class Sessions {
    /** How long an event loop may take to answer before the others are shown without it. */
    private static final long PATIENCE_MILLIS = 1000;

    /** How long recordings are kept after the last page that watched was closed: it may be loaded again. */
    private static final long LINGER_SECONDS = 10;

    private final InspectorSettings settings;
    private final Map<Long, InspectedSession> sessions = new ConcurrentHashMap<>();
    private final Queue<InspectedSession> ended = new ConcurrentLinkedQueue<>();
    private final AtomicInteger watchers = new AtomicInteger();
    private final AtomicInteger recorded = new AtomicInteger();

    /** Someone watches, or has watched a moment ago. */
    private volatile boolean watched;

    Sessions(InspectorSettings settings) {
        this.settings = settings;
    }

    // ---- on the event loop of a session ----------------------------------------------------------------------------

    void begun(InspectedSession session) {
        sessions.put(session.id, session);
        if (watched) {
            recordIfRoom(session);
        }
    }

    void ended(InspectedSession session) {
        if (!session.isRecorded()) {
            sessions.remove(session.id);
            return;
        }
        ended.add(session);
        while (ended.size() > settings.endedSessions()) {
            InspectedSession oldest = ended.poll();
            if (oldest != null) {
                remove(oldest);
            }
        }
    }

    private void remove(InspectedSession session) {
        sessions.remove(session.id);
        recorded.decrementAndGet();
    }

    private void recordIfRoom(InspectedSession session) {
        if (recorded.get() < settings.recordedSessions()) {
            record(session);
        }
    }

    private void record(InspectedSession session) {
        if (!session.isRecorded()) {
            session.record();
            if (session.isRecorded()) {
                recorded.incrementAndGet();
            }
        }
    }

    private void forget(InspectedSession session) {
        if (session.isRecorded() && !watched) {
            session.forget();
            recorded.decrementAndGet();
        }
    }

    // ---- watching --------------------------------------------------------------------------------------------------

    /** Someone begins to watch. */
    void watch() {
        if (watchers.getAndIncrement() == 0) {
            watched = true;
            sessions.values().forEach(session -> run(session, this::recordIfRoom));
        }
    }

    /** Someone does not watch any more. */
    void unwatch(EventExecutor executor) {
        if (watchers.decrementAndGet() == 0) {
            try {
                executor.schedule(this::forgetAll, LINGER_SECONDS, TimeUnit.SECONDS);
            } catch (RejectedExecutionException shutDown) {
                forgetAll();
            }
        }
    }

    private void forgetAll() {
        if (watchers.get() > 0) {
            return;
        }
        watched = false;
        for (InspectedSession over = ended.poll(); over != null; over = ended.poll()) {
            remove(over);
        }
        sessions.values().forEach(session -> run(session, this::forget));
    }

    private static void run(InspectedSession session, Consumer<InspectedSession> task) {
        try {
            session.channel.eventLoop().execute(() -> task.accept(session));
        } catch (RejectedExecutionException shutDown) {
            // Nothing happens there any more.
            task.accept(session);
        }
    }

    // ---- questions -------------------------------------------------------------------------------------------------

    /** Asks one session, which is recorded from then on. The answer, null if there is no such session, comes on the executor. */
    <T> void ask(
            long id, EventExecutor executor, Function<InspectedSession, T> question, Consumer<@Nullable T> consumer) {
        InspectedSession session = sessions.get(id);
        if (session == null) {
            consumer.accept(null);
            return;
        }
        run(session, asked -> {
            record(asked);
            asked.sample();
            T answer = question.apply(asked);
            answer(executor, () -> consumer.accept(answer));
        });
    }

    /** Asks for the rows of all sessions, sorted, as many as are shown. The answer comes on the executor. */
    void list(SessionRow.Order order, EventExecutor executor, Consumer<SessionList> consumer) {
        Map<EventLoop, List<InspectedSession>> byLoop = new HashMap<>();
        for (InspectedSession session : sessions.values()) {
            byLoop.computeIfAbsent(session.channel.eventLoop(), loop -> new ArrayList<>())
                    .add(session);
        }
        SessionList list = new SessionList(order, settings.shownSessions(), byLoop.size(), consumer);
        byLoop.forEach((loop, asked) -> {
            try {
                loop.execute(() -> {
                    List<SessionRow> rows = rows(asked);
                    answer(executor, () -> list.add(rows));
                });
            } catch (RejectedExecutionException shutDown) {
                list.add(List.of());
            }
        });
        if (!list.isComplete()) {
            executor.schedule(list::complete, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static List<SessionRow> rows(List<InspectedSession> asked) {
        List<SessionRow> rows = new ArrayList<>(asked.size());
        for (InspectedSession one : asked) {
            if (one.session() != null) {
                one.sample();
                rows.add(SessionRow.of(one, one.session()));
            }
        }
        return rows;
    }

    private static void answer(EventExecutor executor, Runnable answer) {
        if (executor.inEventLoop()) {
            answer.run();
            return;
        }
        try {
            executor.execute(answer);
        } catch (RejectedExecutionException shutDown) {
            // Who asked is gone.
        }
    }
}
