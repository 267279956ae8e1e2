package io.h2session.examples.grpc;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.channel.StreamEnd;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * How a call ended.
 *
 * @param code one of gRPC's codes, 0 to 16
 * @param message what went wrong, for people; may be empty
 */
record GrpcStatus(int code, String message) {
    static final int CANCELLED = 1;
    static final int UNKNOWN = 2;
    static final int INVALID_ARGUMENT = 3;
    static final int DEADLINE_EXCEEDED = 4;
    static final int RESOURCE_EXHAUSTED = 8;
    static final int UNIMPLEMENTED = 12;
    static final int INTERNAL = 13;
    static final int UNAVAILABLE = 14;

    static final GrpcStatus OK = new GrpcStatus(0, "");

    /** The status in trailers, or in a head that is the whole response. */
    static GrpcStatus in(HeaderList fields) {
        String code = fields.value("grpc-status").toString();
        String message =
                fields.contains("grpc-message") ? fields.value("grpc-message").toString() : "";
        // What is not well-formed is taken as it is.
        String encoded = message.replaceAll("%(?![0-9A-Fa-f]{2})", "%25").replace("+", "%2B");
        int number = code.matches("\\d{1,2}") ? Integer.parseInt(code) : UNKNOWN;
        return new GrpcStatus(number, URLDecoder.decode(encoded, StandardCharsets.UTF_8));
    }

    /** What a response that is not gRPC's means. */
    static GrpcStatus ofHttp(CharSequence status) {
        int code =
                switch (status.toString()) {
                    case "400" -> INTERNAL;
                    case "401" -> 16; // UNAUTHENTICATED
                    case "403" -> 7; // PERMISSION_DENIED
                    case "404" -> UNIMPLEMENTED;
                    case "429", "502", "503", "504" -> UNAVAILABLE;
                    default -> UNKNOWN;
                };
        return new GrpcStatus(code, "HTTP status " + status);
    }

    /** What it means that a stream ended without a status. */
    static GrpcStatus of(StreamEnd end) {
        int code =
                switch (end.kind()) {
                    case REFUSED, CONNECTION_ENDED -> UNAVAILABLE;
                    case RESET_BY_PEER -> end.errorCode() == 0x8 ? CANCELLED : INTERNAL;
                    case CLOSED, RESET -> CANCELLED;
                    case COMPLETE -> UNKNOWN;
                };
        return new GrpcStatus(end.errorCode() == 0xb ? RESOURCE_EXHAUSTED : code, end.toString());
    }

    /** The fields of the status behind those. */
    HeaderList after(HeaderList head) {
        String encoded = URLEncoder.encode(message, StandardCharsets.UTF_8).replace("+", "%20");
        return head.plus("grpc-status", Integer.toString(code)).plus("grpc-message", encoded);
    }
}
