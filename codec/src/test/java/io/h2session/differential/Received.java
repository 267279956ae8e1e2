package io.h2session.differential;

import io.h2session.differential.Tape.Operation;
import io.h2session.frame.ClientPreface;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** The frames a tape has a session receive. */
final class Received {
    private static final int HEADER_BYTES = 9;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TreeMap<Integer, Integer> operations = new TreeMap<>();

    /** A frame, and the operation with which its first byte came. */
    record Frame(int operation, int type, int flags, int streamId, byte[] payload) {}

    Received(List<Operation> tape) {
        for (Operation operation : tape) {
            if (operation.name().equals("recv")) {
                operations.put(bytes.size(), operation.number());
                bytes.writeBytes(Text.bytes(operation.words()[2]));
            }
        }
    }

    List<Frame> frames() {
        List<Frame> frames = new ArrayList<>();
        byte[] all = bytes.toByteArray();
        int at = all.length > 0 && all[0] == 'P' ? ClientPreface.LENGTH : 0;
        while (all.length - at >= HEADER_BYTES) {
            ByteBuffer header = ByteBuffer.wrap(all, at, HEADER_BYTES);
            int typed = header.getInt();
            int end = at + HEADER_BYTES + (typed >>> 8);
            if (end > all.length) {
                break;
            }
            int flags = header.get() & 0xff;
            int streamId = header.getInt() & Integer.MAX_VALUE;
            byte[] payload = Arrays.copyOfRange(all, at + HEADER_BYTES, end);
            frames.add(new Frame(operations.floorEntry(at).getValue(), typed & 0xff, flags, streamId, payload));
            at = end;
        }
        return frames;
    }
}
