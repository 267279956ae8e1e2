package io.h2session;

import static io.h2session.frame.ErrorCode.PROTOCOL_ERROR;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Messages that are malformed (RFC 9113 section 8): each costs its stream and nothing else. */
final class MessageFaults {
    private MessageFaults() {}

    static Stream<Fault> rows() {
        List<Fault> rows = new ArrayList<>();
        rows.addAll(pseudoHeaderFields());
        rows.addAll(fields());
        rows.addAll(requestBodies());
        rows.addAll(trailers());
        rows.addAll(responses());
        return rows.stream();
    }

    private static List<Fault> pseudoHeaderFields() {
        String[] get = {":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/"};
        return List.of(
                request("no fields at all", "missing_method"),
                request("no :method", "missing_method", ":scheme", "https", ":authority", "a", ":path", "/"),
                request("no :scheme", "missing_scheme", ":method", "GET", ":authority", "a", ":path", "/"),
                request("no :path", "missing_path", ":method", "GET", ":scheme", "https", ":authority", "a"),
                request("no :authority", "missing_authority", ":method", "GET", ":scheme", "https", ":path", "/"),
                request("an empty :path", "empty_pseudo_header", ":method", "GET", ":scheme", "https", ":path", ""),
                request("a :path without slash", "invalid_path_form", with(get, 7, "a")),
                request("a :path of * for GET", "invalid_path_form", with(get, 7, "*")),
                request("two :path", "duplicate_pseudo_header", plus(get, ":path", "/")),
                request("two :method", "duplicate_pseudo_header", plus(get, ":method", "GET")),
                request("an unknown pseudo-header field", "unknown_pseudo_header", plus(get, ":colour", "red")),
                request("a :status", "response_pseudo_header_in_request", plus(get, ":status", "200")),
                request("a :protocol not allowed", "extended_connect_not_enabled", plus(get, ":protocol", "websocket")),
                request(
                        "a pseudo-header field late",
                        "pseudo_header_after_regular_field",
                        plus(get, "a", "b", ":path", "/")),
                request("a :method with a space", "invalid_pseudo_header_value", with(get, 1, "G T")),
                request("a :path with a space", "invalid_pseudo_header_value", with(get, 7, "/a b")),
                request("a :scheme of digits", "invalid_pseudo_header_value", with(get, 3, "1")),
                request("an :authority with userinfo", "invalid_pseudo_header_value", with(get, 5, "user@a")),
                request("an :authority with a port too large", "invalid_pseudo_header_value", with(get, 5, "a:99999")),
                request("an :authority with an open bracket", "invalid_pseudo_header_value", with(get, 5, "[::1")),
                request("an :authority of two", "invalid_pseudo_header_value", with(get, 5, "a,b")),
                request("a :path with a quotation mark", "invalid_pseudo_header_value", with(get, 7, "/\"")),
                request("a :path with a fragment", "invalid_pseudo_header_value", with(get, 7, "/#a")),
                request("a :path with a byte above 0x7e", "invalid_pseudo_header_value", with(get, 7, "/\u00e9")),
                request("CONNECT with a :path", "connect_with_scheme_or_path", with(get, 1, "CONNECT")),
                request("CONNECT without :authority", "missing_authority", ":method", "CONNECT"),
                request("CONNECT without a port", "connect_without_port", ":method", "CONNECT", ":authority", "a"));
    }

    private static List<Fault> fields() {
        return List.of(
                // In bytes: what encodes header blocks here makes names lower case.
                Fault.atServer("a request with a field: in upper case")
                        .input(peer -> peer.headers(1, true, Fault.hex(Fault.GET_BLOCK + "00 01 41 01 62")))
                        .resets(1, PROTOCOL_ERROR, "uppercase_field_name"),
                field("connection", "connection_specific_field", "connection", "close"),
                field("keep-alive", "connection_specific_field", "keep-alive", "timeout=5"),
                field("proxy-connection", "connection_specific_field", "proxy-connection", "close"),
                field("transfer-encoding", "connection_specific_field", "transfer-encoding", "chunked"),
                field("upgrade", "connection_specific_field", "upgrade", "websocket"),
                field("te that is not trailers", "te_not_trailers", "te", "gzip"),
                field("no name", "invalid_field_name", "", "a"),
                field("a name with a space", "invalid_field_name", "a b", "c"),
                field("a name with a colon", "invalid_field_name", "a:b", "c"),
                field("a value with CR LF", "invalid_field_value", "a", "b\r\nc: d"),
                field("a value with NUL", "invalid_field_value", "a", "b\0"),
                field("a value that begins with a space", "invalid_field_value", "a", " b"),
                field("a value that ends with a tab", "invalid_field_value", "a", "b\t"),
                field("host that differs", "host_differs_from_authority", "host", "example.org"),
                field("two host", "duplicate_host", "host", "example.com", "host", "example.com"),
                field("an empty host", "empty_host", "host", ""),
                field("content-length of letters", "invalid_content_length", "content-length", "a"),
                field("content-length with a sign", "invalid_content_length", "content-length", "+1"),
                field("a negative content-length", "invalid_content_length", "content-length", "-1"),
                field("content-length of 2^63", "invalid_content_length", "content-length", "9223372036854775808"),
                field("an empty content-length", "invalid_content_length", "content-length", ""),
                field("two content-length", "duplicate_content_length", "content-length", "1", "content-length", "1"),
                Fault.atServer("te: trailers")
                        .input(peer -> peer.request(1, true, "/", "te", "trailers"))
                        .isTolerated());
    }

