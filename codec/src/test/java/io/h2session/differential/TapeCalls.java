package io.h2session.differential;

import io.h2session.Http2Session;
import io.h2session.api.Http2SessionResult;
import io.h2session.frame.DataFrame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.priority.Priority;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The calls of a tape that submit and control. Answers their result as the trace shows it; what is refused is thrown. */
final class TapeCalls {
    private static final String OK = "OK";

    private final Http2Session session;
    private final Trace trace;
    private final Behaviours behaviours;
    private final TapeListener listener;
    private final Set<String> leftOut;
    private final Map<Integer, TapeBody> bodies = new HashMap<>();
    private final List<TapeBody> taken = new ArrayList<>();
    private boolean priorities;

    TapeCalls(Http2Session session, Trace trace, Behaviours behaviours, TapeListener listener, Set<String> leftOut) {
        this.session = session;
        this.trace = trace;
        this.behaviours = behaviours;
        this.listener = listener;
        this.leftOut = leftOut;
    }

    String call(String[] words) {
        if (words[0].startsWith("submit_")) {
            return words.length > 2 && words[0].matches("submit_(request|response|headers|trailer|data|push_promise)")
                    ? submitMessage(words)
                    : submitFrame(words);
        }
        return control(words);
    }

    private String submitMessage(String[] words) {
        switch (words[0]) {
            case "submit_request" -> {
                TapeBody body = body(words[2]);
                int streamId = session.submitRequest(Text.headers(words[1]), body, userData(words[3]));
                return Integer.toString(keep(streamId, body));
            }
            case "submit_response" -> {
                TapeBody body = body(words[3]);
                session.submitResponse(number(words[1]), Text.headers(words[2]), body);
                keep(number(words[1]), body);
            }
            case "submit_headers" -> {
                boolean endStream = (number(words[2]) & FrameFlags.END_STREAM) != 0;
                if (number(words[1]) == -1) {
                    return Integer.toString(
                            session.submitRequestHeaders(Text.headers(words[3]), endStream, userData(words[4])));
                }
                session.submitHeaders(number(words[1]), Text.headers(words[3]), endStream, userData(words[4]));
            }
            case "submit_trailer" -> session.submitTrailers(number(words[1]), Text.headers(words[2]));
            case "submit_data" -> {
                TapeBody body = body(words[3]);
                boolean endStream = (number(words[2]) & FrameFlags.END_STREAM) != 0;
                session.submitData(number(words[1]), body, endStream);
                keep(number(words[1]), body);
            }
            default -> {
                return Integer.toString(
                        session.submitPushPromise(number(words[1]), Text.headers(words[2]), userData(words[3])));
            }
        }
        return OK;
    }

    private String submitFrame(String[] words) {
        switch (words[0]) {
            case "submit_rst" -> session.submitReset(number(words[1]), code(words[2]));
            case "submit_settings" -> {
                List<Setting> settings = Text.settings(words[1]);
                session.submitSettings(settings);
                priorities |= settings.contains(new Setting(SettingId.NO_RFC7540_PRIORITIES, 1));
            }
            case "submit_ping" -> {
                if ((number(words[1]) & FrameFlags.ACK) == 0) {
                    session.submitPing(Text.opaqueData(words[2]));
                } else {
                    session.submitPingAck(Text.opaqueData(words[2]));
                }
            }
            case "submit_goaway" -> session.submitGoAway(number(words[1]), code(words[2]), Text.bytes(words[3]));
            case "submit_window_update" -> session.submitWindowUpdate(number(words[1]), number(words[2]));
            case "submit_priority_update" -> session.submitPriorityUpdate(number(words[1]), Text.string(words[2]));
            case "submit_altsvc" ->
                session.submitAltSvc(number(words[1]), Text.string(words[2]), Text.string(words[3]));
            case "submit_origin" -> session.submitOrigin(Text.strings(words[1]));
            case "submit_extension" -> {
                if (leftOut.contains("pack_ext")) {
                    return Result.error("INVALID_STATE");
                }
                session.submitExtension(
                        Integer.decode(words[1]), number(words[2]), number(words[3]), Text.bytes(words[4]));
            }
            // Has no effect in libnghttp2 any more.
            case "submit_priority" -> {}
            default -> {
                return Result.UNSUPPORTED;
            }
        }
        return OK;
    }

