package io.h2session.micrometer;

import io.h2session.api.Http2Role;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionRegistry;
import io.h2session.netty.Http2SessionSnapshot;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToDoubleFunction;

/**
 * What the sessions of a registry hold now, added up: requests that wait, bytes and frames that wait to be sent, bytes that were not
 * consumed, the tables of HPACK.
 *
 * <p>Only the event loop of a session knows these. Reading a gauge never waits for an event loop: it returns the latest sums, and asks for
 * new ones if none are under way. A value is therefore as old as the last time that a gauge was read. A scrape that wants values of its own
 * time calls {@link #refresh()} first, and is answered when that is complete.
 *
 * <p>Registries hold gauges weakly: keep a reference to this object for as long as they are read. Thread-safe.
 *
 * @since 0.1
 */
public final class Http2SessionGauges implements MeterBinder {
    private static final Http2Role[] ROLES = Http2Role.values();

    /** An event loop that is blocked, or ends with this question in its queue, shall not keep everything else from being read. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Http2SessionRegistry sessions;
    private final Tags tags;
    private final Duration patience;
    private final AtomicBoolean refreshing = new AtomicBoolean();

    /** By role; never changed, but replaced. */
    private volatile Sums[] latest = {Sums.NONE, Sums.NONE};

    /** Gauges of these sessions. */
    public Http2SessionGauges(Http2SessionRegistry sessions) {
        this(sessions, Tags.empty());
    }

    /** Gauges that all have these tags, too. */
    public Http2SessionGauges(Http2SessionRegistry sessions, Iterable<Tag> tags) {
        this(sessions, tags, PATIENCE);
    }

    Http2SessionGauges(Http2SessionRegistry sessions, Iterable<Tag> tags, Duration patience) {
        this.sessions = sessions;
        this.tags = Tags.of(tags);
        this.patience = patience;
    }

    /** The sums over the sessions of one role. */
    private record Sums(long requests, long bytes, long frames, long unconsumed, long encoder, long decoder) {
        static final Sums NONE = new Sums(0, 0, 0, 0, 0, 0);

        Sums plus(Http2SessionSnapshot one) {
            return new Sums(
                    requests + one.pendingRequests(),
                    bytes + one.pendingBytes(),
                    frames + one.queuedFrames(),
                    unconsumed + one.unconsumed(),
                    encoder + one.encoderTableSize(),
                    decoder + one.decoderTableSize());
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Http2Role role : ROLES) {
            Tags ofRole = tags.and(Http2MeterTag.ROLE.asString(), Http2Meter.lowerCase(role));
            String direction = Http2MeterTag.DIRECTION.asString();
            Tags local = ofRole.and(Http2MeterTag.SIDE.asString(), "local");
            bind(registry, Http2Meter.STREAMS_PENDING, local, role, Sums::requests);
            bind(registry, Http2Meter.PENDING_BYTES, ofRole, role, Sums::bytes);
            bind(registry, Http2Meter.PENDING_FRAMES, ofRole, role, Sums::frames);
            bind(registry, Http2Meter.UNCONSUMED, ofRole, role, Sums::unconsumed);
            bind(registry, Http2Meter.HPACK_TABLES, ofRole.and(direction, "sent"), role, Sums::encoder);
            bind(registry, Http2Meter.HPACK_TABLES, ofRole.and(direction, "received"), role, Sums::decoder);
        }
    }

    private void bind(
            MeterRegistry registry, Http2Meter meter, Tags ofMeter, Http2Role role, ToDoubleFunction<Sums> value) {
        Gauge.builder(meter.getName(), this, gauges -> value.applyAsDouble(gauges.read(role)))
                .description(meter.description())
                .baseUnit(meter.getBaseUnit())
                .tags(ofMeter)
                .register(registry);
    }

    private Sums read(Http2Role role) {
        if (refreshing.compareAndSet(false, true)) {
            collect().whenComplete((done, failed) -> refreshing.set(false));
        }
        return latest[role.ordinal()];
    }

    /**
     * Asks every session for its values. Never fails: sessions whose event loops have shut down, or do not answer within 5 seconds, are
     * left out.
     *
     * @return complete when the gauges have the new sums
     */
    public CompletionStage<Void> refresh() {
        return collect();
    }

    private CompletableFuture<Void> collect() {
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        Sums[] sums = {Sums.NONE, Sums.NONE};
        for (Http2SessionHandler session : sessions.sessions()) {
            answers.add(ask(session, sums));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS)
                .thenRun(() -> {
                    synchronized (sums) {
                        latest = sums.clone();
                    }
                });
    }

    private static CompletableFuture<Void> ask(Http2SessionHandler session, Sums[] sums) {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        try {
            session.snapshot().addListener((Future<Http2SessionSnapshot> answer) -> {
                if (answer.isSuccess()) {
                    synchronized (sums) {
                        int role = session.role().ordinal();
                        sums[role] = sums[role].plus(answer.getNow());
                    }
                }
                answered.complete(null);
            });
        } catch (RejectedExecutionException loopHasShutDown) {
            answered.complete(null);
        }
        return answered;
    }
}
