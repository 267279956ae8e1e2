package io.h2session.netty.inspect;

import io.h2session.api.Http2SessionContext;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.frame.SettingsFrame;
import org.jspecify.annotations.Nullable;

/**
 * What is shown of one session.
 *
 * @param next where the next one continues
 */
record SessionDetail(String json, Recording.Position next) {
    private static final int[] SETTINGS = {
        SettingId.HEADER_TABLE_SIZE,
        SettingId.ENABLE_PUSH,
        SettingId.MAX_CONCURRENT_STREAMS,
        SettingId.INITIAL_WINDOW_SIZE,
        SettingId.MAX_FRAME_SIZE,
        SettingId.MAX_HEADER_LIST_SIZE,
        SettingId.ENABLE_CONNECT_PROTOCOL,
        SettingId.NO_RFC7540_PRIORITIES
    };

    /** On the event loop of the session, which records. */
    static SessionDetail of(InspectedSession inspected, Recording.Position since, InspectorSettings settings) {
        Http2SessionContext session = inspected.session();
        Recording recording = inspected.recording();
        Json json = new Json().object();
        if (session == null) {
            return new SessionDetail(json.end().toString(), since);
        }
        json.name("summary");
        SessionRow.of(inspected, session).write(json);
        json.put("local", SessionRow.address(inspected.channel.localAddress()))
                .put("begun", inspected.begunMillis())
                .put("values", settings.values())
                .put("ended", inspected.isEnded())
                .put("lastProcessed", session.lastProcessedStreamId())
                .putKnown("smoothedRoundTrip", session.smoothedRoundTripNanos() / 1000);
        settings(json, session, inspected);
        inspected.counts().write(json);
        EngineView.write(json, session, settings.fields());
        if (recording == null) {
            return new SessionDetail(json.end().toString(), since);
        }
        json.object("recording");
        recording.write(json, since, inspected.begun, inspected.isEnded() ? null : session);
        return new SessionDetail(json.end().end().toString(), recording.position());
    }

    private static void settings(Json json, Http2SessionContext session, InspectedSession inspected) {
        json.put("remoteSettingsReceived", session.remoteSettingsReceived())
                .put("unacknowledgedSettings", inspected.unacknowledgedSettings())
                .array("settings");
        for (int id : SETTINGS) {
            json.object()
                    .put("name", SettingId.name(id))
                    .put("ours", session.localSetting(id))
                    .put("peers", session.remoteSetting(id));
            sent(json, id, inspected.unacknowledgedSettings() > 0 ? inspected.sentSettings() : null);
            json.end();
        }
        json.endArray();
    }

    private static void sent(Json json, int id, @Nullable SettingsFrame unacknowledged) {
        if (unacknowledged != null) {
            for (Setting setting : unacknowledged.settings()) {
                if (setting.id() == id) {
                    json.put("sent", setting.value());
                    return;
                }
            }
        }
    }
}
