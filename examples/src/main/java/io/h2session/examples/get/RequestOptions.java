package io.h2session.examples.get;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderNames;
import io.h2session.priority.Priority;
import io.h2session.priority.PriorityField;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that make the requests. */
final class RequestOptions {
    @Option(
            names = {"-X", "--request"},
            paramLabel = "METHOD",
            description = "Method; GET, or POST with -d.")
    private String method;

    @Option(
            names = {"-I", "--head"},
            description = "Send HEAD and write the header fields of the response.")
    private boolean head;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'name: value'",
            description = "A header field; any number of them.")
    private List<String> headers = List.of();

    @Option(
            names = {"-d", "--data", "--data-binary"},
            paramLabel = "@FILE|@-|TEXT",
            description =
                    "The body of the request, as it is: a file, standard input, or the text. As curl's --data-binary, but"
                            + " without a content-type; nghttp's -d FILE is -d @FILE.")
    private String data;

    @Option(
            names = "--trailer",
            paramLabel = "'name: value'",
            description = "A field behind the body of -d; any number of them.")
    private List<String> trailers = List.of();

    @Option(
            names = {"-p", "--extpri"},
            paramLabel = "PRIORITY",
            description =
                    "Priority by RFC 9218, for example u=1,i. The second -p is for the second URL and so on, the last one for all"
                            + " that follow. (The weights of older nghttp are those of RFC 7540, which RFC 9113 has withdrawn.)")
    private List<String> priorities = List.of();

    boolean head() {
        return head;
    }

    /** @throws IllegalArgumentException with a message for the user */
    List<Request> requests(List<String> urls) throws IOException {
        if (head && (method != null || data != null)) {
            throw new IllegalArgumentException("-I excludes -X and -d");
        }
        if (!trailers.isEmpty() && data == null) {
            throw new IllegalArgumentException("--trailer needs -d: trailers come behind a body");
        }
        List<HeaderField> fields = fields("-H", headers);
        List<HeaderField> last = fields("--trailer", trailers);
        if (!priorities.isEmpty()
                && fields.stream().anyMatch(field -> field.name().equals(HeaderNames.PRIORITY))) {
            throw new IllegalArgumentException("-p excludes -H 'priority: ...'");
        }
        priorities.forEach(RequestOptions::checkPriority);
        List<Target> targets = urls.stream().map(Target::parse).toList();
        RequestBody body = data == null ? null : body();
        String verb = head ? "HEAD" : method != null ? method : body == null ? "GET" : "POST";
        List<Request> requests = new ArrayList<>();
        for (Target target : targets) {
            List<HeaderField> own = new ArrayList<>(fields);
            if (!priorities.isEmpty()) {
                String priority = priorities.get(Math.min(requests.size(), priorities.size() - 1));
                own.add(HeaderField.of(HeaderNames.PRIORITY, priority));
            }
            requests.add(Request.of(target, verb, own, body, last));
        }
        return requests;
    }

    private RequestBody body() throws IOException {
        try {
            return RequestBody.of(data, System.in);
        } catch (InvalidPathException noName) {
            throw new IllegalArgumentException("-d names no file: " + data, noName);
        }
    }

    private static List<HeaderField> fields(String option, List<String> texts) {
        List<HeaderField> fields = new ArrayList<>();
        for (String text : texts) {
            fields.add(Request.field(option, text));
        }
        return fields;
    }

    private static void checkPriority(String text) {
        Priority priority = text.isEmpty() ? null : PriorityField.parse(AsciiString.of(text), Priority.DEFAULT);
        if (priority == null) {
            throw new IllegalArgumentException("-p wants a priority by RFC 9218, such as u=1,i, not: " + text);
        }
    }
}
