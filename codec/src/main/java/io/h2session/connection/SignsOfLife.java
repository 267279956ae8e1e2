package io.h2session.connection;

import io.h2session.api.ByteSink;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What shows that a peer reads what it is sent, however slowly: the transport takes octets, the peer gives window credit, or
 * it answers a PING that we sent among the DATA.
 *
 * <pre>
 *   sent by us      DATA DATA DATA PING DATA DATA DATA PING DATA
 *                   ├─ read, for the first PING was answered ┤├─ in our buffer, the system's, on the way, in the peer's ─┤
 * </pre>
 *
 * <p>An operating system's buffer hides what the peer does: it takes some megabytes at once, and then nothing until a third
 * of them has gone, which takes a slow reader minutes. PINGs among the DATA are answered in the order they are read, so
 * their answers show that it reads, however much lies before it. The answer to one cannot be guessed, and counts only when
 * the transport has taken what was sent before it. Credit counts as far as DATA was sent for it.
 */
final class SignsOfLife {
    /** As many as are under way at most: those of sixteen MiB in buffers. */
    private static final int MAX_UNANSWERED = 64;

    private static final long OWN_PINGS = 0x683fL;
    private static final int RANDOM_BITS = 48;

    /** Less than this is read soon, at any rate that makes sense. */
    private static final int LITTLE = 64 * 1024;

    private final int pingEvery;
    private ByteSink sink;
    private long handedOver;
    private long dataSent;
    private long nextPing = Long.MAX_VALUE;
    private boolean pingWanted;

    private long read;
    private long connectionCredit;
    private long streamCredit;
    private long answers;

    // The PINGs that are not answered, oldest first, and how much DATA was sent before each: rings.
    private long[] asked;
    private long[] dataBefore;
    private int oldest;
    private int unanswered;

    /** @param pingEvery octets of DATA between two PINGs; 0 for none */
    SignsOfLife(int pingEvery) {
        this.pingEvery = pingEvery;
    }

    /** Whether it is a PING of this class. */
    static boolean own(long opaqueData) {
        return opaqueData >>> RANDOM_BITS == OWN_PINGS;
    }

    // ---- what happens ----------------------------------------------------------------------------------------------

    /** Octets are about to be sent there. */
    void sink(ByteSink target) {
        if (sink != target) {
            sink = target;
            nextPing = pingEvery > 0 && target.hidesPending() ? dataSent + pingEvery : Long.MAX_VALUE;
        }
    }

    void handedOver(long octets) {
        handedOver += octets;
    }

    void dataSent(int octets) {
        dataSent += octets;
        if (dataSent >= nextPing) {
            nextPing = dataSent + pingEvery;
            pingWanted = true;
        }
    }

    /** The peer gave credit for its connection's window, or for a stream's. */
    void creditReceived(boolean forConnection, int octets) {
        if (forConnection) {
            connectionCredit = Math.min(dataSent, connectionCredit + octets);
        } else {
            streamCredit = Math.min(dataSent, streamCredit + octets);
        }
    }

    /** Asks the peer whether it reads, at the next opportunity. */
    void ask() {
        pingWanted = true;
    }

    boolean pingWanted() {
        return pingWanted;
    }

    /** What the PING says that is sent now; 0 if so many are unanswered that none is. */
    long takePing() {
        pingWanted = false;
        if (unanswered == MAX_UNANSWERED) {
            return 0;
        }
        if (asked == null) {
            asked = new long[MAX_UNANSWERED];
            dataBefore = new long[MAX_UNANSWERED];
        }
        long random = ThreadLocalRandom.current().nextLong() >>> (Long.SIZE - RANDOM_BITS);
        int index = (oldest + unanswered++) % MAX_UNANSWERED;
        asked[index] = (OWN_PINGS << RANDOM_BITS) | random;
        dataBefore[index] = dataSent;
        return asked[index];
    }

    /** A PING was answered. Those before it will not be any more. */
    void answered(long opaqueData) {
        for (int i = 0; i < unanswered; i++) {
            int index = (oldest + i) % MAX_UNANSWERED;
            if (asked[index] == opaqueData) {
                oldest = (index + 1) % MAX_UNANSWERED;
                unanswered -= i + 1;
                readUpTo(dataBefore[index]);
                return;
            }
        }
    }

    /** The peer answered what we sent after that much DATA. */
    void readUpTo(long data) {
        if (data >= read && data <= taken()) {
            read = data;
            answers++;
        }
    }

    // ---- what that shows -------------------------------------------------------------------------------------------

    /** How many octets the transport has taken. */
    private long taken() {
        return sink == null ? handedOver : handedOver - sink.pendingBytes();
    }

    /** Octets that were taken, read or credited: whatever grows by some of them is alive. */
    long progress() {
        return taken() + read + connectionCredit + streamCredit;
    }

    /** How many PINGs were answered. */
    long answers() {
        return answers;
    }

    /** How much DATA was sent. */
    long dataSent() {
        return dataSent;
    }

    /** Whether the peer has shown that it read all DATA. */
    boolean allRead() {
        return read == dataSent && (sink == null || sink.pendingBytes() == 0);
    }

    /** Whether more than a little of the DATA up to there may lie before the peer, unread. */
    boolean mayBeUnread(long upTo) {
        return sink != null && (sink.pendingBytes() > 0 || (sink.hidesPending() && upTo - read > LITTLE));
    }
}
