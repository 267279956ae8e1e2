package io.h2session.examples.load;

import io.h2session.examples.get.Request;
import io.h2session.examples.net.Json;
import io.h2session.hpack.HeaderNames;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The result of a run for programs: with the settings that produced it, and times in nanoseconds where a name says so. */
final class JsonReport {
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private JsonReport() {}

    static String of(LoadRun.Result result) {
        Tally tally = result.tally();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("settings", settings(result.plan()));
        all.put("seconds", result.seconds());
        all.put("stopped", result.stopped());
        all.put("requests_per_second", result.perSecond());
        all.put("requests", requests(tally));
        all.put("statuses", Report.statuses(tally));
        all.put("errors", tally.errors);
        all.put("connections", connections(tally));
        all.put("bytes", bytes(tally.traffic));
        all.put("latency_ns", Percentiles.all(tally.latency));
        all.put("service_ns", Percentiles.all(tally.service));
        all.put("first_byte_ns", Percentiles.all(tally.firstByte));
        all.put("connect_ns", Percentiles.all(tally.connect));
        all.put("responses_per_second", Arrays.stream(tally.perSecond()).boxed().toList());
        return Json.indented(all) + System.lineSeparator();
    }

    private static Map<String, Object> settings(Plan plan) {
        Request first = plan.requests().get(0);
        List<String> urls =
                plan.requests().stream().map(request -> request.target().url()).toList();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", plan.open() ? "open" : "closed");
        settings.put("protocol", plan.http1() ? "http/1.1" : "h2");
        settings.put("urls", urls);
        settings.put("method", String.valueOf(first.headers().value(HeaderNames.METHOD)));
        settings.put("body_bytes", plan.body() == null ? 0 : plan.body().length);
        settings.put("connections", plan.connections());
        settings.put("streams", plan.streams());
        settings.put("threads", plan.threads());
        settings.put("requests", plan.count() > 0 ? plan.count() : null);
        settings.put("rate", plan.open() ? plan.rate() : null);
        settings.put("duration_seconds", plan.count() > 0 ? null : plan.nanos() / SECOND);
        settings.put("warm_up_seconds", plan.warmUpNanos() / SECOND);
        settings.put("timeout_seconds", plan.timeoutNanos() / SECOND);
        settings.put("window_bits", plan.windowBits());
        return settings;
    }

    private static Map<String, Object> requests(Tally tally) {
        Map<String, Object> requests = new LinkedHashMap<>();
        requests.put("succeeded", tally.succeeded);
        requests.put("failed", tally.failed);
        requests.put("errored", tally.errored);
        requests.put("late", tally.late);
        requests.put("resent", tally.resent);
        requests.put("unfinished", tally.unfinished);
        return requests;
    }

    private static Map<String, Object> connections(Tally tally) {
        Map<String, Object> connections = new LinkedHashMap<>();
        connections.put("made", tally.connect.getTotalCount());
        connections.put("reconnected", tally.reconnected);
        connections.put("errors", tally.connectionErrors);
        return connections;
    }

    private static Map<String, Object> bytes(Tally.Traffic traffic) {
        Map<String, Object> bytes = new LinkedHashMap<>();
        bytes.put("received", traffic.received);
        bytes.put("sent", traffic.sent);
        bytes.put("content", traffic.content);
        bytes.put("header_blocks", traffic.headers);
        bytes.put("headers_decoded", traffic.headersDecoded);
        return bytes;
    }
}
