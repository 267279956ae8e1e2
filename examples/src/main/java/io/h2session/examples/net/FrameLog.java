package io.h2session.examples.net;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.InvalidFrameReason;
import io.h2session.api.NotSentReason;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Writes one line for each frame that comes in or goes out, with the header fields below it:
 *
 * <pre>
 * [  0.012] recv HEADERS stream=1 flags=END_STREAM|END_HEADERS
 *           :method: GET
 * </pre>
 *
 * <p>One log belongs to one session. It is a plain listener for the builder of the handler.
 */
public final class FrameLog implements Http2SessionListener {
    private static final String INDENT = System.lineSeparator() + " ".repeat(10);

    // The colours of nghttp.
    private static final String TIME = "\u001b[33m";
    private static final String RECEIVED = "\u001b[1;36m";
    private static final String SENT = "\u001b[1;35m";
    private static final String NAME = "\u001b[1;34m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintStream out;
    private final String prefix;
    private final boolean colours;
    private final long start = System.nanoTime();
    private final StringBuilder fields = new StringBuilder();

    /**
     * Creates the log of one connection.
     *
     * @param prefix the beginning of each line, which identifies the connection; may be empty
     * @param colours whether a terminal shows the log, which then has colours
     */
    public FrameLog(PrintStream out, String prefix, boolean colours) {
        this.out = out;
        this.prefix = prefix;
        this.colours = colours;
    }

    /** Writes a line about the connection. Control characters in it are escaped. */
    public void note(String text) {
        print(Printable.of(text));
    }

    @Override
    public ReceiveAnswer onBeginHeaders(Http2SessionContext session, Frame frame) {
        fields.setLength(0);
        return ReceiveAnswer.CONTINUE;
    }

    @Override
    public ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) {
        append(field);
        return ReceiveAnswer.CONTINUE;
    }

    @Override
    public void onFrameReceived(Http2SessionContext session, Frame frame) {
        print(received(frame) + (hasFields(frame) ? fields : ""));
    }

    @Override
    public void onInvalidFrameReceived(Http2SessionContext session, Frame frame, InvalidFrameReason reason) {
        print(received(frame) + " invalid: " + reason + (hasFields(frame) ? fields : ""));
    }

    @Override
    public void onFrameSent(Http2SessionContext session, Frame frame) {
        print(coloured(SENT, "send " + describe(frame)) + describe(sentFields(frame)));
    }

    @Override
    public void onFrameNotSent(Http2SessionContext session, Frame frame, NotSentReason reason) {
        print("not sent: " + describe(frame) + ": " + reason);
    }

    @Override
    public void onError(Http2SessionContext session, String reason) {
        print("error: " + reason);
    }

    private void print(String line) {
        double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
        out.println(coloured(TIME, String.format(Locale.ROOT, "%s[%7.3f]", prefix, seconds)) + ' ' + line);
    }

    private String received(Frame frame) {
        return coloured(RECEIVED, "recv " + describe(frame));
    }

    private String coloured(String colour, String text) {
        return colours ? colour + text + PLAIN : text;
    }

    private static boolean hasFields(Frame frame) {
        return frame instanceof HeadersFrame || frame instanceof PushPromiseFrame;
    }

    private static HeaderList sentFields(Frame frame) {
        HeaderList sent = null;
        if (frame instanceof HeadersFrame headers) {
            sent = headers.headers();
        } else if (frame instanceof PushPromiseFrame promise) {
            sent = promise.headers();
        }
        return sent == null ? HeaderList.EMPTY : sent;
    }

    /** Formats a frame as one line. The length of a header block is known only if it was received. */
    private static String describe(Frame frame) {
        if (frame instanceof HeadersFrame headers) {
            return "HEADERS stream=" + headers.streamId() + " flags="
                    + FrameFlags.describe(FrameType.HEADERS, headers.flags())
                    + (headers.length() > 0 ? " length=" + headers.length() : "");
        }
        if (frame instanceof GoAwayFrame goAway && goAway.debugData().length > 0) {
            String debug = new String(goAway.debugData(), StandardCharsets.ISO_8859_1);
            return goAway + " \"" + Printable.of(debug) + '"';
        }
        return Printable.of(frame.toString());
    }

    private String describe(HeaderList sent) {
        fields.setLength(0);
        for (HeaderField field : sent) {
            append(field);
        }
        return fields.toString();
    }

    private void append(HeaderField field) {
        String text = Printable.of(field.toString());
        int name = text.indexOf(": ");
        fields.append(INDENT).append(coloured(NAME, text.substring(0, name))).append(text, name, text.length());
    }
}
