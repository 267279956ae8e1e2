package io.h2session.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.Http2Session;
import io.h2session.Invariants;
import io.h2session.api.Http2SessionOptions;
import io.h2session.differential.Tape.Operation;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random tapes on sessions with the default options. After every operation what {@link Invariants} says is true, and wantRead and
 * wantWrite were; each stream and each body ends once; no buffer is kept; however the input is cut, the trace is the same.
 *
 * <pre>
 *   mvn test -pl codec -Dtest=RandomTapeTest -Dtapes.seed=12345 -Dtapes.count=100000
 * </pre>
 */
class RandomTapeTest {
    private static final long FIRST_SEED = Long.getLong("tapes.seed", 0);
    private static final int COUNT = Integer.getInteger("tapes.count", 2000);

    @Test
    void whateverIsPlayedTheInvariantsHold() throws IOException {
        System.out.printf("random tapes: tapes.seed=%d tapes.count=%d%n", FIRST_SEED, COUNT);
        int ended = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + COUNT; seed++) {
            String tape = TapeGenerator.tape(seed);
            try {
                ended += play(seed, tape) ? 1 : 0;
            } catch (AssertionError | RuntimeException wrong) {
                throw new AssertionError("tapes.seed=" + seed + ": " + wrong.getMessage() + "\n" + tape, wrong);
            }
        }
        // Neither so wild that every session ends, nor so tame that none does.
        assertThat(ended).isBetween(COUNT / 10, COUNT * 9 / 10);
    }

    /** Answers whether the session ended. */
    private static boolean play(long seed, String text) throws IOException {
        List<Tape.Scenario> scenarios = new ArrayList<>();
        Tape.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), scenarios::add);
        List<Operation> operations = scenarios.get(0).operations();
        Play asWritten = new Play(operations);
        if (!cutsMatter(operations)) {
            Random random = new Random(seed);
            for (int piece : new int[] {0, 1, 2 + random.nextInt(30)}) {
                compare(asWritten.comparable(), new Play(inPiecesOf(piece, operations)).comparable(), piece);
            }
        }
        return asWritten.ended;
    }

    private static void compare(List<String> asWritten, List<String> cut, int piece) {
        for (int i = 0; i < Math.max(asWritten.size(), cut.size()); i++) {
            assertThat(i < cut.size() ? cut.get(i) : "nothing")
                    .as("in pieces of " + piece + " after\n" + String.join("\n", cut.subList(Math.max(0, i - 20), i)))
                    .isEqualTo(i < asWritten.size() ? asWritten.get(i) : "nothing");
        }
    }

    // The queue is measured at the end of each recv, and what is answered to the n-th piece depends on the pieces.
    private static boolean cutsMatter(List<Operation> operations) {
        return operations.stream()
                .map(operation -> String.join(" ", operation.words()))
                .anyMatch(line -> line.startsWith("on data_chunk")
                        || line.startsWith("on ext_chunk")
                        || line.contains("max_outbound_queue_size"));
    }

    private static List<Operation> inPiecesOf(int piece, List<Operation> operations) {
        List<Operation> cut = new ArrayList<>();
        for (Operation operation : operations) {
            String[] words = operation.words().clone();
            if (operation.name().equals("recv")) {
                words[1] = Integer.toString(piece);
            }
            cut.add(new Operation(operation.number(), words));
        }
        return cut;
    }

    /** A tape played on one session, and looked at. */
    private static final class Play implements TapeSession.Witness {
        private final Trace trace = new Trace();
        private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
        private final Set<Integer> opened = new HashSet<>();
        private final Set<Integer> closed = new HashSet<>();
        private int seen;
        private boolean live = true;
        private boolean wantedWrite;
        private boolean ended;

        Play(List<Operation> operations) {
            Http2SessionOptions preset = Http2SessionOptions.builder()
                    .allocator(allocator)
                    .enablePush(true)
                    .build();
            new TapeSession(trace, preset, this).play(operations);
            List<String> lines = trace.lines();
            assertThat(lines.stream().filter(line -> line.startsWith("rc BROKEN")))
                    .as("after\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 100), lines.size())))
                    .isEmpty();
            assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                    .as("bytes of buffers kept")
                    .isZero();
        }

        @Override
        public void before(Http2Session session) {
            live = session.terminationReason() == null;
            wantedWrite = session.wantWrite();
        }

        @Override
        public void after(Http2Session session, Operation operation) {
            Invariants.hold(session);
            List<String> lines = newLines();
            boolean unlimited = operation.name().equals("send") && operation.words()[1].equals("-1");
            if (unlimited) {
                boolean stopped =
                        lines.stream().anyMatch(line -> line.endsWith("-> ERR_PAUSE") || line.startsWith("rc ERR"));
                assertThat(session.wantWrite() && !stopped)
                        .as("wants to write after all was sent")
                        .isFalse();
            }
            if (!wantedWrite && operation.name().endsWith("send")) {
                assertThat(lines).as("did not want to write").noneMatch(line -> line.startsWith("  tx"));
            }
            if (!live && operation.name().equals("recv")) {
                assertThat(session.wantRead()).isFalse();
                assertThat(lines).as("heard after its end").noneMatch(line -> line.startsWith("  "));
            }
            if (session.activeStreams() > 0 && session.terminationReason() == null) {
                assertThat(session.wantRead())
                        .as("wants to read of open streams")
                        .isTrue();
            }
            if (operation.name().equals("submit_request")) {
                String result = lines.get(lines.size() - 1).split(" ", -1)[1];
                if (Character.isDigit(result.charAt(0))) {
                    opened.add(Integer.valueOf(result));
                }
            }
            ended |= session.terminated() || session.terminationReason() != null;
        }

        @Override
        public void end(List<TapeBody> bodies) {
            newLines();
            assertThat(closed).as("streams that were closed").containsAll(opened);
            assertThat(bodies).as("bodies").allMatch(body -> body.closed() == 1);
        }

        /**
         * The trace without the windows of what is over: how far a session had read when it gave up, and how much of a body when
         * it found it wrong.
         */
        List<String> comparable() {
            List<String> lines = new ArrayList<>();
            Set<String> over = new HashSet<>();
            for (String line : trace.lines()) {
                if (line.startsWith("  invalid_frame_recv DATA")) {
                    over.add("state stream " + streamOf(line) + " ");
                } else if (line.startsWith("state session want=--")) {
                    over.add("state conn");
                }
                if (over.stream().noneMatch(line::startsWith)) {
                    lines.add(line);
                }
            }
            return lines;
        }

        /** The lines since the last call, of which it takes note. */
        private List<String> newLines() {
            List<String> lines = trace.lines();
            List<String> fresh = lines.subList(seen, lines.size());
            seen = lines.size();
            for (String line : fresh) {
                if (line.startsWith("  stream_close ")) {
                    assertThat(closed.add(streamOf(line))).as(line).isTrue();
                } else if (line.startsWith("  frame_recv HEADERS")) {
                    opened.add(streamOf(line));
                }
            }
            return fresh;
        }

        private static int streamOf(String line) {
            String after = line.substring(line.indexOf("stream=") + "stream=".length());
            return Integer.parseInt(after.split(" ", -1)[0]);
        }
    }
}
