package io.h2session.netty.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A parser of HTTP/1.1 that takes nothing but what RFC 9112 says, and knows nothing of the code that is tested. It finds out how many
 * messages there are in what a connection carried, and what is left over.
 */
final class StrictHttp1 {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    private final String bytes;
    private int at;

    /** The heads that were found: first line and fields. */
    final List<List<String>> heads = new ArrayList<>();

    final StringBuilder body = new StringBuilder();

    /** Whether the last message is there to its end. */
    boolean whole;

    private StrictHttp1(byte[] input) {
        bytes = new String(input, StandardCharsets.ISO_8859_1);
    }

    /** One request. What follows it is an error, unless it is a CONNECT that was accepted. */
    static StrictHttp1 request(byte[] input, boolean tunnel) {
        StrictHttp1 parser = new StrictHttp1(input);
        List<String> head = parser.head("(" + TOKEN + ") ([^\\x00-\\x20\\x7f]+) HTTP/1\\.1");
        boolean connect = head.get(0).startsWith("CONNECT ");
        parser.content(head, connect, connect && tunnel);
        return parser;
    }

    /** Informational responses and a final one, to a request of this method. */
    static StrictHttp1 response(byte[] input, String method) {
        StrictHttp1 parser = new StrictHttp1(input);
        while (parser.at < parser.bytes.length()) {
            List<String> head = parser.head("HTTP/1\\.1 [1-9][0-9][0-9] [^\\x00-\\x08\\x0a-\\x1f\\x7f]*");
            int status = Integer.parseInt(head.get(0).substring(9, 12));
            if (status / 100 == 1) {
                parser.check(!parser.has(head, "content-length") && !parser.has(head, "transfer-encoding"), "1xx");
                continue;
            }
            boolean tunnel = method.equals("CONNECT") && status / 100 == 2;
            boolean none = status == 204 || status == 304 || method.equals("HEAD");
            parser.check(
                    none || tunnel || parser.has(head, "content-length") || parser.has(head, "transfer-encoding"),
                    "delimited by the end of the connection");
            parser.content(head, none || tunnel, tunnel);
            break;
        }
        return parser;
    }

    private List<String> head(String firstLine) {
        List<String> head = new ArrayList<>();
        String line = line();
        check(line.matches(firstLine), "first line " + line);
        while (!line.isEmpty()) {
            head.add(line);
            line = line();
            check(line.isEmpty() || line.matches(TOKEN + ":[\\t\\x20-\\x7e\\x80-\\xff]*"), "field " + line);
        }
        check(values(head, "host").size() <= 1, "hosts " + head);
        check(values(head, "content-length").size() <= 1, "lengths " + head);
        check(values(head, "content-length").stream().allMatch(one -> one.matches("[0-9]{1,18}")), "length " + head);
        check(values(head, "transfer-encoding").stream().allMatch("chunked"::equals), "coding " + head);
        check(
                values(head, "transfer-encoding").size()
                                + values(head, "content-length").size()
                        <= 1,
                "two ways " + head);
        heads.add(head);
        return head;
    }

    private void content(List<String> head, boolean none, boolean tunnel) {
        if (tunnel) {
            body.append(bytes, at, bytes.length());
            at = bytes.length();
        } else if (!none && has(head, "transfer-encoding")) {
            if (!chunks()) {
                return;
            }
        } else if (!none && has(head, "content-length")) {
            long length = Long.parseLong(values(head, "content-length").get(0));
            int end = (int) Math.min(bytes.length(), at + length);
            body.append(bytes, at, end);
            if (at + length > end) {
                return;
            }
            at = end;
        }
        whole = true;
        check(at == bytes.length(), "left over: " + bytes.substring(at));
    }

    private boolean chunks() {
        while (at < bytes.length()) {
            String size = line();
            check(size.matches("[0-9a-fA-F]{1,8}"), "chunk " + size);
            int length = Integer.parseInt(size, 16);
            if (length == 0) {
                for (String line = line(); !line.isEmpty(); line = line()) {
                    check(line.matches(TOKEN + ":[\\t\\x20-\\x7e\\x80-\\xff]*"), "trailer " + line);
                    check(!line.matches("(?i)(content-length|transfer-encoding|host):.*"), "trailer " + line);
                }
                return true;
            }
            check(at + length + 2 <= bytes.length(), "chunk cut off");
            body.append(bytes, at, at + length);
            at += length;
            check(line().isEmpty(), "end of chunk");
        }
        return false;
    }

    private boolean has(List<String> head, String name) {
        return !values(head, name).isEmpty();
    }

    private static List<String> values(List<String> head, String name) {
        return head.stream()
                .skip(1)
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).trim())
                .toList();
    }

    private String line() {
        int end = bytes.indexOf("\r\n", at);
        check(end >= 0, "cut off");
        String line = bytes.substring(at, end);
        check(line.indexOf('\r') < 0 && line.indexOf('\n') < 0, "bare line break in " + line);
        at = end + 2;
        return line;
    }

    private void check(boolean fine, String what) {
        if (!fine) {
            throw new AssertionError(what + " in <" + bytes + ">");
        }
    }
}
