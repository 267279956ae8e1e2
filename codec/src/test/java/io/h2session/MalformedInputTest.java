package io.h2session;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Malformed input of every kind gives the right GOAWAY or RST_STREAM, whatever way it is cut, and leaves no buffer behind;
 * after a stream error a further request is answered. The rows stand in the classes named here.
 */
class MalformedInputTest {
    @ParameterizedTest
    @MethodSource("frames")
    void framesOutOfForm(Fault fault) {
        fault.check();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void settingsOutOfRange(Fault fault) {
        fault.check();
    }

    @ParameterizedTest
    @MethodSource("states")
    void framesOutOfPlace(Fault fault) {
        fault.check();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messagesOutOfForm(Fault fault) {
        fault.check();
    }

    static Stream<Fault> frames() {
        return FrameFaults.rows();
    }

    static Stream<Fault> settings() {
        return SettingsFaults.rows();
    }

    static Stream<Fault> states() {
        return StateFaults.rows();
    }

    static Stream<Fault> messages() {
        return MessageFaults.rows();
    }
}