    private static List<Fault> requestBodies() {
        return List.of(
                Fault.atServer("content-length and no body")
                        .input(peer -> peer.request(1, true, "/", "content-length", "1"))
                        .resets(1, PROTOCOL_ERROR, "less_than_content_length"),
                Fault.atServer("a body shorter than content-length")
                        .input(peer -> peer.request(1, false, "/", "content-length", "4")
                                .data(1, "abc", true))
                        .resets(1, PROTOCOL_ERROR, "less_than_content_length"),
                Fault.atServer("a body longer than content-length")
                        .input(peer -> peer.request(1, false, "/", "content-length", "2")
                                .data(1, "abc", true))
                        .resets(1, PROTOCOL_ERROR, "more_than_content_length"),
                Fault.atServer("a body longer than content-length, the end apart")
                        .input(peer -> peer.request(1, false, "/", "content-length", "2")
                                .data(1, "ab", false)
                                .data(1, "c", false)
                                .data(1, "", true))
                        .resets(1, PROTOCOL_ERROR, "more_than_content_length"),
                Fault.atServer("a body shorter than content-length, padded")
                        .input(peer -> peer.request(1, false, "/", "content-length", "4")
                                .data(1, new byte[3], true, 9))
                        .resets(1, PROTOCOL_ERROR, "less_than_content_length"),
                Fault.atServer("a body of content-length, padded")
                        .input(peer -> peer.request(1, false, "/", "content-length", "3")
                                .data(1, new byte[3], true, 9))
                        .isTolerated(),
                Fault.atServer("trailers before the body is complete")
                        .input(peer -> peer.request(1, false, "/", "content-length", "4")
                                .data(1, "abc", false)
                                .headers(1, true, "a", "b"))
                        .resets(1, PROTOCOL_ERROR, "less_than_content_length"));
    }

    private static List<Fault> trailers() {
        return List.of(
                trailer("a pseudo-header field", "pseudo_header_in_trailers", ":path", "/"),
                trailer("an unknown pseudo-header field", "unknown_pseudo_header", ":a", "b"),
                trailer("content-length", "content_length_in_trailers", "content-length", "0"),
                trailer("host", "host_in_trailers", "host", "example.com"),
                trailer("connection", "connection_specific_field", "connection", "close"),
                trailer("a value with LF", "invalid_field_value", "a", "b\n"));
    }

