package io.h2session.queue;

import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.PingFrame;
import io.h2session.frame.SettingsFrame;

/** Frames that wait, by {@link Lane}; first in, first out within each. */
public final class OutboundQueue {
    private final Fifo urgent = new Fifo();
    private final Fifo regular = new Fifo();
    private final Fifo opening = new Fifo();
    private boolean settingsSent;
    private int owedReplies;
    private int cancelledOpenings;
    private int heldUp;
    private OutboundItem held;

    /** Adds a frame. */
    public void add(Lane lane, OutboundItem item) {
        switch (lane) {
            case URGENT -> {
                urgent.addLast(item);
                if (isReply(item)) {
                    owedReplies++;
                }
            }
            case REGULAR -> regular.addLast(item);
            case STREAM_OPENING -> opening.addLast(item);
        }
    }

    /**
     * Removes and returns the frame that is sent next; null if none may be sent.
     *
     * @param mayOpenStream whether the peer's limit allows one more stream
     */
    public OutboundItem poll(boolean mayOpenStream) {
        OutboundItem item = pollUrgent();
        if (item == null) {
            item = regular.pollFirst();
        }
        if (item == null && opening.size > 0) {
            if (cancelledOpenings > 0) {
                item = opening.pollCancelled();
                cancelledOpenings--;
            } else if (mayOpenStream) {
                item = opening.pollFirst();
            }
        }
        return item;
    }

    /** Removes and returns the first SETTINGS if they wait; null if they do not, or were sent. */
    public OutboundItem pollFirstSettings() {
        if (settingsSent) {
            return null;
        }
        OutboundItem item = urgent.pollFirstSettings();
        settingsSent = item != null;
        return item;
    }

    /** Puts the first SETTINGS back at the front, because they could not be written. */
    public void putBackFirstSettings(OutboundItem item) {
        urgent.addFirst(item);
        settingsSent = false;
    }

    /**
     * Removes and returns the next frame, even if it may not be sent; null when the queue is empty. For a session that is
     * over.
     */
    public OutboundItem drain() {
        OutboundItem item = held;
        held = null;
        return item == null ? poll(true) : item;
    }

    /** The frame that left the queue and of which the sink has not taken all yet; null for none. */
    public OutboundItem held() {
        return held;
    }

    /** Sets {@link #held()}. */
    public void held(OutboundItem item) {
        held = item;
    }

    /** Whether {@link #poll} would return a frame. */
    public boolean hasSendable(boolean mayOpenStream) {
        return urgent.size > 0 || regular.size > 0 || (opening.size > 0 && (mayOpenStream || cancelledOpenings > 0));
    }

    /** How many frames wait. */
    public int size() {
        return urgent.size + regular.size + opening.size;
    }

    /** How many requests and pushed responses wait to open their streams. */
    public int waitingToOpen() {
        return opening.size - cancelledOpenings;
    }

    /** The id of the stream that the oldest of them opens; 0 if none waits. Those that were cancelled count too. */
    public int oldestOpening() {
        return opening.first == null ? 0 : opening.first.frame().streamId();
    }

    /** The id of the stream that the newest of them opens; 0 if none waits. */
    public int newestOpening() {
        return opening.last == null ? 0 : opening.last.frame().streamId();
    }

    /** How many of those were already there when the last send ended because the transport accepted no more. */
    public int openingsHeldUp() {
        return Math.min(heldUp, waitingToOpen());
    }

    /** A send has ended: what still waits does so because of the transport, or only for the peer's limit. */
    public void sendEnded(boolean transportFull) {
        heldUp = transportFull ? waitingToOpen() : 0;
    }

    /** How many replies to PING and SETTINGS wait. */
    public int owedReplies() {
        return owedReplies;
    }

    /** The item that will open a stream, or null. */
    public OutboundItem opening(int streamId) {
        for (OutboundItem item = opening.first; item != null; item = item.next) {
            if (item.frame().streamId() == streamId) {
                return item;
            }
        }
        return null;
    }

    /** The peer has reset a stream before our own RST_STREAM was sent: ours is cancelled. */
    public void cancelReset(int streamId) {
        for (OutboundItem item = regular.first; item != null; item = item.next) {
            if (item.frame().type() == FrameType.RST_STREAM && item.frame().streamId() == streamId) {
                item.cancel(0);
            }
        }
    }

