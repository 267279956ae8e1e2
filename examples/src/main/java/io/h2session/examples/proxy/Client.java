package io.h2session.examples.proxy;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;

/** The other end of a client's connection, in the words that upstream servers are told. On its event loop. */
final class Client {
    private static final AttributeKey<Client> CLIENT = AttributeKey.valueOf(Client.class, "CLIENT");

    private final boolean http2;
    private final boolean secure;
    private final String address;
    private final String forwardedFor;
    private final String via;
    private String lastHost;
    private String lastForwarded;

    /**
     * @param connection not that of a stream
     * @param name of this proxy
     */
    Client(Channel connection, boolean http2, String name) {
        this.http2 = http2;
        secure = connection.pipeline().get(SslHandler.class) != null;
        address = address(connection.remoteAddress());
        forwardedFor = "for=" + node(address) + ";by=" + node(address(connection.localAddress()));
        via = (http2 ? "2 " : "1.1 ") + name;
    }

    /** The client of a connection of HTTP/2, the same for all its streams. */
    static Client of(Channel connection, Worker worker) {
        Client known = connection.attr(CLIENT).get();
        if (known == null) {
            known = new Client(connection, true, worker.settings().name());
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

    String scheme() {
        return secure ? "https" : "http";
    }

    /** The address without the port. */
    String address() {
        return address;
    }

    /** This hop in a Via of what the client sends. */
    String via() {
        return via;
    }

    /** This hop as RFC 7239 describes it. */
    String forwarded(String host) {
        if (!Objects.equals(host, lastHost)) {
            lastHost = host;
            boolean token = host.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '.' || c == '-');
            lastForwarded = forwardedFor + ";host=" + (token ? host : "\"" + host + "\"") + ";proto=" + scheme();
        }
        return lastForwarded;
    }
}
