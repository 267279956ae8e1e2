package io.h2session.examples.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** When colours are wanted. */
class TerminalTest {
    @Test
    void coloursAreDeclinedByNoColorAndByATerminalWithoutAbilities() {
        assertThat(Terminal.mayColour(Map.of())).isTrue();
        assertThat(Terminal.mayColour(Map.of("TERM", "xterm-256color"))).isTrue();
        assertThat(Terminal.mayColour(Map.of("NO_COLOR", ""))).isTrue();
        assertThat(Terminal.mayColour(Map.of("NO_COLOR", "1"))).isFalse();
        assertThat(Terminal.mayColour(Map.of("NO_COLOR", "0"))).isFalse();
        assertThat(Terminal.mayColour(Map.of("TERM", "dumb"))).isFalse();
    }

    @Test
    void aDescriptorThatIsNotOpenIsNoTerminal() {
        assertThat(Terminal.is(1_000_000)).isFalse();
        assertThat(Terminal.hasColours(1_000_000)).isFalse();
    }
}
