package io.h2session.netty.negotiation;

import io.h2session.FieldRules;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.frame.SettingsPayload;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A request in HTTP/1.1 that asks for an upgrade (RFC 7540 section 3.2), converted to HTTP/2: one that was received, and what makes
 * one of a request that is sent.
 *
 * @param settingsPayload the decoded value of its {@code HTTP2-Settings}
 * @param headers pseudo-header fields first, without the fields of the connection (RFC 9113 section 8.2.2)
 */
@SuppressWarnings("ArrayRecordComponent") // read once
record UpgradeRequest(byte[] settingsPayload, HeaderList headers) {
    private static final AsciiString HTTP2_SETTINGS = AsciiString.cached("http2-settings");
    private static final AsciiString H2C = AsciiString.cached("h2c");
    private static final String HTTP = "http://";

    /** As many as a session accepts in one SETTINGS frame; more would end the connection. */
    private static final int MAX_SETTINGS = 32;

    /** Fields that apply to one hop only, or that became pseudo-header fields. */
    private static final Set<String> DROPPED = Set.of(
            "connection",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-connection",
            "te",
            "transfer-encoding",
            "upgrade");

    /** Converts a request. Null if it does not ask for an upgrade, or not correctly: then it is handled in HTTP/1.1. */
    static UpgradeRequest of(HttpRequest request) {
        if (!asks(request) || hasBody(request.headers())) {
            return null;
        }
        byte[] settings = settings(request.headers());
        HeaderList headers = settings == null ? null : convert(request);
        return headers == null ? null : new UpgradeRequest(settings, headers);
    }

    // ---- at the client ---------------------------------------------------------------------------------------------

    /** A request of ours as HTTP/2 represents it, if it can ask for an upgrade; otherwise null. */
    static HeaderList asking(HttpRequest request) {
        HttpHeaders headers = request.headers();
        boolean can = request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && !headers.contains(HttpHeaderNames.UPGRADE)
                && !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true)
                && (request instanceof FullHttpRequest || !HttpUtil.is100ContinueExpected(request));
        return can ? convert(request) : null;
    }

    /**
     * The same request with the fields that ask. If it is a whole one, its content passes to the result.
     *
     * @param settingsPayload for {@code HTTP2-Settings}
     */
    static HttpRequest withUpgrade(HttpRequest request, byte[] settingsPayload) {
        HttpHeaders headers = request.headers().copy();
        List<String> options = new ArrayList<>(headers.getAll(HttpHeaderNames.CONNECTION));
        options.add("Upgrade, HTTP2-Settings");
        headers.set(HttpHeaderNames.CONNECTION, String.join(", ", options));
        headers.set(HttpHeaderNames.UPGRADE, H2C);
        headers.set(HTTP2_SETTINGS, Base64.getUrlEncoder().withoutPadding().encodeToString(settingsPayload));
        if (!(request instanceof FullHttpRequest full)) {
            return new DefaultHttpRequest(request.protocolVersion(), request.method(), request.uri(), headers);
        }
        ByteBuf content = full.content().retain();
        full.release();
        return new DefaultFullHttpRequest(
                request.protocolVersion(), request.method(), request.uri(), content, headers, full.trailingHeaders());
    }

    // ---- at the server ---------------------------------------------------------------------------------------------

    private static boolean asks(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return request.decoderResult().isSuccess()
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && headers.containsValue(HttpHeaderNames.UPGRADE, H2C, true)
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && headers.containsValue(HttpHeaderNames.CONNECTION, HTTP2_SETTINGS, true);
    }

    private static boolean hasBody(HttpHeaders headers) {
        if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return true;
        }
        List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        return lengths.size() > 1 || (lengths.size() == 1 && !lengths.get(0).equals("0"));
    }

    /** Exactly one field, base64url without padding, with valid settings (RFC 7540 section 3.2.1). */
    private static byte[] settings(HttpHeaders headers) {
        List<String> values = headers.getAll(HTTP2_SETTINGS);
        if (values.size() != 1) {
            return null;
        }
        try {
            byte[] payload = Base64.getUrlDecoder().decode(values.get(0).trim());
            List<Setting> settings = SettingsPayload.unpack(payload);
            boolean all = settings.size() <= MAX_SETTINGS
                    && settings.stream().allMatch(one -> SettingId.allows(one.id(), one.value()));
            return all ? payload : null;
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    // ---- at both ---------------------------------------------------------------------------------------------------

    private static HeaderList convert(HttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() != 1 || request.method().equals(HttpMethod.CONNECT)) {
            return null;
        }
        String authority = hosts.get(0);
        String path = request.uri();
        if (path.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
            // The absolute form, which overrides Host (RFC 9112 section 3.2.2).
            int end = endOfAuthority(path);
            authority = path.substring(HTTP.length(), end);
            path = path.substring(end);
            if (!path.startsWith("/")) {
                path = "/" + path;
            }
        }
        AsciiString method = AsciiString.of(request.method().name());
        boolean pathFits =
                path.startsWith("/") || (path.equals("*") && request.method().equals(HttpMethod.OPTIONS));
        if (!pathFits
                || authority.isEmpty()
                || !FieldRules.checkMethod(method)
                || !FieldRules.checkPath(AsciiString.of(path))
                || !FieldRules.checkHost(AsciiString.of(authority))) {
            return null;
        }
        HeaderList.Builder converted = HeaderList.builder()
                .add(HeaderNames.METHOD, method)
                .add(HeaderNames.SCHEME, "http")
                .add(HeaderNames.AUTHORITY, authority)
                .add(HeaderNames.PATH, path);
        return addFields(request.headers(), converted) ? converted.build() : null;
    }

    private static int endOfAuthority(String target) {
        for (int i = HTTP.length(); i < target.length(); i++) {
            if ("/?#".indexOf(target.charAt(i)) >= 0) {
                return i;
            }
        }
        return target.length();
    }

    private static boolean addFields(HttpHeaders headers, HeaderList.Builder converted) {
        Set<String> dropped = new HashSet<>(DROPPED);
        for (String options : headers.getAll(HttpHeaderNames.CONNECTION)) {
            for (String option : options.split(",", -1)) {
                dropped.add(option.trim().toLowerCase(Locale.ROOT));
            }
        }
        for (Map.Entry<String, String> field : headers) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (!dropped.contains(name)) {
                AsciiString value = AsciiString.of(field.getValue().trim());
                if (name.startsWith(":")
                        || !FieldRules.checkName(AsciiString.of(name))
                        || !FieldRules.checkTrimmedValue(value)) {
                    return false;
                }
                converted.add(name, value);
            }
        }
        return true;
    }
}
