package io.h2session.stream;

/** A stream's place in a list of those that have to get on by the same timeout. All of it is the list's business. */
public final class StreamDeadline {
    /** Whose it is. */
    public final Stream stream;

    /** When the time began to count. */
    public long began;

    /** How far the stream was then. */
    public long progress;

    /** How far all streams were then. */
    public long progressOfAll;

    /** Whether the peer waits for our word before it sends anything: 100 (Continue), or a final response. */
    public boolean awaitsWord;

    /** When we last gave credit for the stream after the peer had next to none; -1 for never. */
    public long windowReopened = -1;

    /** Since when nothing has moved because we hold the peer back; -1 for not at all. */
    public long heldBackSince = -1;

    /** For how long windows were shut, in all, in earlier periods without enough progress. */
    public long shutBefore;

    /** For how long the stream's window was shut in this period, up to {@link #since}. */
    public long ownShut;

    /** For how long the connection's window was shut while the stream's own was open, likewise. */
    public long otherShut;

    /** Whether the stream's window is shut since {@link #since}; otherwise it is open. */
    public boolean shut;

    /** See {@link #shut}. */
    public long since;

    /** For how long the connection's window had been shut in all at {@link #since}. */
    public long otherShutAtSince;

    /** The one that began next. */
    public StreamDeadline next;

    /** The one that began before. */
    public StreamDeadline previous;

    /** Of a stream. */
    public StreamDeadline(Stream stream) {
        this.stream = stream;
    }
}
