package io.h2session.differential;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Random;

/**
 * Makes tapes: a session of either role, a peer that sends mostly what it may, and an application that does anything, also from
 * inside callbacks. The seed decides everything.
 *
 * <pre>
 *   java -cp ... io.h2session.differential.TapeGenerator 1000 [SEED] > random.tape
 * </pre>
 */
final class TapeGenerator {
    private static final String GET = fields(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final String POST = fields(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/p");
    private static final String OK = fields(":status", "200", "server", "h");
    private static final String EARLY_HINTS = fields(":status", "103", "link", "l");
    private static final String TRAILERS = fields("t", "u");

    private static final String[] BODIES = {
        "-",
        "eof",
        "bytes:5/eof",
        "bytes:3000/defer/bytes:10/eof",
        "bytes:70000/eof",
        "bytes:9/eof-nes",
        "nocopy:1/bytes:40/eof",
        "bytes:20/fail-temporal",
        "defer/bytes:1/eof",
        "cap:7/bytes:30/eof",
        "bytes:8/trailer:" + TRAILERS + "/eof-nes",
        "bytes:4/pause/bytes:4/eof",
    };

    private static final String[] ANSWERS = {
        "header ret -526", "data_chunk ret -526", "header ret -521", "begin_headers ret -521",
                "invalid_header ret -521",
        "before_frame_send ret -535", "invalid_header ret -526", "ext_chunk ret -535", "unpack_ext ret -535",
                "data_read ret -521",
        "header ret -902", "frame_recv ret -902", "frame_send ret -902", "stream_close ret -902", "data_chunk ret -902",
        "frame_not_send ret -902", "begin_frame ret -902", "error ret -902", "before_frame_send ret -902",
    };

    private static final String[] EVENTS = {
        "begin_frame",
        "begin_headers",
        "header",
        "invalid_header",
        "data_chunk",
        "frame_recv",
        "invalid_frame_recv",
        "ext_chunk",
        "before_frame_send",
        "frame_send",
        "frame_not_send",
        "stream_close",
        "data_read",
        "error",
    };

    private final Random random;
    private final boolean client;
    private final RandomPeer peer;
    private final StringBuilder tape = new StringBuilder(4096);
    private int requests;

    private TapeGenerator(long seed) {
        random = new Random(seed);
        client = random.nextBoolean();
        peer = new RandomPeer(random, !client);
    }

    /** Prints so many tapes, of that seed and those after it. */
    public static void main(String[] args) {
        long first = args.length > 1 ? Long.parseLong(args[1]) : 0;
        for (long seed = first; seed < first + Long.parseLong(args[0]); seed++) {
            System.out.print(tape(seed));
        }
    }

    /** The tape of a seed: always the same. */
    static String tape(long seed) {
        TapeGenerator generator = new TapeGenerator(seed);
        generator.line("scenario random-" + seed);
        generator.session();
        generator.behaviours();
        generator.opening();
        int steps = 4 + generator.random.nextInt(22);
        for (int i = 0; i < steps; i++) {
            generator.step();
        }
        generator.line("send -1");
        generator.line("state " + generator.streams());
        generator.line("end");
        return generator.tape.toString();
    }

    private void line(String text) {
        tape.append(text).append('\n');
    }

    private int below(int bound) {
        return random.nextInt(bound);
    }

    private boolean oneIn(int bound) {
        return random.nextInt(bound) == 0;
    }

    @SafeVarargs
    private <T> T oneOf(T... all) {
        return all[below(all.length)];
    }

    // ---- the session -----------------------------------------------------------------------------------------------

    private void session() {
        StringBuilder keys = new StringBuilder("session ").append(client ? "client" : "server");
        option(keys, 3, "no_auto_window_update");
        option(keys, 5, "peer_max_concurrent_streams=" + below(4));
        option(keys, 6, "no_auto_ping_ack");
        option(keys, 8, "no_rfc9113_ws");
        option(keys, 20, "no_http_messaging");
        option(keys, 6, "max_send_header_block_length=" + (20 + below(300)));
        option(keys, 5, "max_deflate_dynamic_table_size=" + below(300));
        option(keys, 8, "max_outbound_ack=" + (1 + below(5)));
        option(keys, 8, "max_settings=" + (1 + below(3)));
        option(keys, 8, "max_continuations=" + below(3));
        option(keys, 8, "max_outbound_queue_size=" + (2 + below(9)));
        option(keys, 8, "max_reserved_remote_streams=" + below(2));
        option(keys, 8, "stream_reset_rate_limit=" + below(3) + ":1");
        option(keys, 8, "glitch_rate_limit=" + below(4) + ":1");
        option(keys, 2, "builtin_recv_ext=10 builtin_recv_ext=12 builtin_recv_ext=16");
        option(keys, 3, "user_recv_ext=187");
        option(keys, 4, "pad=" + oneOf("fixed:7", "max", "none"));
        option(keys, 6, "readlen=" + (1 + below(3000)));
        line(keys.toString());
    }

    private void option(StringBuilder keys, int oneIn, String option) {
        if (oneIn(oneIn)) {
            keys.append(' ').append(option);
        }
    }

    private void behaviours() {
        if (oneIn(3)) {
            String[] answer = oneOf(ANSWERS).split(" ", 2);
            line("on " + answer[0] + " nth=" + (1 + below(6)) + " " + answer[1]);
        }
        for (int i = below(3); i > 0; i--) {
            line("on " + oneOf(EVENTS) + " nth=" + (1 + below(5)) + " do " + submission());
        }
    }

    private void opening() {
        if (oneIn(10)) {
            line(request());
        }
        line("submit_settings " + (oneIn(2) ? "-" : settings()));
        for (int i = client ? 3 : 0; i > 0; i--) {
            line(request());
        }
        if (!oneIn(8)) {
            line("send -1");
        }
        receive(peer.greeting());
    }

    // ---- what happens ----------------------------------------------------------------------------------------------

    private void step() {
        switch (below(12)) {
            case 0, 1, 2, 3, 4 -> receive(peer.frames(1 + below(5)));
            case 5, 6, 7 -> line(submission());
            case 8 -> line("send " + oneOf(0, 1, 40, 500));
            case 9 -> line("memsend " + oneOf("1", "2", "-1"));
            case 10 -> line(oneIn(3) ? "state " + streams() : "continue");
            default -> line("send -1");
        }
        if (oneIn(2)) {
            line("send -1");
        }
    }

    private void receive(List<byte[]> frames) {
        if (oneIn(9)) {
            Mutation.values()[below(Mutation.values().length)].apply(frames, random);
        }
        StringBuilder bytes = new StringBuilder();
        for (byte[] frame : frames) {
            bytes.append(ByteBufUtil.hexDump(frame));
        }
        if (bytes.length() > 0) {
            line("recv " + (oneIn(2) ? 0 : oneIn(2) ? 1 : 1 + below(40)) + " " + bytes);
        }
    }

    /** Something an application does: mostly what makes sense for the role. */
    private String submission() {
        if (!oneIn(12)) {
            switch (below(6)) {
                case 0, 1 -> {
                    return client ? request() : "submit_response " + peers() + " " + OK + " " + oneOf(BODIES);
                }
                case 2 -> {
                    return "resume_data " + any();
                }
                case 3 -> {
                    return oneOf("consume " + any() + " ", "consume_connection ", "consume_stream " + any() + " ")
                            + below(4000);
                }
                default -> {}
            }
        }
        return switch (below(24)) {
            case 0 -> "submit_headers " + any() + " " + below(2) + " " + oneOf(EARLY_HINTS, OK, TRAILERS) + " 0";
            case 1 -> "submit_trailer " + any() + " " + TRAILERS;
            case 2 -> "submit_data " + any() + " " + below(2) + " " + oneOf(BODIES);
            case 3, 4 -> "submit_rst " + any() + " " + below(14);
            case 5 -> "submit_settings " + settings();
            case 6 -> "submit_ping " + (oneIn(4) ? 1 : 0) + " " + oneOf("-", "0102030405060708");
            case 7 -> "submit_goaway " + below(8) + " " + below(14) + " -";
            case 8, 9 -> "submit_window_update " + oneOf(0, any()) + " " + (below(70000) - 20000);
            case 10 -> "submit_push_promise " + peers() + " " + GET + " 0";
            case 11 -> "submit_priority_update " + any() + " " + hex("u=" + below(9) + (oneIn(2) ? ", i" : ""));
            case 12 -> "submit_altsvc 0 " + hex("https://a") + " " + hex("h2");
            case 13 -> "submit_origin " + hex("https://a");
            case 14 -> "submit_extension 187 " + below(256) + " " + oneOf(0, any()) + " 616263";
            case 15 -> "shutdown_notice";
            case 16 -> oneIn(3) ? "terminate " + below(14) : "send 100";
            case 17 -> "set_local_window " + oneOf(0, any()) + " " + below(100_000);
            case 18 -> "set_ud " + any() + " 7";
            case 19 -> "change_extpri " + any() + " " + below(8) + " " + below(2) + " " + below(2);
            case 20 -> "set_next_stream_id " + (client ? 1 : 2) * (1 + 2 * below(9));
            case 21 -> client ? request() : "submit_response " + any() + " " + OK + " " + oneOf(BODIES);
            case 22 -> "get_extpri " + any();
            default -> "resume_data " + any();
        };
    }

    private String request() {
        requests++;
        return "submit_request " + oneOf(GET, POST) + " " + oneOf(BODIES) + " " + below(3);
    }

    private String settings() {
        return switch (below(8)) {
            case 0 -> "1:" + oneOf(0, 100, 8192);
            case 1 -> client ? "2:" + below(2) : "8:1";
            case 2 -> "3:" + below(5);
            case 3 -> "4:" + oneOf(0, 1, 1000, 65535, 100_000);
            case 4 -> "5:" + oneOf(16384, 20000);
            case 5 -> "3:" + (1 + below(9)) + ",4:" + below(70000);
            case 6 -> "9:1";
            default -> "6:" + below(3000);
        };
    }

    // ---- numbers of streams ----------------------------------------------------------------------------------------

    /** A stream the peer opened; now and then another. */
    private int peers() {
        return oneIn(8) ? any() : peer.ownStream();
    }

    private int any() {
        return oneIn(3) ? 1 + below(10) : peer.ownStream();
    }

    private String streams() {
        StringBuilder ids = new StringBuilder("1");
        for (int id = 2; id <= 9 + requests; id++) {
            ids.append(',').append(id);
        }
        return ids.toString();
    }

    // ---- notation --------------------------------------------------------------------------------------------------

    static String fields(String... namesAndValues) {
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.append(i == 0 ? "" : ",")
                    .append(hex(namesAndValues[i]))
                    .append('=')
                    .append(hex(namesAndValues[i + 1]));
        }
        return fields.toString();
    }

    private static String hex(String text) {
        return ByteBufUtil.hexDump(text.getBytes(US_ASCII));
    }
}
