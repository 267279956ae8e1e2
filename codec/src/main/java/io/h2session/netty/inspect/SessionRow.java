package io.h2session.netty.inspect;

import io.h2session.api.Http2SessionContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A session in the list of all. */
record SessionRow(
        long id,
        boolean server,
        String peer,
        long ageMicros,
        long bytesIn,
        long bytesOut,
        int activeStreams,
        long streams,
        long stalls,
        long stallMicros,
        long abuse,
        long resets,
        long roundTripMicros,
        String state) {
    /** What the list is sorted by, the greatest value first. */
    enum Order {
        BYTES(Comparator.comparingLong(row -> row.bytesIn + row.bytesOut)),
        STALLS(Comparator.comparingLong(SessionRow::stalls).thenComparingLong(SessionRow::stallMicros)),
        ABUSE(Comparator.comparingLong(SessionRow::abuse).thenComparingLong(SessionRow::resets)),
        AGE(Comparator.comparingLong(SessionRow::ageMicros)),
        STREAMS(Comparator.comparingLong(SessionRow::streams));

        @SuppressWarnings("ImmutableEnumChecker") // comparators without state
        final Comparator<SessionRow> comparator;

        Order(Comparator<SessionRow> ascending) {
            comparator = ascending.reversed().thenComparingLong(SessionRow::id);
        }

        /** BYTES for a name that is not known. */
        static Order of(@Nullable String name) {
            for (Order order : values()) {
                if (order.name().equalsIgnoreCase(name)) {
                    return order;
                }
            }
            return BYTES;
        }
    }

    /** On the event loop of the session. */
    static SessionRow of(InspectedSession inspected, Http2SessionContext session) {
        Counts counts = inspected.counts();
        long roundTrip = session.roundTripNanos();
        return new SessionRow(
                inspected.id,
                session.role().isServer(),
                address(inspected.channel.remoteAddress()),
                inspected.age() / 1000,
                counts.bytesIn,
                counts.bytesOut,
                inspected.isEnded() ? 0 : session.activeStreams(),
                counts.streams,
                counts.peerStalls(),
                counts.peerStallNanos() / 1000,
                counts.glitchPoints,
                counts.resetsIn + counts.resetsOut,
                roundTrip < 0 ? -1 : roundTrip / 1000,
                state(inspected, session));
    }

    private static String state(InspectedSession inspected, Http2SessionContext session) {
        if (inspected.isEnded()) {
            return "ended: " + session.terminationReason();
        }
        return session.draining() ? "draining" : "open";
    }

    /** Without a look-up of the name. */
    static String address(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress socket && socket.getAddress() != null) {
            String host = socket.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + socket.getPort();
        }
        return address == null ? "-" : address.toString();
    }

    void write(Json json) {
        json.object()
                .put("id", id)
                .put("role", server ? "server" : "client")
                .put("peer", peer)
                .put("age", ageMicros)
                .put("bytesIn", bytesIn)
                .put("bytesOut", bytesOut)
                .put("active", activeStreams)
                .put("streams", streams)
                .put("stalls", stalls)
                .put("stallMicros", stallMicros)
                .put("abuse", abuse)
                .put("resets", resets)
                .putKnown("roundTrip", roundTripMicros)
                .put("state", state)
                .end();
    }
}
