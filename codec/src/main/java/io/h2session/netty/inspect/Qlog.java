package io.h2session.netty.inspect;

import io.h2session.api.Http2SessionContext;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.frame.SettingsFrame;
import io.h2session.frame.WindowUpdateFrame;
import java.time.Instant;
import java.util.Locale;

/**
 * The frames of a session as qlog (draft-ietf-quic-qlog-main-schema: JSON text sequences) with the events {@code frame_created} and
 * {@code frame_parsed} of draft-pardue-httpbis-qlog-h2-events-00. Experimental, as that draft is.
 */
final class Qlog {
    private static final char RECORD_SEPARATOR = '\u001e';
    private static final String SCHEMA = "urn:ietf:params:qlog:events:http2-00";

    private final StringBuilder out = new StringBuilder();

    private Qlog() {}

    /** On the event loop of the session. */
    static String of(InspectedSession inspected) {
        Qlog log = new Qlog();
        Http2SessionContext session = inspected.session();
        Recording recording = inspected.recording();
        if (session == null || recording == null) {
            return "";
        }
        log.head(inspected, session);
        recording.frames(frame -> log.frame(frame, inspected.begun));
        return log.out.toString();
    }

    private void head(InspectedSession inspected, Http2SessionContext session) {
        Json json = new Json().object();
        json.put("file_schema", "urn:ietf:params:qlog:file:sequential")
                .put("serialization_format", "application/qlog+json-seq")
                .put("title", "HTTP/2 session " + inspected.id)
                .object("trace")
                .object("common_fields")
                .put("group_id", Long.toString(inspected.id))
                .put("time_format", "relative_to_epoch")
                .object("reference_time")
                .put("clock_type", "monotonic")
                .put("epoch", "unknown")
                .put(
                        "wall_clock_time",
                        Instant.ofEpochMilli(inspected.begunMillis()).toString())
                .end()
                .end()
                .object("vantage_point")
                .put("name", "h2session")
                .put("type", session.role().isServer() ? "server" : "client")
                .end()
                .array("event_schemas")
                .value(SCHEMA)
                .endArray()
                .end();
        line(json.end());
    }

    private void frame(FrameEntry entry, long begun) {
        Json json = new Json().object();
        json.put("time", (entry.time - begun) / 1e6)
                .put("name", "http2:" + (entry.sent ? "frame_created" : "frame_parsed"))
                .object("data")
                .put("stream_id", entry.streamId)
                .put("length", entry.length)
                .object("frame")
                .put("frame_type", typeName(entry.type));
        if (entry.type > FrameType.CONTINUATION) {
            json.put("frame_type_bytes", entry.type);
        }
        if (entry.flags != 0) {
            json.put("flags", FrameFlags.describe(entry.type, entry.flags));
        }
        values(json, entry);
        line(json.end().end().end());
    }

    private static String typeName(int type) {
        return type > FrameType.CONTINUATION ? "unknown" : FrameType.name(type).toLowerCase(Locale.ROOT);
    }

    private static void values(Json json, FrameEntry entry) {
        if (entry.fields != null) {
            json.array("headers");
            entry.fields.forEach(field -> field.write(json));
            json.endArray();
        }
        if (entry.frame instanceof SettingsFrame settings) {
            json.array("settings");
            for (Setting setting : settings.settings()) {
                json.object()
                        .put("name", SettingId.name(setting.id()).toLowerCase(Locale.ROOT))
                        .put("value", setting.value())
                        .end();
            }
            json.endArray();
        } else if (entry.frame instanceof GoAwayFrame goAway) {
            json.put("last_stream_id", goAway.lastStreamId()).put("error_code", error(goAway.errorCode()));
        } else if (entry.frame instanceof ResetFrame reset) {
            json.put("error_code", error(reset.errorCode()));
        } else if (entry.frame instanceof WindowUpdateFrame update) {
            json.put("window_size_increment", update.increment());
        }
    }

    private static String error(long code) {
        return ErrorCode.name(code).toLowerCase(Locale.ROOT);
    }

    private void line(Json json) {
        out.append(RECORD_SEPARATOR).append(json).append('\n');
    }
}
