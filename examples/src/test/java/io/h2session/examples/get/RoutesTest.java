package io.h2session.examples.get;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where connections go with {@code --connect-to} and {@code --resolve}. */
class RoutesTest {
    private static final Origin SITE = new Origin(true, "site.test", 443);

    private static List<InetSocketAddress> route(List<String> connectTo, List<String> resolve, Origin origin)
            throws UnknownHostException {
        return new Routes(connectTo, resolve).to(origin);
    }

    private static InetSocketAddress at(String address, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(address), port);
    }

    @Test
    void byDefaultToTheAddressesOfTheHost() throws Exception {
        assertThat(route(List.of(), List.of(), new Origin(false, "127.0.0.1", 80)))
                .containsExactly(at("127.0.0.1", 80));
        assertThat(route(List.of(), List.of(), new Origin(false, "::1", 80))).containsExactly(at("::1", 80));
    }

    @Test
    void resolveGivesTheAddressesOfAHostAndPort() throws Exception {
        List<String> rule = List.of("site.test:443:192.0.2.1,[2001:db8::1], 192.0.2.2");

        assertThat(route(List.of(), rule, SITE))
                .containsExactly(at("192.0.2.1", 443), at("2001:db8::1", 443), at("192.0.2.2", 443));
        assertThat(route(List.of(), rule, new Origin(true, "SITE.test", 443))).hasSize(3);
        assertThatThrownBy(() -> route(List.of(), rule, new Origin(true, "site.test", 444)))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void resolveOfAStarIsForEveryHostAndTheLastRuleCounts() throws Exception {
        List<String> rules = List.of("*:443:192.0.2.1", "other.test:443:192.0.2.2");

        assertThat(route(List.of(), rules, SITE)).containsExactly(at("192.0.2.1", 443));
        assertThat(route(List.of(), rules, new Origin(true, "other.test", 443))).containsExactly(at("192.0.2.2", 443));
        assertThat(route(List.of(), List.of("[2001:db8::7]:443:192.0.2.3"), new Origin(true, "2001:db8::7", 443)))
                .containsExactly(at("192.0.2.3", 443));
    }

    @Test
    void connectToGivesAnotherHostAndPort() throws Exception {
        assertThat(route(List.of("site.test:443:192.0.2.9:8443"), List.of(), SITE))
                .containsExactly(at("192.0.2.9", 8443));
        assertThat(route(List.of("site.test:443:[2001:db8::2]:8443"), List.of(), SITE))
                .containsExactly(at("2001:db8::2", 8443));
    }

    @Test
    void anEmptyPartIsAnyOrTheSameAndTheFirstRuleCounts() throws Exception {
        assertThat(route(List.of("::192.0.2.9:"), List.of(), SITE)).containsExactly(at("192.0.2.9", 443));
        assertThat(route(List.of(":444:192.0.2.9:", ":443:192.0.2.8:80", "::192.0.2.7:"), List.of(), SITE))
                .containsExactly(at("192.0.2.8", 80));
        assertThat(route(List.of("site.test:::8443"), List.of("site.test:8443:192.0.2.1"), SITE))
                .containsExactly(at("192.0.2.1", 8443));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "host:80",
                "host:80:other",
                "host:80:other:81:82",
                "host:http:other:81",
                "host:80:other:0",
                "host:99999:other:81",
                "host:80:other:-1"
            })
    void connectToThatCannotBeIsRefused(String rule) {
        assertThatThrownBy(() -> new Routes(List.of(rule), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--connect-to wants ")
                .hasMessageContaining(rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "host:80",
                ":80:127.0.0.1",
                "host:80:",
                "host:80:name",
                "host:80:127.0.0.1,",
                "host:80:1.2.3.400",
                "host:80:[::1",
                "host::127.0.0.1",
                "host:0:127.0.0.1",
                "host:port:127.0.0.1"
            })
    void resolveThatCannotBeIsRefused(String rule) {
        assertThatThrownBy(() -> new Routes(List.of(), List.of(rule)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--resolve wants ")
                .hasMessageContaining(rule);
    }
}
