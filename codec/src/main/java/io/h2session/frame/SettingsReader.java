package io.h2session.frame;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** Reads the entries of SETTINGS (RFC 9113 section 6.5.1), which the sink is given together. */
final class SettingsReader {
    private static final int SETTING_BYTES = 6;
    private static final int KEPT_SETTINGS = 32;
    private static final int[] NO_IDS = {};
    private static final long[] NO_VALUES = {};

    private final ReadState frame;
    private final FrameSink sink;
    private int[] ids = NO_IDS;
    private long[] values = NO_VALUES;
    private int count;

    SettingsReader(ReadState frame, FrameSink sink) {
        this.frame = frame;
        this.sink = sink;
    }

    /** The header was read. */
    void begin() {
        count = 0;
        frame.place = ReadState.Place.SETTINGS;
    }

    boolean read(ByteBuf in) throws ConnectionError {
        int announced = frame.length / SETTING_BYTES;
        if (ids.length < announced) {
            ids = new int[announced];
            values = new long[announced];
        }
        while (count < announced) {
            if (!frame.held.take(in, SETTING_BYTES)) {
                return false;
            }
            ids[count] = (int) (frame.held.value() >>> 32);
            values[count] = frame.held.value() & 0xffff_ffffL;
            count++;
        }
        frame.place = ReadState.Place.HEADER;
        int[] readIds = ids;
        long[] readValues = values;
        if (readIds.length > KEPT_SETTINGS) {
            release();
        }
        boolean ack = frame.has(FrameFlags.ACK);
        if (frame.streamId != 0) {
            sink.onMisplaced(new MisplacedFrame(frame.streamId, settingsFrame(ack, announced, readIds, readValues)));
        } else {
            sink.onSettings(ack, announced, readIds, readValues);
        }
        return true;
    }

    void release() {
        ids = NO_IDS;
        values = NO_VALUES;
    }

    private static SettingsFrame settingsFrame(boolean ack, int count, int[] ids, long[] values) {
        Setting[] settings = new Setting[count];
        for (int i = 0; i < count; i++) {
            settings[i] = new Setting(ids[i], values[i]);
        }
        return new SettingsFrame(ack, List.of(settings));
    }
}