    private static List<Fault> responses() {
        List<Fault> rows = new ArrayList<>(List.of(
                response("no :status", "missing_status", "a", "b"),
                response("an empty :status", "empty_pseudo_header", ":status", ""),
                response(":status of letters", "invalid_status", ":status", "2xx"),
                response(":status of two digits", "invalid_status", ":status", "20"),
                response(":status of four digits", "invalid_status", ":status", "2000"),
                response(":status 099", "invalid_status", ":status", "099"),
                response(":status 101", "status_101", ":status", "101"),
                response("two :status", "duplicate_pseudo_header", ":status", "200", ":status", "200"),
                response("a :path", "request_pseudo_header_in_response", ":status", "200", ":path", "/"),
                response("a :status late", "pseudo_header_after_regular_field", "a", "b", ":status", "200"),
                response("connection", "connection_specific_field", ":status", "200", "connection", "close"),
                response(
                        "content-length in 204 twice",
                        "duplicate_content_length",
                        ":status",
                        "204",
                        "content-length",
                        "1",
                        "content-length",
                        "1")));
        rows.add(Fault.atClient("content-length in 204")
                .input(peer -> peer.response(1, true, 204, "content-length", "1"))
                .isTolerated());
        rows.add(Fault.atClient("content-length in 1xx")
                .input(peer ->
                        peer.response(1, false, 103, "content-length", "1").response(1, true, 200))
                .isTolerated());
        rows.add(Fault.atClient("100 with END_STREAM")
                .input(peer -> peer.response(1, true, 100))
                .resets(1, PROTOCOL_ERROR, "end_stream_before_final_headers"));
        rows.add(Fault.atClient("DATA after 100")
                .input(peer -> peer.response(1, false, 100).data(1, "a", false))
                .resets(1, PROTOCOL_ERROR, "data_before_final_headers"));
        rows.add(Fault.atClient("empty DATA after 100")
                .input(peer -> peer.response(1, false, 100).data(1, "", false))
                .resets(1, PROTOCOL_ERROR, "data_before_final_headers"));
        rows.add(Fault.atClient("several 1xx")
                .input(peer -> peer.response(1, false, 100)
                        .response(1, false, 103)
                        .response(1, false, 200)
                        .data(1, "a", true))
                .isTolerated());
        rows.add(Fault.atClient("a second final response")
                .input(peer -> peer.response(1, false, 200).response(1, true, 200))
                .resets(1, PROTOCOL_ERROR, "pseudo_header_in_trailers"));
        rows.add(Fault.atClient("a body in 204")
                .input(peer -> peer.response(1, false, 204).data(1, "a", true))
                .resets(1, PROTOCOL_ERROR, "content_not_allowed"));
        rows.add(Fault.atClient("a body in 304")
                .input(peer ->
                        peer.response(1, false, 304, "content-length", "5").data(1, "a", true))
                .resets(1, PROTOCOL_ERROR, "content_not_allowed"));
        rows.add(Fault.atClient("content-length in 304")
                .input(peer -> peer.response(1, true, 304, "content-length", "5"))
                .isTolerated());
        rows.add(Fault.atClient("a body longer than content-length")
                .input(peer ->
                        peer.response(1, false, 200, "content-length", "2").data(1, "abc", true))
                .resets(1, PROTOCOL_ERROR, "more_than_content_length"));
        rows.add(Fault.atClient("a body shorter than content-length")
                .input(peer ->
                        peer.response(1, false, 200, "content-length", "4").data(1, "abc", true))
                .resets(1, PROTOCOL_ERROR, "less_than_content_length"));
        rows.add(Fault.atClient("content-length in the answer to HEAD")
                .firstRequest(":method", "HEAD", ":scheme", "https", ":authority", "a", ":path", "/")
                .input(peer -> peer.response(1, true, 200, "content-length", "4"))
                .isTolerated());
        rows.add(Fault.atClient("a body in the answer to HEAD")
                .firstRequest(":method", "HEAD", ":scheme", "https", ":authority", "a", ":path", "/")
                .input(peer ->
                        peer.response(1, false, 200, "content-length", "4").data(1, "abcd", true))
                .resets(1, PROTOCOL_ERROR, "content_not_allowed"));
        return rows;
    }

    private static Fault request(String name, String reason, String... fields) {
        return Fault.atServer("a request with " + name)
                .input(peer -> peer.headers(1, true, fields))
                .resets(1, PROTOCOL_ERROR, reason);
    }

    private static Fault field(String name, String reason, String... fields) {
        return Fault.atServer("a request with a field: " + name)
                .input(peer -> peer.request(1, true, "/", fields))
                .resets(1, PROTOCOL_ERROR, reason);
    }

    private static Fault trailer(String name, String reason, String... fields) {
        return Fault.atServer("trailers with " + name)
                .input(peer -> peer.request(1, false, "/").headers(1, true, fields))
                .resets(1, PROTOCOL_ERROR, reason);
    }

    private static Fault response(String name, String reason, String... fields) {
        return Fault.atClient("a response with " + name)
                .input(peer -> peer.headers(1, true, fields))
                .resets(1, PROTOCOL_ERROR, reason);
    }

    private static String[] with(String[] fields, int index, String value) {
        String[] changed = fields.clone();
        changed[index] = value;
        return changed;
    }

    private static String[] plus(String[] fields, String... more) {
        return Stream.concat(Stream.of(fields), Stream.of(more)).toArray(String[]::new);
    }
}
