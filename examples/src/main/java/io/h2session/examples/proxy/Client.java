package io.h2session.examples.proxy;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpScheme;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The other end of a client's connection, in the words that upstream servers are told. On its event loop. */
final class Client {
    private static final AttributeKey<Client> CLIENT = AttributeKey.valueOf(Client.class, "CLIENT");

    private final boolean http2;
    private final AsciiString scheme;
    private final AsciiString address;
    private final String forwardedFor;
    private String lastHost;
    private Named lastNamed;

    /**
     * What upstream servers are told of a host that the client has named.
     *
     * @param host itself
     * @param forwarded this hop as RFC 7239 describes it
     */
    record Named(AsciiString host, AsciiString forwarded) {}

    /** @param connection not that of a stream */
    Client(Channel connection, boolean http2) {
        this.http2 = http2;
        boolean secure = connection.pipeline().get(SslHandler.class) != null;
        scheme = secure ? HttpScheme.HTTPS.name() : HttpScheme.HTTP.name();
        String remote = address(connection.remoteAddress());
        address = new AsciiString(remote);
        forwardedFor = "for=" + node(remote) + ";by=" + node(address(connection.localAddress()));
    }

    /** The client of a connection of HTTP/2, the same for all its streams. */
    static Client of(Channel connection) {
        Client known = connection.attr(CLIENT).get();
        if (known == null) {
            known = new Client(connection, true);
            connection.attr(CLIENT).set(known);
        }
        return known;
    }

    private static String address(SocketAddress socket) {
        InetAddress address = socket instanceof InetSocketAddress internet ? internet.getAddress() : null;
        if (address == null) {
            return "unknown";
        }
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    /** RFC 7239 section 6: an address of IPv6 stands in brackets and quotes. */
    private static String node(String address) {
        return address.indexOf(':') < 0 ? address : "\"[" + address + "]\"";
    }

    boolean http2() {
        return http2;
    }

    AsciiString scheme() {
        return scheme;
    }

    /** The address without the port. */
    AsciiString address() {
        return address;
    }

    /** What is told of a host. The same objects again if it is the host of the request before: HPACK knows them at a glance. */
    Named named(String host) {
        if (!host.equals(lastHost)) {
            boolean token = host.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '.' || c == '-');
            String forwarded = forwardedFor + ";host=" + (token ? host : "\"" + host + "\"") + ";proto=" + scheme;
            lastHost = host;
            lastNamed = new Named(new AsciiString(host), new AsciiString(forwarded));
        }
        return lastNamed;
    }
}
