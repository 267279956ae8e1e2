package io.h2session.examples.get;

import io.h2session.examples.net.Json;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code -w FORMAT}: writes facts about each request, named as curl names them. {@code %{name}} is a fact, {@code %header{name}} a field
 * of the response, {@code %%} a percent sign; {@code \n}, {@code \r} and {@code \t} are what they are elsewhere.
 */
final class WriteOut implements Report {
    private static final String HEADER = "header{";

    /** What is made of a request; in {@code %{json}} too, numbers as numbers. */
    private static final Map<String, Function<Exchange, Object>> FACTS = new TreeMap<>();

    static {
        FACTS.put("conn_id", one -> one.connection == null ? -1 : one.connection.id());
        FACTS.put("content_type", one -> one.value("content-type"));
        FACTS.put("errormsg", one -> one.failure);
        FACTS.put("exitcode", one -> one.complete() ? 0 : 1);
        FACTS.put("http_code", one -> one.status);
        FACTS.put("http_version", one -> one.status == 0 ? "0" : "2");
        FACTS.put("local_ip", one -> one.connection == null ? "" : ip(one.connection.local()));
        FACTS.put(
                "local_port",
                one -> one.connection == null ? 0 : one.connection.local().getPort());
        FACTS.put("method", one -> one.request.method());
        FACTS.put("num_connects", one -> one.opened ? 1 : 0);
        FACTS.put("num_headers", one -> fields(one.head()).size());
        FACTS.put("redirect_url", one -> one.value("location"));
        FACTS.put("remote_ip", one -> one.connection == null ? "" : ip(one.connection.remote()));
        FACTS.put(
                "remote_port",
                one -> one.connection == null ? 0 : one.connection.remote().getPort());
        FACTS.put("response_code", one -> one.status);
        FACTS.put("scheme", one -> one.request.target().origin().tls() ? "https" : "http");
        FACTS.put("size_download", one -> one.bytes);
        FACTS.put(
                "size_header",
                one -> one.heads.stream().mapToLong(Exchange::size).sum());
        FACTS.put("size_request", one -> Exchange.size(one.request.headers()));
        FACTS.put("size_upload", one -> one.uploaded);
        FACTS.put("speed_download", one -> speed(one.bytes, one.total()));
        FACTS.put("speed_upload", one -> speed(one.uploaded, one.total()));
        FACTS.put("stream_id", one -> one.streamId);
        FACTS.put("time_appconnect", Exchange::secured);
        FACTS.put("time_connect", Exchange::connected);
        FACTS.put("time_namelookup", Exchange::resolved);
        FACTS.put("time_posttransfer", one -> one.seconds(one.sent));
        FACTS.put("time_pretransfer", one -> Math.max(one.connected(), one.secured()));
        FACTS.put("time_starttransfer", Exchange::firstByte);
        FACTS.put("time_total", Exchange::total);
        FACTS.put("url", one -> one.request.target().url());
        FACTS.put("url_effective", one -> one.request.target().url());
    }

    private final List<Function<Exchange, String>> parts = new ArrayList<>();
    private final PrintWriter out;

    /** @throws IllegalArgumentException with a message for the user */
    WriteOut(String format, PrintWriter out) {
        this.out = out;
        int from = 0;
        while (from < format.length()) {
            from = part(format, from);
        }
    }

    @Override
    public void add(Exchange ended) {
        parts.forEach(part -> out.print(part.apply(ended)));
        out.flush();
    }

    /** All facts about a request. */
    static Map<String, Object> facts(Exchange exchange) {
        Map<String, Object> facts = new LinkedHashMap<>();
        FACTS.forEach((name, fact) -> facts.put(name, fact.apply(exchange)));
        return facts;
    }

    /** The regular fields of a header block: every name once, with its values in order. */
    static Map<String, Object> fields(HeaderList headers) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (HeaderField field : headers) {
            String name = field.name().toString();
            if (!name.startsWith(":")) {
                fields.computeIfAbsent(name, first -> headers.values(first).stream()
                        .map(Object::toString)
                        .collect(Collectors.toList()));
            }
        }
        return fields;
    }

    /** Reads a part of the format and returns the index of the next one. */
    private int part(String format, int from) {
        if (format.startsWith("%%", from)) {
            parts.add(one -> "%");
            return from + 2;
        }
        boolean fact = format.startsWith("%{", from);
        if (fact || format.startsWith("%" + HEADER, from)) {
            int open = format.indexOf('{', from);
            int end = format.indexOf('}', open);
            if (end < 0) {
                throw new IllegalArgumentException("-w has a '{' without its '}': " + format.substring(from));
            }
            String name = format.substring(open + 1, end);
            parts.add(fact ? fact(name) : one -> text(one.value(name.toLowerCase(Locale.ROOT))));
            return end + 1;
        }
        if (format.charAt(from) == '\\' && from + 1 < format.length()) {
            String escaped = escaped(format.charAt(from + 1));
            parts.add(one -> escaped);
            return from + 2;
        }
        String character = format.substring(from, from + 1);
        parts.add(one -> character);
        return from + 1;
    }

    private static Function<Exchange, String> fact(String name) {
        if (name.equals("json")) {
            return one -> Json.line(facts(one));
        }
        if (name.equals("header_json")) {
            return one -> Json.indented(fields(one.head()));
        }
        Function<Exchange, Object> fact = FACTS.get(name);
        if (fact == null) {
            throw new IllegalArgumentException("-w knows no %{" + name + "}, but json, header_json, "
                    + String.join(", ", FACTS.keySet()) + ", and %header{name}");
        }
        return name.equals("http_code") || name.equals("response_code")
                ? one -> String.format(Locale.ROOT, "%03d", one.status)
                : one -> text(fact.apply(one));
    }

    private static String escaped(char c) {
        return switch (c) {
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            default -> "\\" + c;
        };
    }

    private static String text(Object fact) {
        if (fact == null) {
            return "";
        }
        return fact instanceof Double seconds ? String.format(Locale.ROOT, "%.6f", seconds) : fact.toString();
    }

    private static long speed(long bytes, double seconds) {
        return seconds == 0 ? 0 : Math.round(bytes / seconds);
    }

    private static String ip(InetSocketAddress address) {
        return address.getAddress().getHostAddress();
    }
}
