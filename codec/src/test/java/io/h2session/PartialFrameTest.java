package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionResult;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.h2session.testing.Wire;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sink that has less room than a frame needs, in both presets. */
class PartialFrameTest {
    private static final int PING_LENGTH = 17;

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 16})
    void nghttp2CutsAFrameAndTellsItAsSentWithItsLastByte(int room) {
        try (Talk talk = talk(true)) {
            Wire wire = new Wire();
            talk.session().submitPing(1);
            talk.session().submitPing(2);
            List<String> told = new ArrayList<>();
            int sent = 0;
            while (sent < 2 * PING_LENGTH) {
                Http2SessionResult result = talk.session().send(wire.limit(room));
                ByteBuf bytes = wire.take();
                assertThat(bytes.readableBytes()).isEqualTo(Math.min(room, 2 * PING_LENGTH - sent));
                sent += bytes.readableBytes();
                bytes.release();
                told.addAll(talk.callbacks());
                assertThat(told.stream().filter("sent PING stream=0"::equals)).hasSize(sent / PING_LENGTH);
                assertThat(talk.session().wantWrite()).isEqualTo(sent < 2 * PING_LENGTH);
                assertThat(result == Http2SessionResult.WOULDBLOCK).isEqualTo(sent < 2 * PING_LENGTH);
            }
            wire.release();
        }
    }

    @Test
    void whatIsHeldIsReleasedWithTheSession() {
        Talk talk = talk(true);
        talk.session().submitPing(1);
        Wire wire = new Wire();
        talk.session().send(wire.limit(3));
        assertThat(wire.size()).isEqualTo(3);
        wire.release();

        talk.close();
    }

    @Test
    void theSafePresetHandsAFrameOverWholeAndBeginsNoOther() {
        try (Talk talk = talk(false)) {
            Wire wire = new Wire();
            talk.session().submitPing(1);
            talk.session().submitPing(2);

            assertThat(talk.session().send(wire.limit(5))).isEqualTo(Http2SessionResult.WOULDBLOCK);
            assertThat(wire.size()).isEqualTo(PING_LENGTH);
            assertThat(talk.callbacks()).containsExactly("before PING stream=0", "sent PING stream=0");
            assertThat(talk.session().wantWrite()).isTrue();
            wire.release();
        }
    }

    private static Talk talk(boolean nghttp2) {
        return Talk.either(nghttp2, Http2Role.SERVER, new Recorder() {}, options -> {});
    }
}
