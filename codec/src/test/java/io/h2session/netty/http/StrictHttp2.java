package io.h2session.netty.http;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Judges one message of HTTP/2 by RFC 9113 section 8 alone, and knows nothing of the code that is tested. */
final class StrictHttp2 {
    private static final Set<String> OF_CONNECTIONS =
            Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade", "http2-settings");
    private static final Set<String> NOT_IN_TRAILERS =
            Set.of("content-length", "content-type", "content-encoding", "content-range", "host", "te", "trailer");

    /** Null for a request. */
    private final String method;

    private boolean headSeen;
    private boolean trailersSeen;
    private boolean ended;
    private boolean noContent;
    private long length = -1;
    private long received;

    /** @param method of the request a response belongs to; null for a request */
    StrictHttp2(String method) {
        this.method = method;
    }

    boolean ended() {
        return ended;
    }

    void headers(HeaderList list, boolean endStream) {
        check(!ended, "after the end", list);
        if (headSeen) {
            check(endStream && !trailersSeen, "trailers end a message", list);
            trailersSeen = true;
            fields(list, true);
            end();
            return;
        }
        List<String> pseudo = fields(list, false);
        List<String> lengths = values(list, "content-length");
        check(lengths.size() <= 1, "lengths", list);
        check(lengths.stream().allMatch(one -> one.matches("[0-9]{1,18}")), "length", list);
        if (method == null) {
            request(list, pseudo);
            headSeen = true;
            length = lengths.isEmpty() ? -1 : Long.parseLong(lengths.get(0));
        } else {
            check(pseudo.equals(List.of(":status")), "pseudo", list);
            String status = values(list, ":status").get(0);
            check(status.matches("[1-9][0-9][0-9]") && !status.equals("101"), "status", list);
            if (status.startsWith("1")) {
                check(!endStream && lengths.isEmpty(), "informational", list);
                return;
            }
            headSeen = true;
            noContent = method.equals("HEAD") || Set.of("204", "205", "304").contains(status);
            check(lengths.isEmpty() || !status.equals("204"), "length of 204", list);
            length = lengths.isEmpty() || noContent ? -1 : Long.parseLong(lengths.get(0));
        }
        if (endStream) {
            end();
        }
    }

    void data(int bytes, boolean endStream) {
        check(headSeen && !ended && !trailersSeen, "data out of order", HeaderList.EMPTY);
        check(bytes == 0 || !noContent, "content where there is none", HeaderList.EMPTY);
        received += bytes;
        check(length < 0 || received <= length, "more than its length", HeaderList.EMPTY);
        if (endStream) {
            end();
        }
    }

    private void end() {
        ended = true;
        check(length < 0 || received == length, "less than its length", HeaderList.EMPTY);
    }

    private static void request(HeaderList list, List<String> pseudo) {
        String name = values(list, ":method").stream().findFirst().orElse("");
        check(name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+"), "method", list);
        boolean connect = name.equals("CONNECT");
        boolean extended = pseudo.contains(":protocol");
        check(!extended || connect, "protocol", list);
        Set<String> expected = connect && !extended
                ? Set.of(":method", ":authority")
                : extended
                        ? Set.of(":method", ":scheme", ":authority", ":path", ":protocol")
                        : Set.of(":method", ":scheme", ":authority", ":path");
        check(Set.copyOf(pseudo).equals(expected) && pseudo.size() == expected.size(), "pseudo", list);
        check(values(list, ":authority").get(0).matches("[A-Za-z0-9._~%!$&'()*+,;=:\\[\\]-]+"), "authority", list);
        check(values(list, "host").isEmpty(), "host", list);
        if (expected.contains(":path")) {
            String path = values(list, ":path").get(0);
            check(path.matches("/[\\x21-\\x7e&&[^#]]*") || (path.equals("*") && name.equals("OPTIONS")), "path", list);
            check(values(list, ":scheme").get(0).matches("[a-z][a-z0-9+.-]*"), "scheme", list);
        }
    }

    private static List<String> fields(HeaderList list, boolean trailers) {
        List<String> pseudo = new ArrayList<>();
        boolean regular = false;
        for (HeaderField field : list) {
            String name = field.name().toString();
            String value = field.value().toString();
            if (name.startsWith(":")) {
                check(!regular && !trailers, "place of a pseudo-header field", list);
                pseudo.add(name);
                continue;
            }
            regular = true;
            check(name.matches("[!#$%&'*+.^_`|~0-9a-z-]+"), "name", list);
            check(value.matches("[\\t\\x20-\\x7e\\x80-\\xff]*"), "value", list);
            check(value.equals(value.strip()), "edge of a value", list);
            check(!OF_CONNECTIONS.contains(name), "field of a connection", list);
            check(!name.startsWith("x-http2-"), "field of a codec", list);
            check(!name.equals("te") || value.equals("trailers"), "te", list);
            check(!trailers || !NOT_IN_TRAILERS.contains(name), "field in trailers", list);
        }
        return pseudo;
    }

    private static List<String> values(HeaderList list, String name) {
        return list.values(name).stream().map(Object::toString).toList();
    }

    private static void check(boolean fine, String what, HeaderList list) {
        if (!fine) {
            throw new AssertionError(what + " in " + list);
        }
    }
}
