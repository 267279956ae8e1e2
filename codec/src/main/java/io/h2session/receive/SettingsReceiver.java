package io.h2session.receive;

import io.h2session.api.InvalidFrameReason;
import io.h2session.connection.Connection;
import io.h2session.connection.LocalSettings;
import io.h2session.connection.RemoteSettings;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameReader;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.frame.SettingsFrame;
import io.h2session.hpack.HpackDecoder;
import io.h2session.queue.Lane;
import io.h2session.stream.Stream;
import java.util.ArrayList;
import java.util.List;

/**
 * Handles SETTINGS (RFC 9113 section 6.5): applies and acknowledges those of the peer, and applies ours when they are
 * acknowledged.
 */
final class SettingsReceiver {
    /** A window with fewer bytes does not resume a body: one SETTINGS could cause a small frame on each stream. */
    private static final int WORTH_A_FRAME = 1024;

    private static final SettingsFrame ACK = new SettingsFrame(true, List.of());

    private final Connection connection;
    private final HpackDecoder decoder;
    private final StreamFaults faults;
    private final FrameReader reader;
    private boolean frameSeen;

    SettingsReceiver(Connection connection, FrameReader reader, HpackDecoder decoder, StreamFaults faults) {
        this.connection = connection;
        this.reader = reader;
        this.decoder = decoder;
        this.faults = faults;
    }

    void onSettings(boolean ack, int count, int[] ids, long[] values) throws ConnectionError {
        if (ack) {
            onAcknowledgement();
        } else {
            onValues(count, ids, values);
        }
    }

    private void onAcknowledgement() throws ConnectionError {
        List<Setting> ours = connection.local().acknowledge();
        if (ours == null) {
            throw faults.connectionError(
                    ACK,
                    InvalidFrameReason.PROTO,
                    new ConnectionError(ErrorCode.PROTOCOL_ERROR, "unexpected_settings_ack"));
        }
        connection.deadlines().settingsAcknowledged();
        try {
            applyOurs(ours);
        } catch (ConnectionError error) {
            throw faults.connectionError(ACK, reasonFor(error), error);
        }
        connection.callbacks().frameReceived(ACK);
    }

    private void onValues(int count, int[] ids, long[] values) throws ConnectionError {
        connection.owedReplies().requireRoom();
        if (frameSeen) {
            int windows = changesWindows(count, ids) ? connection.streams().size() : 0;
            connection.floodGuard().settingsReceived(count, windows, connection.now());
        } else {
            frameSeen = true;
            connection.deadlines().handshakeDone();
        }
        SettingsFrame frame = new SettingsFrame(false, merge(count, ids, values));
        applyPeers(frame);
        if (!connection.shutdown().closing()) {
            connection.queueOwn(Lane.URGENT, ACK);
        }
        connection.callbacks().frameReceived(frame);
        if (connection.owedReplies().suspendReceiving()) {
            reader.pause();
        }
    }

    /** Settings of an upgrade from HTTP/1.1, which the response that switches protocols has acknowledged. */
    void onUpgrade(List<Setting> settings) throws ConnectionError {
        int[] ids = settings.stream().mapToInt(Setting::id).toArray();
        long[] values = settings.stream().mapToLong(Setting::value).toArray();
        SettingsFrame frame = new SettingsFrame(false, merge(ids.length, ids, values));
        applyPeers(frame);
        connection.callbacks().frameReceived(frame);
    }

    private static boolean changesWindows(int count, int[] ids) {
        for (int i = 0; i < count; i++) {
            if (ids[i] == SettingId.INITIAL_WINDOW_SIZE) {
                return true;
            }
        }
        return false;
    }

    private void applyPeers(SettingsFrame frame) throws ConnectionError {
        boolean first = !connection.remote().received();
        if (first) {
            connection.remote().firstReceived();
        }
        for (Setting setting : frame.settings()) {
            try {
                applyPeers(setting, first);
            } catch (ConnectionError error) {
                throw faults.connectionError(frame, reasonFor(error), error);
            }
        }
        if (first && connection.remote().noRfc7540Priorities() == RemoteSettings.UNKNOWN) {
            connection.remote().noRfc7540Priorities(0);
        }
    }

    // The application is shown each known setting once, at its first place, with its last value. The smallest table
    // size counts, too (RFC 7541 section 4.2): it is at the first place, and the last value is added at the end.
    private static List<Setting> merge(int count, int[] ids, long[] values) {
        List<Setting> merged = new ArrayList<>(count + 1);
        long smallestTable = Long.MAX_VALUE;
        long lastTable = 0;
        int tableIndex = -1;
        for (int i = 0; i < count; i++) {
            Setting setting = new Setting(ids[i], values[i]);
            int index = indexOf(merged, ids[i]);
            if (ids[i] == SettingId.HEADER_TABLE_SIZE) {
                smallestTable = Math.min(smallestTable, values[i]);
                lastTable = values[i];
                tableIndex = index < 0 ? merged.size() : index;
            }
            if (index < 0) {
                merged.add(setting);
            } else {
                merged.set(index, setting);
            }
        }
        if (tableIndex >= 0 && smallestTable < lastTable) {
            merged.set(tableIndex, new Setting(SettingId.HEADER_TABLE_SIZE, smallestTable));
            merged.add(new Setting(SettingId.HEADER_TABLE_SIZE, lastTable));
        }
        return merged;
    }

