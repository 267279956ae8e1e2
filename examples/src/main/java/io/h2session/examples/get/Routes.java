package io.h2session.examples.get;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the connections to an origin go: by default to the addresses of its host. curl's {@code --connect-to} gives another host, and
 * {@code --resolve} the addresses of a host. Neither changes the authority of the request, or the name in the TLS handshake.
 */
final class Routes {
    private static final int MAX_PORT = 65_535;

    private final List<ConnectTo> detours = new ArrayList<>();
    private final List<Resolve> addresses = new ArrayList<>();

    /** An empty host or a port of -1 is any. */
    private record ConnectTo(String host, int port, String otherHost, int otherPort) {
        boolean covers(Origin origin) {
            return (host.isEmpty() || host.equalsIgnoreCase(origin.host())) && (port < 0 || port == origin.port());
        }
    }

    private record Resolve(String host, int port, List<InetAddress> addresses) {
        boolean covers(String wanted, int wantedPort) {
            return (host.equals("*") || host.equalsIgnoreCase(wanted)) && port == wantedPort;
        }
    }

    /**
     * @param connectTo {@code HOST:PORT:OTHER-HOST:OTHER-PORT}, parts may be empty; the first that covers an origin counts
     * @param resolve {@code HOST:PORT:ADDRESS[,ADDRESS]...}, {@code *} is any host; the last that covers it counts
     * @throws IllegalArgumentException with a message for the user
     */
    Routes(List<String> connectTo, List<String> resolve) {
        connectTo.forEach(rule -> detours.add(detour(rule)));
        resolve.forEach(rule -> addresses.add(0, addresses(rule)));
    }

    /** Where to connect to, in the order of trying; never empty. */
    List<InetSocketAddress> to(Origin origin) throws UnknownHostException {
        String host = origin.host();
        int port = origin.port();
        for (ConnectTo rule : detours) {
            if (rule.covers(origin)) {
                host = rule.otherHost().isEmpty() ? host : rule.otherHost();
                port = rule.otherPort() < 0 ? port : rule.otherPort();
                break;
            }
        }
        List<InetSocketAddress> targets = new ArrayList<>();
        for (InetAddress address : resolve(host, port)) {
            targets.add(new InetSocketAddress(address, port));
        }
        return targets;
    }

    private List<InetAddress> resolve(String host, int port) throws UnknownHostException {
        for (Resolve rule : addresses) {
            if (rule.covers(host, port)) {
                return rule.addresses();
            }
        }
        return List.of(InetAddress.getAllByName(host));
    }

    private static ConnectTo detour(String rule) {
        List<String> parts = split(rule);
        if (parts.size() != 4) {
            throw new IllegalArgumentException("--connect-to wants HOST:PORT:OTHER-HOST:OTHER-PORT, not: " + rule);
        }
        return new ConnectTo(
                parts.get(0),
                port("--connect-to", parts.get(1), rule, true),
                parts.get(2),
                port("--connect-to", parts.get(3), rule, true));
    }

    private static Resolve addresses(String rule) {
        String wanted = "--resolve wants HOST:PORT:ADDRESS[,ADDRESS]..., not: " + rule;
        int first = rule.startsWith("[") ? rule.indexOf("]:") + 1 : rule.indexOf(':');
        int second = rule.indexOf(':', first + 1);
        if (first <= 0 || second < 0) {
            throw new IllegalArgumentException(wanted);
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (String address : rule.substring(second + 1).split(",", -1)) {
            addresses.add(literal(address.strip(), wanted));
        }
        String host = bare(rule.substring(0, first));
        return new Resolve(host, port("--resolve", rule.substring(first + 1, second), rule, false), addresses);
    }

    /** Parses an address, and looks up no name. */
    private static InetAddress literal(String text, String wanted) {
        String address = bare(text);
        boolean v6 = address.indexOf(':') >= 0;
        try {
            if (v6 || address.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
                return InetAddress.getByName(v6 ? "[" + address + "]" : address);
            }
        } catch (UnknownHostException wrong) {
            // Told below.
        }
        throw new IllegalArgumentException(wanted);
    }

    private static int port(String option, String text, String rule, boolean mayBeEmpty) {
        if (text.isEmpty() && mayBeEmpty) {
            return -1;
        }
        int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException(
                    option + " wants a port from 1 to " + MAX_PORT + ", not '" + text + "': " + rule);
        }
        return port;
    }

    /** Splits at colons outside of brackets, and takes the brackets off. */
    private static List<String> split(String rule) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        boolean inside = false;
        for (int i = 0; i <= rule.length(); i++) {
            char c = i == rule.length() ? ':' : rule.charAt(i);
            inside = c == '[' || (inside && c != ']');
            if (c == ':' && !inside) {
                parts.add(bare(rule.substring(from, i)));
                from = i + 1;
            }
        }
        return parts;
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
