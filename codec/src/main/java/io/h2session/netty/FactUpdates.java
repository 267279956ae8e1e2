package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.frame.SettingId;
import io.h2session.netty.Http2SessionEvent.FactChanged;
import io.netty.util.concurrent.EventExecutor;

/** Publishes the {@link Http2SessionFacts} of a session, and tells the pipeline what has changed. */
final class FactUpdates {
    private final Http2Session session;
    private final EventExecutor loop;
    private final SessionEnd end;
    private final EventPipeline events;
    private final PendingBytes pending;
    private final Http2SessionFacts facts;
    private final boolean client;
    private final int maxPendingRequests;

    // What the pipeline was told.
    private boolean settingsTold;
    private boolean availableTold;
    private boolean drainingTold;
    private long limitTold;
    private long roundTripTold;
    private long smoothedTold;
    private boolean overTold;

    /** Whether a request was refused for lack of room, and how many bytes of content it had. */
    private boolean refused;

    private int refusedBytes;

    FactUpdates(
            Http2Session session,
            EventExecutor loop,
            HandlerSettings settings,
            SessionEnd end,
            EventPipeline events,
            PendingBytes pending,
            Http2SessionFacts facts) {
        this.session = session;
        this.loop = loop;
        this.end = end;
        this.events = events;
        this.pending = pending;
        this.facts = facts;
        client = !settings.role.isServer();
        maxPendingRequests = settings.options.limits().maxPendingRequests();
        availableTold = available() > 0;
        limitTold = limit();
        roundTripTold = session.roundTripNanos();
        smoothedTold = session.smoothedRoundTripNanos();
        publish();
        facts.refreshedBy(this::publishOnLoop);
    }

    private boolean draining() {
        return end.draining() || end.over() || session.draining();
    }

    private int available() {
        return draining() ? 0 : session.availableStreams();
    }

    private long limit() {
        return session.remoteSetting(SettingId.MAX_CONCURRENT_STREAMS);
    }

    // ---- published -------------------------------------------------------------------------------------------------

    private void publishOnLoop() {
        if (loop.inEventLoop()) {
            publish();
        }
    }

    private void publish() {
        publishStreams();
        publishOthers();
    }

    private void publishStreams() {
        facts.streams(available(), session.activeStreams(), session.pendingRequests());
    }

    private void publishOthers() {
        facts.peer(limit(), session.remoteSettingsReceived());
        facts.roundTrip(session.roundTripNanos(), session.smoothedRoundTripNanos());
        facts.end(draining(), end.over());
    }

    // ---- told ------------------------------------------------------------------------------------------------------

    /**
     * A request was refused because too much waits.
     *
     * @param bytes the length of its content; 0 or less for none
     */
    void requestRefused(int bytes) {
        refused = true;
        refusedBytes = bytes;
    }

    /** A read or a send is complete. */
    void tell() {
        publishStreams();
        boolean others = othersHaveChanged();
        if (others) {
            publishOthers();
            tellSettings();
        }
        if (client) {
            tellCapacity();
        }
        if (others) {
            tellRoundTripAndEnd();
        }
    }

    // Seldom: most reads and sends change only the numbers of streams.
    private boolean othersHaveChanged() {
        return settingsTold != session.remoteSettingsReceived()
                || limitTold != limit()
                || roundTripTold != session.roundTripNanos()
                || smoothedTold != session.smoothedRoundTripNanos()
                || drainingTold != draining()
                || overTold != end.over();
    }

    private void tellSettings() {
        if (!settingsTold && session.remoteSettingsReceived()) {
            settingsTold = true;
            events.fireUser(FactChanged.SETTINGS_RECEIVED);
        }
        if (limitTold != limit()) {
            limitTold = limit();
            events.fireUser(FactChanged.STREAM_LIMIT);
        }
    }

    private void tellRoundTripAndEnd() {
        overTold = end.over();
        if (roundTripTold != session.roundTripNanos() || smoothedTold != session.smoothedRoundTripNanos()) {
            roundTripTold = session.roundTripNanos();
            smoothedTold = session.smoothedRoundTripNanos();
            events.fireUser(FactChanged.ROUND_TRIP);
        }
        if (!drainingTold && draining()) {
            drainingTold = true;
            events.fireUser(FactChanged.DRAINING);
        }
    }

    private void tellCapacity() {
        boolean available = available() > 0;
        if (available != availableTold) {
            availableTold = available;
            events.fireUser(available ? FactChanged.STREAMS_AVAILABLE : FactChanged.NO_STREAMS_AVAILABLE);
        }
        if (refused && !draining() && hasRoom() && (refusedBytes <= 0 || pending.hasRoom(refusedBytes))) {
            refused = false;
            events.fireUser(FactChanged.REQUESTS_ACCEPTED);
        }
    }

    private boolean hasRoom() {
        int waiting = session.pendingRequests();
        return waiting < maxPendingRequests || (waiting == 0 && session.availableStreams() > 0);
    }
}
