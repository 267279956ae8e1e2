package io.h2session.connection;

import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.flow.SendWindow;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Our settings. Each has two values: the <em>acknowledged</em> one, which binds the peer, and the <em>pending</em> one,
 * which was submitted last. We apply the pending value early where the peer may not know it yet and its frame can simply be
 * refused: streams beyond the limit, and promises.
 */
public final class LocalSettings {
    private static final long UNDECIDED = -1;
    private static final int KNOWN = 10;

    private final long[] acknowledged = new long[KNOWN];
    private final ArrayDeque<List<Setting>> inFlight = new ArrayDeque<>(2);
    private long pendingMaxConcurrentStreams = Http2SessionOptions.NO_LIMIT;
    private boolean pendingEnablePush = true;
    private boolean pendingConnectProtocol;
    private long submittedNoRfc7540 = UNDECIDED;

    LocalSettings() {
        acknowledged[SettingId.HEADER_TABLE_SIZE] = 4096;
        acknowledged[SettingId.ENABLE_PUSH] = 1;
        acknowledged[SettingId.MAX_CONCURRENT_STREAMS] = Http2SessionOptions.NO_LIMIT;
        acknowledged[SettingId.INITIAL_WINDOW_SIZE] = SendWindow.INITIAL;
        acknowledged[SettingId.MAX_FRAME_SIZE] = 16_384;
        acknowledged[SettingId.MAX_HEADER_LIST_SIZE] = Http2SessionOptions.NO_LIMIT;
        acknowledged[SettingId.NO_RFC7540_PRIORITIES] = RemoteSettings.UNKNOWN;
    }

    /** The entries of a session's first SETTINGS: the options that differ from the defaults of the protocol. */
    public static List<Setting> first(Http2Role role, Http2SessionOptions options) {
        List<Setting> settings = new ArrayList<>();
        if (options.headerTableSize() != 4096) {
            settings.add(new Setting(SettingId.HEADER_TABLE_SIZE, options.headerTableSize()));
        }
        if (!role.isServer() && !options.enablePush()) {
            settings.add(new Setting(SettingId.ENABLE_PUSH, 0));
        }
        if (options.maxConcurrentStreams() != Http2SessionOptions.NO_LIMIT) {
            settings.add(new Setting(SettingId.MAX_CONCURRENT_STREAMS, options.maxConcurrentStreams()));
        }
        if (options.initialWindowSize() != 65_535) {
            settings.add(new Setting(SettingId.INITIAL_WINDOW_SIZE, options.initialWindowSize()));
        }
        if (options.maxFrameSize() != 16_384) {
            settings.add(new Setting(SettingId.MAX_FRAME_SIZE, options.maxFrameSize()));
        }
        if (options.maxHeaderListSize() != Http2SessionOptions.NO_LIMIT) {
            settings.add(new Setting(SettingId.MAX_HEADER_LIST_SIZE, options.maxHeaderListSize()));
        }
        if (role.isServer() && options.enableConnectProtocol()) {
            settings.add(new Setting(SettingId.ENABLE_CONNECT_PROTOCOL, 1));
        }
        if (options.noRfc7540Priorities()) {
            settings.add(new Setting(SettingId.NO_RFC7540_PRIORITIES, 1));
        }
        return settings;
    }

    /** Checks settings that the application submits, and records them: they are in flight from now on. */
    public void submit(List<Setting> settings) {
        long noRfc7540 = submittedNoRfc7540;
        for (Setting setting : settings) {
            check(setting, noRfc7540);
            noRfc7540 = setting.id() == SettingId.NO_RFC7540_PRIORITIES ? setting.value() : noRfc7540;
        }
        for (Setting setting : settings) {
            switch (setting.id()) {
                case SettingId.MAX_CONCURRENT_STREAMS -> pendingMaxConcurrentStreams = setting.value();
                case SettingId.ENABLE_PUSH -> pendingEnablePush = setting.value() == 1;
                case SettingId.ENABLE_CONNECT_PROTOCOL -> pendingConnectProtocol = setting.value() == 1;
                case SettingId.NO_RFC7540_PRIORITIES -> submittedNoRfc7540 = setting.value();
                default -> {}
            }
        }
        if (submittedNoRfc7540 == UNDECIDED) {
            submittedNoRfc7540 = 0;
        }
        inFlight.add(settings);
    }

    /** How many SETTINGS frames the peer has not acknowledged yet. */
    public int inFlight() {
        return inFlight.size();
    }

    /** The peer has acknowledged the oldest SETTINGS in flight. Returns them, or null if none were in flight. */
    public List<Setting> acknowledge() {
        return inFlight.poll();
    }

    /** Sets an acknowledged value. */
    public void acknowledged(int id, long value) {
        if (id < KNOWN) {
            acknowledged[id] = value;
        }
    }

    /** An acknowledged value; 0 if none is recorded. */
    public long acknowledged(int id) {
        return id >= 0 && id < KNOWN ? acknowledged[id] : 0;
    }

    /** How many streams the peer may have open: the acknowledged value. */
    public long maxConcurrentStreams() {
        return acknowledged[SettingId.MAX_CONCURRENT_STREAMS];
    }

    /** How many streams the peer may have open: the pending value. */
    public long pendingMaxConcurrentStreams() {
        return pendingMaxConcurrentStreams;
    }

    /** Whether the peer may send promises: the acknowledged value. */
    public boolean enablePush() {
        return acknowledged[SettingId.ENABLE_PUSH] == 1;
    }

    /** Whether the peer may send promises: the pending value. */
    public boolean pendingEnablePush() {
        return pendingEnablePush;
    }

    /** Whether the peer may use extended CONNECT: from when our setting was submitted. */
    public boolean connectProtocol() {
        return pendingConnectProtocol;
    }

    /** Whether we announced SETTINGS_NO_RFC7540_PRIORITIES 1. */
    public boolean noRfc7540Priorities() {
        return submittedNoRfc7540 == 1;
    }

    /** The initial window of streams, for what the peer sends. */
    public int initialWindowSize() {
        return (int) acknowledged[SettingId.INITIAL_WINDOW_SIZE];
    }

    private static void check(Setting setting, long noRfc7540) {
        long value = setting.value();
        // RFC 9218 section 2.1: the first SETTINGS decide.
        boolean changed =
                setting.id() == SettingId.NO_RFC7540_PRIORITIES && noRfc7540 != UNDECIDED && noRfc7540 != value;
        if (changed || !SettingId.allows(setting.id(), value)) {
            throw new Http2SubmitException(
                    Reason.INVALID_ARGUMENT, SettingId.name(setting.id()) + " cannot be set to " + value);
        }
    }
}
