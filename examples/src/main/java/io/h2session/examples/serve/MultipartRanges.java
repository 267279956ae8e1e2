package io.h2session.examples.serve;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Several parts of a file in one response: {@code multipart/byteranges} (RFC 9110 section 14.6). */
final class MultipartRanges {
    private final String boundary =
            "part-" + Long.toHexString(ThreadLocalRandom.current().nextLong())
                    + Long.toHexString(ThreadLocalRandom.current().nextLong());
    private final List<Object> segments = new ArrayList<>();
    private long length;

    /**
     * Parts of a file.
     *
     * @param ofLength the length of the file
     * @param type the media type of the file
     */
    MultipartRanges(List<ByteRange> ranges, long ofLength, String type) {
        for (ByteRange range : ranges) {
            add("\r\n--" + boundary + "\r\nContent-Type: " + type + "\r\nContent-Range: " + range.of(ofLength)
                    + "\r\n\r\n");
            segments.add(range);
            length += range.length();
        }
        add("\r\n--" + boundary + "--\r\n");
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        segments.add(bytes);
        length += bytes.length;
    }

    /** The media type of the whole. */
    String type() {
        return "multipart/byteranges; boundary=" + boundary;
    }

    /** The length of the whole in bytes. */
    long length() {
        return length;
    }

    /** What it consists of, for {@link FilePieces}. */
    List<Object> segments() {
        return segments;
    }
}
