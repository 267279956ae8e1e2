package io.h2session.differential;

import java.util.Map;

/** The error numbers of libnghttp2 that occur in tapes, and how results are written. */
final class Result {
    static final int OK = 0;
    static final int INVALID_ARGUMENT = -501;
    static final int WOULDBLOCK = -504;
    static final int DEFERRED = -508;
    static final int TEMPORAL_CALLBACK_FAILURE = -521;
    static final int PAUSE = -526;
    static final int CANCEL = -535;
    static final int FATAL = -900;
    static final String UNSUPPORTED = "UNSUPPORTED";

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(INVALID_ARGUMENT, "INVALID_ARGUMENT"),
            Map.entry(-502, "BUFFER_ERROR"),
            Map.entry(-503, "UNSUPPORTED_VERSION"),
            Map.entry(WOULDBLOCK, "WOULDBLOCK"),
            Map.entry(-505, "PROTO"),
            Map.entry(-506, "INVALID_FRAME"),
            Map.entry(-507, "EOF"),
            Map.entry(DEFERRED, "DEFERRED"),
            Map.entry(-509, "STREAM_ID_NOT_AVAILABLE"),
            Map.entry(-510, "STREAM_CLOSED"),
            Map.entry(-511, "STREAM_CLOSING"),
            Map.entry(-512, "STREAM_SHUT_WR"),
            Map.entry(-513, "INVALID_STREAM_ID"),
            Map.entry(-514, "INVALID_STREAM_STATE"),
            Map.entry(-515, "DEFERRED_DATA_EXIST"),
            Map.entry(-516, "START_STREAM_NOT_ALLOWED"),
            Map.entry(-517, "GOAWAY_ALREADY_SENT"),
            Map.entry(-518, "INVALID_HEADER_BLOCK"),
            Map.entry(-519, "INVALID_STATE"),
            Map.entry(TEMPORAL_CALLBACK_FAILURE, "TEMPORAL_CALLBACK_FAILURE"),
            Map.entry(-522, "FRAME_SIZE_ERROR"),
            Map.entry(-523, "HEADER_COMP"),
            Map.entry(-524, "FLOW_CONTROL"),
            Map.entry(-525, "INSUFF_BUFSIZE"),
            Map.entry(PAUSE, "PAUSE"),
            Map.entry(-527, "TOO_MANY_INFLIGHT_SETTINGS"),
            Map.entry(-528, "PUSH_DISABLED"),
            Map.entry(-529, "DATA_EXIST"),
            Map.entry(-530, "SESSION_CLOSING"),
            Map.entry(-531, "HTTP_HEADER"),
            Map.entry(-532, "HTTP_MESSAGING"),
            Map.entry(-533, "REFUSED_STREAM"),
            Map.entry(-534, "INTERNAL"),
            Map.entry(CANCEL, "CANCEL"),
            Map.entry(-536, "SETTINGS_EXPECTED"),
            Map.entry(-537, "TOO_MANY_SETTINGS"),
            Map.entry(FATAL, "FATAL"),
            Map.entry(-901, "NOMEM"),
            Map.entry(-902, "CALLBACK_FAILURE"),
            Map.entry(-903, "BAD_CLIENT_MAGIC"),
            Map.entry(-904, "FLOODED"),
            Map.entry(-905, "TOO_MANY_CONTINUATIONS"));

    private Result() {}

    /** A number as a trace shows it: the name of an error, OK for 0, else the number. */
    static String of(long number) {
        if (number == OK) {
            return "OK";
        }
        String name = number < 0 && number >= Integer.MIN_VALUE ? NAMES.get((int) number) : null;
        return name == null ? Long.toString(number) : error(name);
    }

    static String error(String name) {
        return "ERR_" + name;
    }
}