    private static int indexOf(List<Setting> settings, int id) {
        if (id < SettingId.HEADER_TABLE_SIZE || id > SettingId.NO_RFC7540_PRIORITIES || id == 7) {
            return -1;
        }
        for (int i = 0; i < settings.size(); i++) {
            if (settings.get(i).id() == id) {
                return i;
            }
        }
        return -1;
    }

    private void applyPeers(Setting setting, boolean first) throws ConnectionError {
        RemoteSettings remote = connection.remote();
        long value = setting.value();
        switch (setting.id()) {
            case SettingId.HEADER_TABLE_SIZE -> {
                connection.encoder().peerMaxTableSize(value);
                remote.headerTableSize(value);
            }
            case SettingId.ENABLE_PUSH -> {
                // Section 6.5.2: a server must not send 1.
                require(value <= 1 && (connection.role().isServer() || value == 0), "bad_enable_push");
                remote.enablePush(value == 1);
            }
            case SettingId.MAX_CONCURRENT_STREAMS -> remote.maxConcurrentStreams(value);
            case SettingId.INITIAL_WINDOW_SIZE -> applyInitialWindow(value);
            case SettingId.MAX_FRAME_SIZE -> {
                require(value >= 16_384 && value <= 16_777_215, "bad_max_frame_size");
                remote.maxFrameSize((int) value);
            }
            case SettingId.MAX_HEADER_LIST_SIZE -> remote.maxHeaderListSize(value);
            case SettingId.ENABLE_CONNECT_PROTOCOL -> {
                // RFC 8441 section 3: it cannot be withdrawn.
                boolean withdrawn = !connection.role().isServer() && remote.enableConnectProtocol() && value == 0;
                require(value <= 1 && !withdrawn, "bad_enable_connect_protocol");
                remote.enableConnectProtocol(value == 1);
            }
            case SettingId.NO_RFC7540_PRIORITIES -> {
                // RFC 9218 section 2.1: the first SETTINGS decide; if it is missing there, it is 0.
                require(value <= 1 && (first || remote.noRfc7540Priorities() == value), "bad_no_rfc7540_priorities");
                remote.noRfc7540Priorities(value);
            }
            default -> {}
        }
    }

    private void applyInitialWindow(long value) throws ConnectionError {
        if (value > Integer.MAX_VALUE) {
            throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "bad_initial_window_size");
        }
        long delta = value - connection.remote().initialWindowSize();
        boolean asked = false;
        boolean little = false;
        for (Stream stream = connection.streams().first(); stream != null; stream = stream.next()) {
            if (!stream.sendWindow().adjust(delta)) {
                throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "window_overflow");
            }
            if (connection.blockedBodies().mayContinue(stream)) {
                if (!asked && stream.sendWindow().available() < WORTH_A_FRAME) {
                    asked = true;
                    little = connection.floodGuard().maySendLittle(connection.now());
                }
                if (little || stream.sendWindow().available() >= WORTH_A_FRAME) {
                    connection.blockedBodies().resume(stream);
                }
            }
        }
        // At the end, because a setting that could not be applied is not in force.
        connection.remote().initialWindowSize((int) value);
    }

    private void applyOurs(List<Setting> ours) throws ConnectionError {
        LocalSettings local = connection.local();
        for (Setting setting : ours) {
            switch (setting.id()) {
                case SettingId.HEADER_TABLE_SIZE ->
                    decoder.maxTableSize((int) Math.min(setting.value(), Integer.MAX_VALUE));
                case SettingId.INITIAL_WINDOW_SIZE -> adjustReceiveWindows(setting.value() - local.initialWindowSize());
                case SettingId.MAX_FRAME_SIZE -> reader.limits(reader.limits().withMaxFrameSize((int) setting.value()));
                default -> {}
            }
            local.acknowledged(setting.id(), setting.value());
        }
    }

    private void adjustReceiveWindows(long delta) throws ConnectionError {
        for (Stream stream = connection.streams().first(); stream != null; stream = stream.next()) {
            if (!stream.adjustReceiveLimit(delta)) {
                throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "window_overflow");
            }
            connection.windowUpdates().giveForStream(stream);
        }
    }

    private static void require(boolean fine, String reason) throws ConnectionError {
        if (!fine) {
            throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, reason);
        }
    }

    private static InvalidFrameReason reasonFor(ConnectionError error) {
        return error.code() == ErrorCode.FLOW_CONTROL_ERROR
                ? InvalidFrameReason.FLOW_CONTROL
                : InvalidFrameReason.PROTO;
    }
}
