package io.h2session.examples.get;

import io.h2session.examples.net.Json;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * {@code --har FILE}: the requests as an HTTP Archive 1.2, which browsers and other tools show. It has no bodies, and none of the values
 * that give access, as people pass such files on.
 */
final class HarReport implements Report {
    private static final Set<String> SECRET = Set.of("authorization", "proxy-authorization", "cookie", "set-cookie");
    private static final double MILLIS = 1e3;
    private static final int UNKNOWN = -1;

    private final String file;
    private final PrintWriter standardOutput;
    private final String version;
    private final List<Object> entries = new ArrayList<>();

    /**
     * @param file where the archive goes; {@code -} for standard output
     * @param version of this program
     */
    HarReport(String file, PrintWriter standardOutput, String version) {
        this.file = file;
        this.standardOutput = standardOutput;
        this.version = version;
    }

    @Override
    public void add(Exchange ended) {
        entries.add(entry(ended));
    }

    @Override
    public void end() throws IOException {
        Map<String, Object> log = new LinkedHashMap<>();
        log.put("version", "1.2");
        Map<String, Object> creator = new LinkedHashMap<>();
        creator.put("name", "h2session");
        creator.put("version", version);
        log.put("creator", creator);
        log.put("pages", List.of());
        log.put("entries", entries);
        String text = Json.indented(Map.of("log", log));
        if (file.equals("-")) {
            standardOutput.println(text);
        } else {
            Files.writeString(Path.of(file), text + "\n");
        }
    }

    private static Map<String, Object> entry(Exchange one) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("startedDateTime", one.startedAt.toString());
        entry.put("time", one.total() * MILLIS);
        entry.put("request", request(one));
        entry.put("response", response(one));
        entry.put("cache", Map.of());
        entry.put("timings", timings(one));
        if (one.connection != null) {
            entry.put("serverIPAddress", one.connection.remote().getAddress().getHostAddress());
            entry.put("connection", Integer.toString(one.connection.id()));
        }
        if (!one.complete()) {
            entry.put("comment", one.failure);
        }
        return entry;
    }

    private static Map<String, Object> request(Exchange one) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("method", one.request.method());
        request.put("url", one.request.target().url());
        request.put("httpVersion", "HTTP/2");
        request.put("cookies", List.of());
        request.put("headers", fields(one.request.headers()));
        request.put("queryString", query(one.request.target().path()));
        request.put("headersSize", UNKNOWN);
        request.put("bodySize", one.uploaded);
        return request;
    }

    private static Map<String, Object> response(Exchange one) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("size", one.bytes);
        content.put("mimeType", Objects.requireNonNullElse(one.value("content-type"), ""));
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("status", one.status);
        response.put("statusText", "");
        response.put("httpVersion", "HTTP/2");
        response.put("cookies", List.of());
        response.put("headers", fields(one.head()));
        response.put("content", content);
        response.put("redirectURL", Objects.requireNonNullElse(one.value("location"), ""));
        response.put("headersSize", UNKNOWN);
        response.put("bodySize", one.bytes);
        return response;
    }

    /** Durations of the steps, in milliseconds; -1 for a step that there was not. As HAR wants it, {@code connect} includes {@code ssl}. */
    private static Map<String, Object> timings(Exchange one) {
        double ready = Math.max(one.connected(), one.secured());
        double sent = one.sent == 0 || one.answered == 0 ? ready : Math.min(one.seconds(one.sent), one.firstByte());
        double answered = one.answered == 0 ? one.total() : one.firstByte();
        Map<String, Object> timings = new LinkedHashMap<>();
        timings.put("blocked", UNKNOWN);
        timings.put("dns", one.opened ? one.resolved() * MILLIS : UNKNOWN);
        timings.put("connect", one.opened ? (ready - one.resolved()) * MILLIS : UNKNOWN);
        timings.put("ssl", one.secured() > 0 ? (one.secured() - one.connected()) * MILLIS : UNKNOWN);
        timings.put("send", Math.max(0, sent - ready) * MILLIS);
        timings.put("wait", Math.max(0, answered - Math.max(sent, ready)) * MILLIS);
        timings.put("receive", Math.max(0, one.total() - answered) * MILLIS);
        return timings;
    }

    private static List<Object> fields(HeaderList headers) {
        List<Object> fields = new ArrayList<>();
        for (HeaderField field : headers) {
            String name = field.name().toString();
            fields.add(pair(name, SECRET.contains(name) ? "" : field.value().toString()));
        }
        return fields;
    }

    private static List<Object> query(String path) {
        List<Object> parameters = new ArrayList<>();
        int mark = path.indexOf('?');
        if (mark >= 0) {
            for (String parameter : path.substring(mark + 1).split("&", -1)) {
                int equals = parameter.indexOf('=');
                String name = equals < 0 ? parameter : parameter.substring(0, equals);
                parameters.add(pair(decoded(name), equals < 0 ? "" : decoded(parameter.substring(equals + 1))));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    private static Map<String, Object> pair(String name, String value) {
        Map<String, Object> pair = new LinkedHashMap<>();
        pair.put("name", name);
        pair.put("value", value);
        return pair;
    }
}
