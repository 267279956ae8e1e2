package io.h2session.queue;

import io.h2session.api.DataSource;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersFrame;

/** A frame that waits to be sent, with its body, its trailers and the application's object. */
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

    /** A frame of the session's own. */
    public static OutboundItem ofSession(Frame frame) {
        return new OutboundItem(frame, false);
    }

    /** A RST_STREAM that refuses a stream; it is sent though there is no such stream here. */
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

    /** A GOAWAY that announces another GOAWAY. */
    public static OutboundItem ofNotice(Frame frame) {
        OutboundItem item = new OutboundItem(frame, true);
        item.notice = true;
        return item;
    }

    /** A frame that the application submitted. */
    public static OutboundItem ofApplication(Frame frame) {
        return new OutboundItem(frame, true);
    }

    /** A header block with the body that follows it, or null, and the application's object for the stream. */
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

    /**
     * Sets {@link #frame()}: the frame that is sent may differ from the one that was queued, by its category or padding.
     */
    public void frame(Frame shown) {
        frame = shown;
    }

    /** Whether the application submitted it. */
    public boolean fromApplication() {
        return fromApplication;
    }

    /** Whether it is a RST_STREAM that refuses a stream. */
    public boolean refusal() {
        return refusal;
    }

    /** Whether it is the last frame of the session. */
    public boolean goodbye() {
        return goodbye;
    }

    /** Whether it is a GOAWAY that announces another GOAWAY. */
    public boolean notice() {
        return notice;
    }

    /**
     * Whether the payload of an extension frame was given to the application for packing, and is released by the
     * application.
     */
    public boolean packed() {
        return packed;
    }

    /** The payload was given to the application. */
    public void markPacked() {
        packed = true;
    }

    /** Removes and returns the body, which the caller owns from now on. Null if there is none. */
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

    /** The application's object for the stream that the frame opens. */
    public Object userData() {
        return userData;
    }

    /** Sets {@link #userData()}. */
    public void userData(Object userData) {
        this.userData = userData;
    }

    /** Cancels a request that was reset before it was sent, or a RST_STREAM that is not needed any more. */
    public void cancel(long errorCode) {
        cancelCode = errorCode;
    }

    /** Whether the frame was cancelled. */
    public boolean cancelled() {
        return cancelCode != NOT_CANCELLED;
    }

    /** The error code with which the request was reset. */
    public long cancelCode() {
        return cancelCode;
    }
}
