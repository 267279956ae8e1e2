package io.h2session.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything an application or the network may do, at every moment of a conversation. */
class LifecycleMatrixTest {
    private static void playAtBothEnds(Deed deed, Conversation.Place place) {
        assertThat(Conversation.play(deed, place, true)).isPositive();
        assertThat(Conversation.play(deed, place, false)).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Deed.class)
    void atEveryEvent(Deed deed) {
        playAtBothEnds(deed, Conversation.Place.EVENT);
    }

    @ParameterizedTest
    @EnumSource(
            value = Deed.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"FLUSH", "SETTINGS", "GOAWAY", "CLOSE_TWICE"})
    void inEveryCallback(Deed deed) {
        playAtBothEnds(deed, Conversation.Place.CALLBACK);
    }

    // What a promise's listener throws is Netty's to log.
    @ParameterizedTest
    @EnumSource(
            value = Deed.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"THROW", "FLUSH", "SETTINGS", "GOAWAY", "CLOSE_TWICE"})
    void whenAPromiseCompletes(Deed deed) {
        playAtBothEnds(deed, Conversation.Place.PROMISE);
    }

    @ParameterizedTest
    @EnumSource(Deed.class)
    void whenABodyIsReadOrClosed(Deed deed) {
        playAtBothEnds(deed, Conversation.Place.BODY);
    }

    // Observers must not change the session, but they may throw.
    @Test
    void whenAnObserverThrows() {
        playAtBothEnds(Deed.THROW, Conversation.Place.OBSERVER);
    }
}
