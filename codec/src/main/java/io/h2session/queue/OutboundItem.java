package io.h2session.queue;

import io.h2session.api.DataSource;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersFrame;

/** A frame that waits to be sent, with what belongs to it. */
public final class OutboundItem {
    private static final long NOT_CANCELLED = -1;

    private Frame frame;
    private final boolean fromApplication;
    private DataSource body;
    private Object userData;
    private HeadersFrame trailers;
    private long cancelCode = NOT_CANCELLED;
    private boolean refusal;
    private boolean goodbye;
    private boolean notice;
    private boolean packed;
    OutboundItem next;

    private OutboundItem(Frame frame, boolean fromApplication) {
        this.frame = frame;
        this.fromApplication = fromApplication;
    }

    /** A frame the session itself sends. */
    public static OutboundItem ofSession(Frame frame) {
        return new OutboundItem(frame, false);
    }

    /** A RST_STREAM of a stream that was refused and never made: it goes though there is no stream. */
    public static OutboundItem ofRefusal(Frame frame) {
        OutboundItem item = new OutboundItem(frame, false);
        item.refusal = true;
        return item;
    }

    /** The GOAWAY that is the last frame of a session. */
    public static OutboundItem ofGoodbye(Frame frame) {
        OutboundItem item = new OutboundItem(frame, false);
        item.goodbye = true;
        return item;
    }

    /** A GOAWAY that says another will follow. */
    public static OutboundItem ofNotice(Frame frame) {
        OutboundItem item = new OutboundItem(frame, true);
        item.notice = true;
        return item;
    }

    /** A frame the application submitted. */
    public static OutboundItem ofApplication(Frame frame) {
        return new OutboundItem(frame, true);
    }

    /** A header block with the body that follows it, null for none, and what the application keeps with the stream. */
    public static OutboundItem ofApplication(Frame frame, DataSource body, Object userData) {
        OutboundItem item = new OutboundItem(frame, true);
        item.body = body;
        item.userData = userData;
        return item;
    }

    /** The frame. */
    public Frame frame() {
        return frame;
    }

    /** Sets {@link #frame()}: what it is to its stream is known only when its turn comes. */
    public void frame(Frame shown) {
        frame = shown;
    }

    /** Whether the application submitted it. */
    public boolean fromApplication() {
        return fromApplication;
    }

    /** Whether it refuses a stream that was never made. */
    public boolean refusal() {
        return refusal;
    }

    /** Whether it is the last frame of the session. */
    public boolean goodbye() {
        return goodbye;
    }

    /** Whether it is a GOAWAY that says another will follow. */
    public boolean notice() {
        return notice;
    }

    /** Whether the payload of an extension frame was given to the application to be packed, and is its to release. */
    public boolean packed() {
        return packed;
    }

    /** Marks that it was. */
    public void markPacked() {
        packed = true;
    }

    /** Takes the body away: it now belongs to the caller. Null if there is none, or no more. */
    public DataSource takeBody() {
        DataSource taken = body;
        body = null;
        return taken;
    }

    /** Whether a body waits with it. */
    public boolean hasBody() {
        return body != null;
    }

    /** The trailers that follow the body, or null. */
    public HeadersFrame trailers() {
        return trailers;
    }

    /** Sets {@link #trailers()}. */
    public void trailers(HeadersFrame trailers) {
        this.trailers = trailers;
    }

    /** What the application keeps with the stream it opens. */
    public Object userData() {
        return userData;
    }

    /** Sets {@link #userData()}. */
    public void userData(Object userData) {
        this.userData = userData;
    }

    /** Marks a request that was reset before it was sent, or a RST_STREAM that came too late. */
    public void cancel(long errorCode) {
        cancelCode = errorCode;
    }

    /** Whether the request was reset before it was sent. */
    public boolean cancelled() {
        return cancelCode != NOT_CANCELLED;
    }

    /** The error code the request was reset with. */
    public long cancelCode() {
        return cancelCode;
    }
}
