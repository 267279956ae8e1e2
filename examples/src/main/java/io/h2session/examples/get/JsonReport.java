package io.h2session.examples.get;

import io.h2session.examples.net.Json;
import java.io.PrintWriter;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code --json}: an object in one line for each request. */
final class JsonReport implements Report {
    private final PrintWriter out;

    JsonReport(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void add(Exchange ended) {
        out.println(Json.line(describe(ended)));
    }

    private static Map<String, Object> describe(Exchange one) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("method", one.request.method());
        request.put("url", one.request.target().url());
        request.put("headers", WriteOut.fields(one.request.headers()));
        request.put("bytes", one.uploaded);

        Map<String, Object> response = new LinkedHashMap<>();
        response.put("status", one.status);
        response.put("headers", WriteOut.fields(one.head()));
        response.put("trailers", WriteOut.fields(one.trailers));
        response.put("bytes", one.bytes);

        Map<String, Object> all = new LinkedHashMap<>();
        all.put("startedAt", one.startedAt.toString());
        all.put("request", request);
        all.put("response", one.status == 0 ? null : response);
        all.put("connection", one.connection == null ? null : describe(one.connection));
        all.put("stream", one.streamId);
        all.put("seconds", times(one));
        all.put("failure", one.failure);
        return all;
    }

    private static Map<String, Object> describe(Connection connection) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("id", connection.id());
        facts.put("remote", Client.text(connection.remote()));
        facts.put("local", Client.text(connection.local()));
        TlsFacts tls = connection.tls();
        if (tls != null) {
            List<Object> certificates = new ArrayList<>();
            for (X509Certificate certificate : tls.certificates()) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("subject", certificate.getSubjectX500Principal().toString());
                one.put("issuer", certificate.getIssuerX500Principal().toString());
                one.put("notAfter", certificate.getNotAfter().toInstant().toString());
                certificates.add(one);
            }
            facts.put("protocol", tls.protocol());
            facts.put("cipher", tls.cipher());
            facts.put("alpn", tls.alpn());
            facts.put("certificates", certificates);
        }
        return facts;
    }

    /** Null for what was not there: the steps to a connection that was open already, or a response that never came. */
    private static Map<String, Object> times(Exchange one) {
        Map<String, Object> times = new LinkedHashMap<>();
        times.put("resolved", known(one.resolved()));
        times.put("connected", known(one.connected()));
        times.put("tls", known(one.secured()));
        times.put("sent", known(one.seconds(one.sent)));
        times.put("firstByte", known(one.firstByte()));
        times.put("total", known(one.total()));
        return times;
    }

    private static Double known(double seconds) {
        return seconds == 0 ? null : seconds;
    }
}