    private String control(String[] words) {
        switch (words[0]) {
            case "shutdown_notice" -> session.submitShutdownNotice();
            case "terminate" -> session.terminate(code(words[1]));
            case "terminate2" -> session.terminate(number(words[1]), code(words[2]));
            case "resume_data" -> {
                return found(session.resumeData(number(words[1])));
            }
            case "consume" -> session.consume(number(words[1]), number(words[2]));
            case "consume_connection" -> session.consumeConnection(number(words[1]));
            case "consume_stream" -> session.consumeStream(number(words[1]), number(words[2]));
            case "set_local_window" -> session.setLocalWindowSize(number(words[1]), number(words[2]));
            case "set_next_stream_id" -> session.nextStreamId(number(words[1]));
            case "set_ud" -> {
                return found(session.userData(number(words[1]), userData(words[2])));
            }
            case "change_extpri" -> {
                Priority priority =
                        Priority.of(Math.min(number(words[2]), Priority.LOWEST_URGENCY), !words[3].equals("0"));
                return found(session.changePriority(number(words[1]), priority, !words[4].equals("0")));
            }
            case "get_extpri" -> {
                Priority priority = session.priority(number(words[1]));
                if (!priorities) {
                    // libnghttp2 leaves what it was given as it is.
                    return OK;
                }
                return priority == null
                        ? Result.of(Result.INVALID_ARGUMENT)
                        : "OK u=" + priority.urgency() + " i=" + (priority.incremental() ? 1 : 0);
            }
            case "pad" -> listener.padding(words[1]);
            // These have no effect in libnghttp2 any more.
            case "change_pri7540", "create_idle" -> {}
            default -> {
                return upgrade(words);
            }
        }
        return OK;
    }

    private String upgrade(String[] words) {
        boolean known = words[0].equals("upgrade2");
        if (!known && !words[0].equals("upgrade")) {
            return Result.UNSUPPORTED;
        }
        boolean head = known && !words[2].equals("0");
        Http2SessionResult result = session.upgrade(Text.bytes(words[1]), head, userData(words[known ? 3 : 2]));
        return result == Http2SessionResult.OK ? OK : Result.error(result.name());
    }

    /** Bytes of a body were sent; those it wrote itself are told of. */
    void dataSent(int streamId, DataFrame frame) {
        TapeBody body = bodies.get(streamId);
        if (body != null && body.noCopy()) {
            listener.sendData(frame);
        }
    }

    private void submitTrailer(int streamId, String headers) {
        String[] words = {"submit_trailer", Integer.toString(streamId), headers};
        session.submitTrailers(streamId, Text.headers(headers));
        trace.line("    do " + words[0] + " = " + OK);
    }

    private TapeBody body(String text) {
        return text.equals("-") ? null : new TapeBody(text, trace, behaviours, this::submitTrailer);
    }

    private int keep(int streamId, TapeBody body) {
        if (body != null) {
            bodies.put(streamId, body);
            taken.add(body);
        }
        return streamId;
    }

    /** The bodies the session took. */
    List<TapeBody> taken() {
        return taken;
    }

    private static String found(boolean there) {
        return there ? OK : Result.of(Result.INVALID_ARGUMENT);
    }

    private static Object userData(String word) {
        return word.equals("0") ? null : word;
    }

    private static int number(String word) {
        return (int) Long.parseLong(word);
    }

    private static long code(String word) {
        return Long.parseLong(word) & 0xffff_ffffL;
    }
}