    /**
     * Removes and returns the next request or pushed response that waits to open its stream, even beyond the peer's limit;
     * null for none.
     */
    public OutboundItem pollOpening() {
        OutboundItem item = opening.pollFirst();
        if (item != null && item.cancelled()) {
            cancelledOpenings--;
        }
        return item;
    }

    /** Removes and returns the next RST_STREAM; null if there is none. */
    public OutboundItem pollReset() {
        return regular.pollReset();
    }

    /** Whether a header block of a stream waits with a body behind it. */
    public boolean holdsBodyFor(int streamId) {
        return regular.holdsBodyFor(streamId) || opening.holdsBodyFor(streamId);
    }

    /**
     * The first header block of a pushed response was sent: the others of its stream are not held back by the peer's limit
     * any more.
     */
    public void opened(int streamId) {
        OutboundItem previous = null;
        OutboundItem item = opening.first;
        while (item != null) {
            OutboundItem following = item.next;
            if (item.frame().streamId() == streamId) {
                opening.remove(previous, item);
                regular.addLast(item);
            } else {
                previous = item;
            }
            item = following;
        }
    }

    /** Cancels a request that was not sent: it leaves the queue at the next opportunity, even beyond the peer's limit. */
    public void cancelOpening(OutboundItem item, long errorCode) {
        if (!item.cancelled()) {
            item.cancel(errorCode);
            cancelledOpenings++;
        }
    }

    // The first frame of a connection is SETTINGS (RFC 9113 section 3.4), even if others were submitted before it.
    private OutboundItem pollUrgent() {
        OutboundItem item = null;
        if (!settingsSent && urgent.size > 0) {
            item = urgent.pollFirstSettings();
            settingsSent = item != null;
        }
        if (item == null) {
            item = urgent.pollFirst();
        }
        if (item != null && isReply(item)) {
            owedReplies--;
        }
        return item;
    }

    private static boolean isReply(OutboundItem item) {
        Frame frame = item.frame();
        return frame instanceof PingFrame ping ? ping.ack() : frame instanceof SettingsFrame settings && settings.ack();
    }

    /** A singly linked list through the items. */
    private static final class Fifo {
        private OutboundItem first;
        private OutboundItem last;
        private int size;

        void addLast(OutboundItem item) {
            if (last == null) {
                first = item;
            } else {
                last.next = item;
            }
            last = item;
            size++;
        }

        void addFirst(OutboundItem item) {
            item.next = first;
            first = item;
            if (last == null) {
                last = item;
            }
            size++;
        }

        OutboundItem pollFirst() {
            OutboundItem item = first;
            if (item != null) {
                remove(null, item);
            }
            return item;
        }

        OutboundItem pollFirstSettings() {
            OutboundItem previous = null;
            for (OutboundItem item = first; item != null; previous = item, item = item.next) {
                if (item.frame() instanceof SettingsFrame settings && !settings.ack()) {
                    remove(previous, item);
                    return item;
                }
            }
            return null;
        }

        OutboundItem pollCancelled() {
            OutboundItem previous = null;
            for (OutboundItem item = first; item != null; previous = item, item = item.next) {
                if (item.cancelled()) {
                    remove(previous, item);
                    return item;
                }
            }
            return null;
        }

        OutboundItem pollReset() {
            if (!beginsWithReset()) {
                bringResetsForward();
            }
            return beginsWithReset() ? pollFirst() : null;
        }

        private boolean beginsWithReset() {
            return first != null && first.frame().type() == FrameType.RST_STREAM;
        }

        // In one pass, so that taking all RST_STREAMs takes time proportional to the length of the queue.
        private void bringResetsForward() {
            Fifo others = new Fifo();
            Fifo resets = new Fifo();
            for (OutboundItem item = pollFirst(); item != null; item = pollFirst()) {
                (item.frame().type() == FrameType.RST_STREAM ? resets : others).addLast(item);
            }
            for (OutboundItem item = resets.pollFirst(); item != null; item = resets.pollFirst()) {
                addLast(item);
            }
            for (OutboundItem item = others.pollFirst(); item != null; item = others.pollFirst()) {
                addLast(item);
            }
        }

        boolean holdsBodyFor(int streamId) {
            for (OutboundItem item = first; item != null; item = item.next) {
                if (item.hasBody() && item.frame().streamId() == streamId) {
                    return true;
                }
            }
            return false;
        }

        private void remove(OutboundItem previous, OutboundItem item) {
            if (previous == null) {
                first = item.next;
            } else {
                previous.next = item.next;
            }
            if (last == item) {
                last = previous;
            }
            item.next = null;
            size--;
        }
    }
}
