package io.h2session.differential;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a libnghttp2 at hand does otherwise than this session for a reason that is known, by the lines in which their traces
 * begin to differ. Most come from the library's age: 1.52, which is Debian 12's, is older than the one we are held to.
 */
enum KnownDifference {
    PRIORITY_TOLD("the application is told of PRIORITY", "", "  frame_recv PRIORITY ", ""),
    PRIORITY_MAKES_STREAMS("PRIORITY makes idle streams", "", "state stream \\d+ st=IDLE", "state stream \\d+ st=NONE"),
    PRIORITY_UPDATE_IGNORED(
            "PRIORITY_UPDATE counts only after SETTINGS_NO_RFC7540_PRIORITIES",
            "",
            "",
            "  (begin_frame|frame_recv|invalid_frame_recv) PRIORITY_UPDATE "),
    TREE("bodies take turns by the tree of RFC 7540", "", Lines.OF_BODY, Lines.OF_BODY),
    RESET_OF_NOTHING(
            "RST_STREAM goes out for streams that are gone",
            "",
            "  (before_frame_send|frame_not_send|frame_send|tx) RST_STREAM ",
            ""),
    RESET_OF_NOTHING_WAITS(
            "RST_STREAM goes out for streams that are gone", "op \\d+ submit_rst", "rc OK want=.w", "rc OK want=.-"),
    CLOSED_STREAM(
            "HEADERS on a closed stream end the connection",
            "",
            "  invalid_frame_recv HEADERS .* error=ERR_STREAM_CLOSED",
            ""),
    WINDOW_EXCEEDED(
            "a stream's window exceeded resets the stream",
            "",
            "  (data_chunk |frame_recv SETTINGS flags=0x01)",
            "(rc |  invalid_frame_recv SETTINGS )"),
    DATA_TOO_LONG("the application is not told of DATA beyond content-length", "", "", "  invalid_frame_recv DATA "),
    CONTINUATIONS_BY_THE_PIECE("pieces of CONTINUATION count as frames", "", "rc ERR_TOO_MANY_CONTINUATIONS", ""),
    TOLD_TWICE("after mem_send, send tells of the last frame again", "op \\d+ send", "  frame_send ", ""),
    CUT_ELSEWHERE(
            "a limit cuts GOAWAY elsewhere, since its debug data differ",
            "  before_frame_send GOAWAY ",
            "rc OK want=.w",
            "  frame_send GOAWAY "),
    RESET_OF_NOTHING_WAITS_INSIDE(
            RESET_OF_NOTHING.reason, "", "rc \\S+ want=.w", "rc \\S+ want=.-", "^    do submit_rst = OK$", ""),
    WINDOW_EXCEEDED_WITHIN_A_FRAME(
            WINDOW_EXCEEDED.reason,
            "",
            "  data_chunk ",
            "  data_chunk ",
            "",
            "^  tx GOAWAY .* code=FLOW_CONTROL_ERROR "),
    HELD_BACK(
            "a frame stays behind if the application fails when it is told that it was sent",
            "(  tx|    ret ERR_CALLBACK_FAILURE)",
            "rc ERR_CALLBACK_FAILURE",
            "  tx ",
            "^  frame_send .*\n    ret ERR_CALLBACK_FAILURE$",
            ""),
    IDLE_AND_OPEN(
            "a request after its PRIORITY_UPDATE counts as idle with SETTINGS_NO_RFC7540_PRIORITIES",
            "",
            "rc \\S+ want=-",
            "rc \\S+ want=r",
            "^  frame_recv PRIORITY_UPDATE ",
            ""),
    // Departures that no recorded scenario shows.
    ONE_END_EACH("departure one-end-each (codec/DEPARTURES.md)", "    ret ERR_CALLBACK_FAILURE", "", "  stream_close "),
    ENCODER_STAYS_IN_STEP(
            "departure encoder-stays-in-step (codec/DEPARTURES.md)",
            "",
            "  tx-error hpack",
            "  tx-h ",
            "^    ret ERR_CANCEL$",
            ""),
    // There mem_send has no bytes of such a body to answer, and goes on to the next frame.
    BODIES_HAVE_NO_SAY_WHEN_SENT(
            "departure bodies-have-no-say-when-sent (codec/DEPARTURES.md)",
            "  tx DATA ",
            "rc OK want=.-",
            "rc OK want=.w",
            "^  send_data ",
            "");

    private final String reason;
    private final Pattern before;
    private final Pattern theirs;
    private final Pattern ours;
    private final Pattern earlier;
    private final Pattern later;

    KnownDifference(String reason, String before, String theirs, String ours) {
        this(reason, before, theirs, ours, "", "");
    }

    /**
     * A difference.
     *
     * @param before how the last line begins that both have
     * @param theirs how their next line begins
     * @param ours how ours begins
     * @param earlier what is found in the lines that both have
     * @param later what is found in our lines from there on
     */
    KnownDifference(String reason, String before, String theirs, String ours, String earlier, String later) {
        this.reason = reason;
        this.before = Pattern.compile(before);
        this.theirs = Pattern.compile(theirs);
        this.ours = Pattern.compile(ours);
        this.earlier = Pattern.compile(earlier, Pattern.MULTILINE);
        this.later = Pattern.compile(later, Pattern.MULTILINE);
    }

    private static final class Lines {
        static final String OF_BODY =
                "  (data_read |read_length |select_padding DATA|frame_send DATA|stream_close |tx DATA|  do )";
    }

    String reason() {
        return reason;
    }

    /** Why the traces begin to differ; null if that is not known. */
    static KnownDifference of(Comparison comparison) {
        for (KnownDifference known : values()) {
            if (known.explains(comparison)) {
                return known;
            }
        }
        return null;
    }

    private boolean explains(Comparison comparison) {
        int line = comparison.common();
        return begins(before, comparison.expected(line - 1))
                && begins(theirs, comparison.expected(line))
                && begins(ours, comparison.actual(line))
                && found(earlier, comparison.expected().subList(0, line))
                && found(
                        later,
                        comparison.actual().subList(line, comparison.actual().size()));
    }

    private static boolean begins(Pattern pattern, String line) {
        return line != null && pattern.matcher(line).lookingAt();
    }

    private static boolean found(Pattern pattern, List<String> lines) {
        return pattern.matcher(String.join("\n", lines)).find();
    }
}
