package io.h2session.differential;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A way to spoil a row of frames. */
enum Mutation {
    FLAGS {
        @Override
        byte[] spoil(byte[] frame, Random random) {
            frame[4] ^= (byte) (1 << random.nextInt(8));
            return frame;
        }
    },
    /** The payload stays: what follows is taken for something else. */
    LENGTH {
        @Override
        byte[] spoil(byte[] frame, Random random) {
            frame[2] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : frame[2] + random.nextInt(5) - 2);
            return frame;
        }
    },
    FAR_TOO_LONG {
        @Override
        byte[] spoil(byte[] frame, Random random) {
            frame[0] = (byte) random.nextInt(256);
            return frame;
        }
    },
    STREAM {
        @Override
        byte[] spoil(byte[] frame, Random random) {
            frame[8] = (byte) random.nextInt(16);
            return frame;
        }
    },
    RESERVED_BIT {
        @Override
        byte[] spoil(byte[] frame, Random random) {
            frame[5] |= (byte) 0x80;
            return frame;
        }
    },
    TYPE {
        @Override
        byte[] spoil(byte[] frame, Random random) {
            frame[3] = (byte) random.nextInt(18);
            return frame;
        }
    },
    /** A well-formed frame with another payload. */
    PAYLOAD {
        @Override
        byte[] spoil(byte[] frame, Random random) {
            if (frame.length > HEADER) {
                frame[HEADER + random.nextInt(frame.length - HEADER)] = (byte) random.nextInt(256);
            }
            return frame;
        }
    },
    /** A well-formed frame that ends too soon. */
    SHORTER {
        @Override
        byte[] spoil(byte[] frame, Random random) {
            int length = frame.length - HEADER;
            int shorter = length == 0 ? 0 : random.nextInt(length);
            byte[] cut = Arrays.copyOf(frame, HEADER + shorter);
            cut[0] = (byte) (shorter >> 16);
            cut[1] = (byte) (shorter >> 8);
            cut[2] = (byte) shorter;
            return cut;
        }
    },
    TWICE {
        @Override
        void apply(List<byte[]> frames, Random random) {
            int which = random.nextInt(frames.size());
            frames.add(which, frames.get(which).clone());
        }
    },
    LOST {
        @Override
        void apply(List<byte[]> frames, Random random) {
            frames.remove(random.nextInt(frames.size()));
        }
    },
    SWAPPED {
        @Override
        void apply(List<byte[]> frames, Random random) {
            Collections.swap(frames, random.nextInt(frames.size()), random.nextInt(frames.size()));
        }
    };

    private static final int HEADER = 9;

    /** Spoils one of them; there is at least one. */
    void apply(List<byte[]> frames, Random random) {
        int which = random.nextInt(frames.size());
        byte[] frame = frames.get(which).clone();
        if (frame.length >= HEADER) {
            frames.set(which, spoil(frame, random));
        }
    }

    byte[] spoil(byte[] frame, Random random) {
        return frame;
    }
}
