package io.h2session.examples.get;

import io.h2session.netty.Http2SessionEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Keeps a copy of the beginning of a body that is written elsewhere. */
final class PageCopy implements BodyOutput {
    /** Longer pages are searched for links up to here. */
    private static final int MAX = 4 << 20;

    private final BodyOutput output;
    private final StringBuilder text = new StringBuilder();

    PageCopy(BodyOutput output) {
        this.output = output;
    }

    /** The bytes as characters of ISO 8859-1. Links are ASCII, or else percent-encoded. */
    String text() {
        return text.toString();
    }

    @Override
    public void begin(long length, Consumer<IOException> failed) {
        output.begin(length, failed);
    }

    @Override
    public void write(Http2SessionEvent.Data piece, Consumer<IOException> failed) {
        if (text.length() < MAX) {
            text.append(piece.content().toString(StandardCharsets.ISO_8859_1));
        }
        output.write(piece, failed);
    }

    @Override
    public void write(byte[] fields, Consumer<IOException> failed) {
        output.write(fields, failed);
    }

    @Override
    public void afterwards(Runnable then) {
        output.afterwards(then);
    }

    @Override
    public void close() {
        output.close();
    }
}
