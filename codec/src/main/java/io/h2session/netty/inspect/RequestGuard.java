package io.h2session.netty.inspect;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are answered. A web site that a user visits must not read the page: neither by a name of its own that it points to
 * this computer (DNS rebinding; Host tells the name), nor by a request across origins.
 */
final class RequestGuard {
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|[a-z0-9-]+\\.localhost|127(\\.[0-9]{1,3}){3}|\\[::1])");
    private static final Pattern PORT = Pattern.compile(":[0-9]{0,5}$");

    private final Set<String> allowed;

    /** @param allowed host names in lower case, in addition to those of this computer */
    RequestGuard(Set<String> allowed) {
        this.allowed = allowed;
    }

    /** The status to refuse a request with; null if it is answered. */
    @Nullable
    HttpResponseStatus refusal(HttpRequest request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return HttpResponseStatus.METHOD_NOT_ALLOWED;
        }
        if (request.headers().getAll(HttpHeaderNames.HOST).size() != 1
                || !isAllowed(request.headers().get(HttpHeaderNames.HOST))) {
            return HttpResponseStatus.FORBIDDEN;
        }
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        String site = request.headers().get("sec-fetch-site");
        boolean foreign =
                origin != null && !sameOrigin(origin, request.headers().get(HttpHeaderNames.HOST))
                        || "cross-site".equals(site)
                        || "same-site".equals(site);
        return foreign ? HttpResponseStatus.FORBIDDEN : null;
    }

    private boolean isAllowed(String host) {
        String name = PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
        return LOOPBACK.matcher(name).matches() || allowed.contains(name);
    }

    private static boolean sameOrigin(String origin, String host) {
        return origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
    }
}
