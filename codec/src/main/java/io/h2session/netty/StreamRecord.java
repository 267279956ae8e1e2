package io.h2session.netty;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.netty.buffer.ByteBuf;

/**
 * What the handler keeps for one stream: {@link Http2StreamHandle} is its name, and leads here without a look-up. On the event
 * loop only, except {@link #unwritable}.
 *
 * <p>If the body of a message is one buffer whose promise is void, as that of most responses, the record itself is the body: that
 * saves an object for each response.
 */
final class StreamRecord implements DataSource {
    /** The session that the stream belongs to; null before the stream is opened. */
    SessionStreams owner;

    /** What is sent as the body of this stream, if it has promises or a queue. */
    OutgoingBody body;

    /** The promises of header blocks that have not been sent yet, in order. */
    HeadPromise heads;

    /** The small pieces of the received body that the application keeps, and what is held back; null if it never kept any. */
    HeldPiece held;

    /** Run when the application has finished its work for the exchange; null if the exchange is not held. */
    Runnable hold;

    /** Window credit that has not been given to the session yet, and the list of the streams that have some. */
    int credit;

    Http2StreamHandle nextCredit;

    /** The error code that the stream was closed with, as an unsigned number. */
    int errorCode;

    /** Whether a request or response was written. */
    boolean headWritten;

    /** Whether the end of the message was written. */
    boolean endWritten;

    boolean closed;

    /** Whether the application reset the stream, or the handler did because of what the application wrote. */
    boolean resetByUs;

    /** At a client: whether the peer has begun to answer, if only with an interim response. */
    boolean answered;

    /** Whether this end promised the stream, so that it counts among the promised streams. */
    boolean promised;

    /** Whether the stream is in the list of streams whose writability changed. */
    boolean writabilityListed;

    /** Whether too many bytes of pushed DATA wait. Any thread may read it. */
    volatile boolean unwritable;

    private boolean contentCharged;
    private ByteBuf content;

    /** Makes the record the body of its message. It owns {@code whole} from now on. */
    void content(ByteBuf whole) {
        content = whole;
    }

    /** The head was submitted: the content waits, unless the response has none. */
    void contentWaits() {
        if (content != null) {
            contentCharged = true;
            owner.pending.charge(PendingBytes.chargeOf(content.readableBytes()));
        }
    }

    @Override
    public DataResult read(int streamId, int maxLength, BodySink sink) {
        int available = content.readableBytes();
        int length = Math.min(maxLength, available);
        int charged = PendingBytes.chargeOf(available);
        if (length > 0) {
            sink.addFrom(content, length);
        }
        if (length < available) {
            owner.pending.charge(PendingBytes.chargeOf(available - length) - charged);
            return DataResult.MORE;
        }
        uncharge(charged);
        return DataResult.END;
    }

    private void uncharge(int charged) {
        if (contentCharged) {
            contentCharged = false;
            owner.pending.charge(-charged);
        }
    }

    @Override
    public void close() {
        uncharge(PendingBytes.chargeOf(content.readableBytes()));
        content.release();
        content = null;
    }

    /** The application has finished its work for the exchange. */
    void releaseHold() {
        Runnable release = hold;
        hold = null;
        if (release != null) {
            release.run();
        }
    }
}
