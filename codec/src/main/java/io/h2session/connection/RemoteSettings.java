package io.h2session.connection;

import io.h2session.api.Http2SessionOptions;
import io.h2session.flow.SendWindow;
import io.h2session.frame.SettingId;

/** The peer's settings (RFC 9113 section 6.5.2), as last received. */
public final class RemoteSettings {
    /** The value of SETTINGS_NO_RFC7540_PRIORITIES before the first SETTINGS. */
    public static final long UNKNOWN = 0xffff_ffffL;

    private int headerTableSize = 4096;
    private boolean enablePush = true;
    private long maxConcurrentStreams;
    private int initialWindowSize = SendWindow.INITIAL;
    private int maxFrameSize = 16_384;
    private long maxHeaderListSize = Http2SessionOptions.NO_LIMIT;
    private boolean enableConnectProtocol;
    private long noRfc7540Priorities = UNKNOWN;
    private boolean received;

    RemoteSettings(long assumedMaxConcurrentStreams) {
        maxConcurrentStreams = assumedMaxConcurrentStreams;
    }

    /** Whether the first SETTINGS have arrived. */
    public boolean received() {
        return received;
    }

    /** The first SETTINGS have arrived: the assumed values no longer apply. */
    public void firstReceived() {
        received = true;
        maxConcurrentStreams = Http2SessionOptions.NO_LIMIT;
    }

    /** Whether we may send promises. */
    public boolean enablePush() {
        return enablePush;
    }

    /** Sets SETTINGS_ENABLE_PUSH. */
    public void enablePush(boolean enabled) {
        enablePush = enabled;
    }

    /** How many streams we may have open. */
    public long maxConcurrentStreams() {
        return maxConcurrentStreams;
    }

    /** Sets SETTINGS_MAX_CONCURRENT_STREAMS. */
    public void maxConcurrentStreams(long streams) {
        maxConcurrentStreams = streams;
    }

    /** The initial window of streams, for what we send. */
    public int initialWindowSize() {
        return initialWindowSize;
    }

    /** Sets SETTINGS_INITIAL_WINDOW_SIZE. */
    public void initialWindowSize(int bytes) {
        initialWindowSize = bytes;
    }

    /** The largest payload of a frame that we may send. */
    public int maxFrameSize() {
        return maxFrameSize;
    }

    /** Sets SETTINGS_MAX_FRAME_SIZE. */
    public void maxFrameSize(int bytes) {
        maxFrameSize = bytes;
    }

    /** The largest header list that the peer accepts; advisory (RFC 9113 section 6.5.2). */
    public long maxHeaderListSize() {
        return maxHeaderListSize;
    }

    /** Sets SETTINGS_MAX_HEADER_LIST_SIZE. */
    public void maxHeaderListSize(long bytes) {
        maxHeaderListSize = bytes;
    }

    /** Sets SETTINGS_HEADER_TABLE_SIZE. */
    public void headerTableSize(long bytes) {
        headerTableSize = (int) bytes;
    }

    /** Whether a client may use extended CONNECT (RFC 8441). */
    public boolean enableConnectProtocol() {
        return enableConnectProtocol;
    }

    /** Sets SETTINGS_ENABLE_CONNECT_PROTOCOL. */
    public void enableConnectProtocol(boolean enabled) {
        enableConnectProtocol = enabled;
    }

    /** SETTINGS_NO_RFC7540_PRIORITIES: 0, 1 or {@link #UNKNOWN}. */
    public long noRfc7540Priorities() {
        return noRfc7540Priorities;
    }

    /** Sets SETTINGS_NO_RFC7540_PRIORITIES. */
    public void noRfc7540Priorities(long value) {
        noRfc7540Priorities = value;
    }

    /** A setting by its id; 0 if none is recorded. */
    public long value(int id) {
        return switch (id) {
            case SettingId.HEADER_TABLE_SIZE -> Integer.toUnsignedLong(headerTableSize);
            case SettingId.ENABLE_PUSH -> enablePush ? 1 : 0;
            case SettingId.MAX_CONCURRENT_STREAMS -> maxConcurrentStreams;
            case SettingId.INITIAL_WINDOW_SIZE -> initialWindowSize;
            case SettingId.MAX_FRAME_SIZE -> maxFrameSize;
            case SettingId.MAX_HEADER_LIST_SIZE -> maxHeaderListSize;
            case SettingId.ENABLE_CONNECT_PROTOCOL -> enableConnectProtocol ? 1 : 0;
            case SettingId.NO_RFC7540_PRIORITIES -> noRfc7540Priorities;
            default -> 0;
        };
    }
}
