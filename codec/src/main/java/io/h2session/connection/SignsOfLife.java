package io.h2session.connection;

import io.h2session.api.ByteSink;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The signs that a peer reads what it is sent, however slowly: the transport accepts bytes, the peer gives window credit,
 * or it answers a PING that we sent among the DATA.
 *
 * <pre>
 *   sent by us      DATA DATA DATA PING DATA DATA DATA PING DATA
 *                   ├─ read, for the first PING was answered ┤├─ in our buffer, the system's, on the way, in the peer's ─┤
 * </pre>
 *
 * <p>An operating system's buffer hides what the peer does: it accepts some megabytes at once, and then nothing until a
 * third of them has been sent, which can take minutes if the peer reads slowly. PINGs among the DATA are answered in the
 * order in which they are read, so an answer shows that the peer reads, however much is buffered. The content of a PING
 * cannot be guessed, and an answer counts only if the transport has accepted what was sent before the PING. Credit counts
 * up to the amount of DATA that was sent.
 */
final class SignsOfLife {
    /** The largest number of PINGs under way: enough for 16 MiB in buffers. */
    private static final int MAX_UNANSWERED = 64;

    private static final long OWN_PINGS = 0x683fL;
    private static final int RANDOM_BITS = 48;

    /** Less than this is read soon, at any reasonable rate. */
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

    /** @param pingEvery bytes of DATA between two PINGs; 0 for none */
    SignsOfLife(int pingEvery) {
        this.pingEvery = pingEvery;
    }

    /** Whether this class made a PING of that content. */
    static boolean own(long opaqueData) {
        return opaqueData >>> RANDOM_BITS == OWN_PINGS;
    }

    // ---- what happens ----------------------------------------------------------------------------------------------

    /** Bytes are about to be sent to that sink. */
    void sink(ByteSink target) {
        if (sink != target) {
            sink = target;
            nextPing = pingEvery > 0 && target.hidesPending() ? dataSent + pingEvery : Long.MAX_VALUE;
        }
    }

    void handedOver(long bytes) {
        handedOver += bytes;
    }

    void dataSent(int bytes) {
        dataSent += bytes;
        if (dataSent >= nextPing) {
            nextPing = dataSent + pingEvery;
            pingWanted = true;
        }
    }

    /** The peer gave window credit, for the connection or for a stream. */
    void creditReceived(boolean forConnection, int bytes) {
        if (forConnection) {
            connectionCredit = Math.min(dataSent, connectionCredit + bytes);
        } else {
            streamCredit = Math.min(dataSent, streamCredit + bytes);
        }
    }

    /** Requests a PING at the next opportunity. */
    void ask() {
        pingWanted = true;
    }

    boolean pingWanted() {
        return pingWanted;
    }

    /** The content of the PING to send now; 0 for none, if too many are unanswered. */
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

    /** A PING was answered. Earlier ones will not be answered any more. */
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

    /** The peer has answered a frame that we sent after that much DATA. */
    void readUpTo(long data) {
        if (data >= read && data <= taken()) {
            read = data;
            answers++;
        }
    }

    // ---- what that shows -------------------------------------------------------------------------------------------

    /** How many bytes the transport has accepted. */
    private long taken() {
        return sink == null ? handedOver : handedOver - sink.pendingBytes();
    }

    /** The sum of bytes accepted, read and credited: a connection on which it grows is alive. */
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

    /** Whether more than a little of the DATA up to there may not have been read by the peer. */
    boolean mayBeUnread(long upTo) {
        return sink != null && (sink.pendingBytes() > 0 || (sink.hidesPending() && upTo - read > LITTLE));
    }
}
