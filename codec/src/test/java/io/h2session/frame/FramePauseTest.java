package io.h2session.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.frame.FrameSamples.Sample;
import io.h2session.testing.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pause changes when the reader says something, never what. */
class FramePauseTest {
    static List<Sample> samples() {
        return FrameSamples.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aPauseInAnyOneCallChangesNothing(Sample sample) {
        int calls = sample.read().calls();
        for (int call = 0; call < calls; call++) {
            int at = call;
            Findings paused = new Findings().wanting(sample.wanted()).pausingAt(c -> c == at);
            assertThat(paused.read(sample.bytes()).lines())
                    .as("paused in call %d", call)
                    .isEqualTo(sample.findings());
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aPauseInEveryCallChangesNothing(Sample sample) {
        Findings paused = new Findings().wanting(sample.wanted()).pausingAt(call -> true);
        assertThat(paused.read(sample.bytes()).lines()).isEqualTo(sample.findings());
        Findings pieces = new Findings().wanting(sample.wanted()).pausingAt(call -> true);
        assertThat(pieces.readByteByByte(sample.bytes()).lines()).isEqualTo(sample.findings());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void whatAPauseLeavesOfAFragmentIsOfferedAgain(Sample sample) {
        for (int taken = 0; taken < 3; taken++) {
            for (int odd = 0; odd < 2; odd++) {
                int parity = odd;
                Findings paused = new Findings()
                        .wanting(sample.wanted())
                        .takingAtMost(taken)
                        .pausingAt(call -> (call & 1) == parity);
                assertThat(paused.read(sample.bytes()).lines()).isEqualTo(sample.findings());
            }
        }
    }

    @Test
    void pausesAndSplitsTogetherChangeNothing() {
        Sample sample = FrameSamples.together();
        Random random = new Random(9113);
        for (int run = 0; run < 1000; run++) {
            int[] cuts = random.ints(random.nextInt(20), 0, sample.bytes().length + 1)
                    .sorted()
                    .toArray();
            Findings findings = new Findings()
                    .takingAtMost(random.nextInt(3))
                    .pausingAt(call -> random.nextInt(3) == 0)
                    .read(sample.bytes(), cuts);
            assertThat(findings.lines()).as("run %d", run).isEqualTo(sample.findings());
        }
    }

    @Test
    void theEndOfAFrameIsToldToAnEmptyBufferAfterAPause() throws ConnectionError {
        Findings findings = new Findings().pausingAt(call -> call == 1);
        ByteBuf in = Frames.script().data(1, "x", true).buf();
        findings.reader().read(in);
        assertThat(in.isReadable()).isFalse();
        assertThat(findings.lines()).containsExactly("> DATA 1 1 1", "data bytes 1 1 78");

        findings.reader().read(Unpooled.EMPTY_BUFFER);
        assertThat(findings.lines()).last().isEqualTo("data end 1 1 1 0");
        findings.reader().read(Unpooled.EMPTY_BUFFER);
        assertThat(findings.lines()).hasSize(3);
    }

    @Test
    void aPauseOutsideACallIsForgotten() {
        Findings findings = new Findings();
        findings.reader().pause();
        assertThat(findings.read(Frames.script().ping(0).bytes()).lines()).hasSize(2);
    }

    @Test
    void takingPartOfAFragmentWithoutAPauseIsTheSinksFault() {
        Findings findings = new Findings().refusingWithoutPause();
        byte[] frame = Frames.script().headers(1, true, new byte[4]).bytes();
        assertThatThrownBy(() -> findings.read(frame))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("took 0 of 4");
    }
}
