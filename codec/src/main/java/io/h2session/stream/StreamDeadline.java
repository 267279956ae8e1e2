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

    /** The one that began next. */
    public StreamDeadline next;

    /** The one that began before. */
    public StreamDeadline previous;

    /** Of a stream. */
    public StreamDeadline(Stream stream) {
        this.stream = stream;
    }
}
