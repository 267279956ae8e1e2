package io.h2session.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.frame.FrameSamples.Sample;
import io.h2session.testing.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameReaderTest {
    static List<Sample> samples() {
        return FrameSamples.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void findsWhatEachFrameSays(Sample sample) {
        assertThat(sample.read().lines()).isEqualTo(sample.findings());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void findsTheSameByteByByte(Sample sample) {
        Findings findings = new Findings().wanting(sample.wanted()).readByteByByte(sample.bytes());
        assertThat(findings.lines()).isEqualTo(sample.findings());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void findsTheSameAtEverySplit(Sample sample) {
        for (int first = 0; first <= sample.bytes().length; first++) {
            for (int second = first; second <= sample.bytes().length; second++) {
                assertThat(sample.read(first, second).lines())
                        .as("cut at %d and %d", first, second)
                        .isEqualTo(sample.findings());
            }
        }
    }

    @Test
    void findsTheSameAtRandomSplitsOfManyFrames() {
        Sample sample = FrameSamples.together();
        Random random = new Random(7540);
        for (int run = 0; run < 2000; run++) {
            int[] cuts = random.ints(random.nextInt(40), 0, sample.bytes().length + 1)
                    .sorted()
                    .toArray();
            assertThat(sample.read(cuts).lines()).as("run %d", run).isEqualTo(sample.findings());
        }
    }

    @Test
    void readsDirectAndCompositeBuffersAlike() throws ConnectionError {
        Sample sample = FrameSamples.together();
        ByteBuf direct = PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(sample.bytes());
        ByteBuf composite = Unpooled.wrappedBuffer(
                Unpooled.copiedBuffer(direct.slice(0, 100)),
                Unpooled.copiedBuffer(direct.slice(100, direct.readableBytes() - 100)));
        try {
            Findings fromDirect = new Findings();
            fromDirect.reader().read(direct);
            Findings fromComposite = new Findings();
            fromComposite.reader().read(composite);
            assertThat(fromDirect.lines()).isEqualTo(sample.findings());
            assertThat(fromComposite.lines()).isEqualTo(sample.findings());
            assertThat(direct.refCnt()).isEqualTo(1);
        } finally {
            direct.release();
            composite.release();
        }
    }

    @Test
    void tellsOfDataAndFragmentsAsTheyArrive() {
        byte[] data = Frames.script().data(1, "hello", false).bytes();
        Findings findings = new Findings().read(Arrays.copyOf(data, data.length - 2));
        assertThat(findings.lines()).containsExactly("> DATA 0 1 5", "data bytes 1 0 68656c");
        assertThat(findings.reader().inFrame()).isTrue();
    }

    @Test
    void saysWhetherAFrameOrAHeaderBlockIsUnfinished() {
        Findings findings = new Findings();
        FrameReader reader = findings.reader();
        assertThat(reader.inFrame()).isFalse();

        findings.read(new byte[1]);
        assertThat(reader.inFrame()).isTrue();
        assertThat(reader.inHeaderBlock()).isFalse();

        findings.read(FrameSamples.hex(0, 1, FrameType.HEADERS, 0, 0, 0, 0, 1));
        assertThat(reader.inFrame()).isTrue();
        assertThat(reader.inHeaderBlock()).isTrue();

        findings.read(FrameSamples.hex(0x82));
        assertThat(reader.inFrame()).isFalse();
        assertThat(reader.inHeaderBlock()).isTrue();

        findings.read(
                Frames.script().continuation(1, true, FrameSamples.hex(0x84)).bytes());
        assertThat(reader.inFrame()).isFalse();
        assertThat(reader.inHeaderBlock()).isFalse();
    }

    @Test
    void keepsOnlyTheBeginningOfDebugData() {
        byte[] frames = Frames.script()
                .goAway(1, ErrorCode.NO_ERROR, "x".repeat(1000))
                .ping(1)
                .bytes();
        List<String> whole = new Findings().read(frames).lines();
        assertThat(whole.get(1)).isEqualTo("goaway 1 0 " + "78".repeat(256));
        assertThat(whole).hasSize(4);
        assertThat(new Findings().readByteByByte(frames).lines()).isEqualTo(whole);

        Findings none = new Findings();
        none.reader().limits(FrameLimits.DEFAULT.withMaxDebugData(0));
        assertThat(none.read(frames).lines()).startsWith("> GOAWAY 0 0 1008", "goaway 1 0");
    }

    @Test
    void skipsUnknownTypesOfAnySizeWithoutKeepingThem() {
        for (int type = 0x0a; type <= 0xff; type++) {
            for (int length : new int[] {0, 1, 16384}) {
                byte[] frames = Frames.script()
                        .frame(type, 0, type & 1, new byte[length])
                        .ping(0)
                        .bytes();
                List<String> expected = new ArrayList<>();
                expected.add("> " + FrameType.name(type) + " 0 " + (type & 1) + " " + length);
                if (length > 0) {
                    expected.add("skipped " + length);
                }
                expected.add("> PING 0 0 8");
                expected.add("ping 0000000000000000");
                assertThat(new Findings()
                                .read(frames, 5, Math.min(11, frames.length))
                                .lines())
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void collectsAParsedPayloadThatArrivesInPieces() {
        String[] origins = IntStream.range(0, 500)
                .mapToObj(i -> "https://" + i + ".example")
                .toArray(String[]::new);
        byte[] frame = Frames.script().origin(origins).bytes();
        String expected = "origin 0 0 " + List.of(origins);
        for (int piece : new int[] {1, 7, 1000}) {
            int[] cuts =
                    IntStream.range(0, frame.length / piece).map(i -> i * piece).toArray();
            Findings findings = new Findings().wanting(ExtensionPayload.PARSE).read(frame, cuts);
            assertThat(findings.lines()).last().isEqualTo(expected);
        }
    }

    @Test
    void acceptsExactlyTheAnnouncedFrameSize() {
        Findings findings = new Findings();
        findings.reader().limits(FrameLimits.DEFAULT.withMaxFrameSize(20000));
        byte[] frames = Frames.script()
                .data(1, new byte[20000], false)
                .headersBegin(3, false, new byte[20000])
                .continuation(3, true, new byte[20000])
                .bytes();
        assertThat(findings.read(frames).lines()).last().isEqualTo("block end 40000 1");
        assertThat(findings.read(Frames.script().header(20001, 0, 0, 1).bytes()).lines())
                .last()
                .isEqualTo("ERROR FRAME_SIZE_ERROR frame_too_large");
    }

    @Test
    void dropsEverythingOnceClosed() throws ConnectionError {
        Findings findings = new Findings();
        findings.read(Frames.script()
                .headersBegin(1, false, new byte[3])
                .raw((byte) 0)
                .bytes());
        int calls = findings.calls();
        findings.reader().close();
        findings.reader().close();
        ByteBuf rest = Unpooled.wrappedBuffer(FrameSamples.together().bytes());
        findings.reader().read(rest);
        assertThat(rest.isReadable()).isFalse();
        assertThat(findings.calls()).isEqualTo(calls);
        assertThat(findings.reader().inFrame()).isFalse();
        assertThat(findings.reader().inHeaderBlock()).isFalse();
    }

    @Test
    void goesOnBehindTheCallThatThrew() throws ConnectionError {
        byte[] frames = Frames.script().ping(1).ping(2).bytes();
        RuntimeException fault = new IllegalStateException("the sink's own");
        Findings findings = new Findings().pausingAt(call -> {
            if (call == 1) {
                throw fault;
            }
            return false;
        });
        ByteBuf in = Unpooled.wrappedBuffer(frames);
        assertThatThrownBy(() -> findings.reader().read(in)).isSameAs(fault);
        findings.reader().read(in);
        assertThat(findings.lines())
                .containsExactly("> PING 0 0 8", "ping 0000000000000001", "> PING 0 0 8", "ping 0000000000000002");
    }
}
