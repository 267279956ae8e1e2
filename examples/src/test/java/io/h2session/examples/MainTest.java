package io.h2session.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which commands there are. */
class MainTest {
    @Test
    void allCommandsUnlessOneIsNamed() {
        assertThat(Main.commandLine().getSubcommands().keySet()).contains("serve", "proxy", "get", "load");
        assertThat(Main.commandLine("nothing").getSubcommands().keySet()).contains("serve", "proxy", "get", "load");
        assertThat(Main.commandLine("get").getSubcommands()).containsOnlyKeys("get");
        assertThat(Main.commandLine("proxy").getSubcommands()).containsOnlyKeys("proxy");
    }
}
