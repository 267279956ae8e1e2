package io.h2session.stream;

/** A stream's place in the list of streams under one timeout. Only the list and its owner use the fields. */
public final class StreamDeadline {
    /** The stream. */
    public final Stream stream;

    /** When its time began. */
    public long began;

    /** The progress of the stream at that time. */
    public long progress;

    /** The progress of all streams at that time. */
    public long progressOfAll;

    /** Whether the peer waits for 100 (Continue), or a final response, before it sends its body. */
    public boolean awaitsWord;

    /** When we last gave credit for the stream after the peer had almost none left; -1 for never. */
    public long windowReopened = -1;

    /** Since when there has been no progress because the peer waits for our credit; -1 for not at all. */
    public long heldBackSince = -1;

    /** For how long windows were shut, in total, in earlier periods without enough progress. */
    public long shutBefore;

    /** For how long the stream's window was shut in this period, up to {@link #since}. */
    public long ownShut;

    /**
     * For how long the connection's window was shut while the stream's own was open, in this period up to {@link #since}.
     */
    public long otherShut;

    /** Whether the stream's window is shut since {@link #since}; otherwise it is open. */
    public boolean shut;

    /** See {@link #shut}. */
    public long since;

    /** The total time for which the connection's window had been shut at {@link #since}. */
    public long otherShutAtSince;

    /** The entry whose time began next. */
    public StreamDeadline next;

    /** The entry whose time began before. */
    public StreamDeadline previous;

    /** The entry of a stream. */
    public StreamDeadline(Stream stream) {
        this.stream = stream;
    }
}
