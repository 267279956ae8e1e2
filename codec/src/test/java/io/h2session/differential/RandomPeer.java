package io.h2session.differential;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.h2session.frame.ErrorCode;
import io.h2session.testing.Frames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A peer that keeps to the protocol as far as it can know: it does not hear what the session says. */
final class RandomPeer {
    private final Random random;
    private final boolean client;
    private final Frames encoder = Frames.script();
    private final List<Integer> open = new ArrayList<>();
    private final List<Integer> unanswered = new ArrayList<>();
    private int next = 1;
    private int nextPromise = 2;

    RandomPeer(Random random, boolean client) {
        this.random = random;
        this.client = client;
        if (!client) {
            unanswered.addAll(List.of(1, 3, 5));
        }
    }

    /** A stream that is open, as far as it knows. */
    int ownStream() {
        if (!unanswered.isEmpty() && random.nextInt(4) == 0) {
            return unanswered.get(random.nextInt(unanswered.size()));
        }
        return open.isEmpty() ? Math.max(1, next - 2) : open.get(random.nextInt(open.size()));
    }

    /** What it begins with. */
    List<byte[]> greeting() {
        List<byte[]> frames = new ArrayList<>();
        if (client) {
            frames.add(Frames.PREFACE.getBytes(US_ASCII));
        }
        Frames settings = encoder.fork();
        switch (random.nextInt(6)) {
            case 0 -> settings.settings(3, random.nextInt(4));
            case 1 -> settings.settings(4, random.nextInt(3) * 40_000L, 5, 20_000);
            case 2 -> settings.settings(1, random.nextInt(3) * 100L);
            case 3 -> settings.settings(8, client ? 0 : 1, 9, 1);
            default -> settings.settings();
        }
        frames.add(settings.bytes());
        if (random.nextInt(8) > 0) {
            frames.add(encoder.fork().settingsAck().bytes());
        }
        return frames;
    }

    /** So many more frames, or a few more than that. */
    List<byte[]> frames(int count) {
        List<byte[]> frames = new ArrayList<>();
        while (frames.size() < count) {
            add(frames);
        }
        return frames;
    }

    private void add(List<byte[]> frames) {
        Frames one = encoder.fork();
        switch (random.nextInt(22)) {
            case 0, 1, 2, 3, 4, 5 -> message(one);
            case 6, 7, 8, 9, 10 -> data(one);
            case 11 -> one.reset(ended(ownStream()), random.nextBoolean() ? ErrorCode.CANCEL : ErrorCode.NO_ERROR);
            case 12 -> one.windowUpdate(0, 1 + random.nextInt(100_000));
            case 13, 14 -> one.windowUpdate(ownStream(), 1 + random.nextInt(100_000));
            case 15 -> one.ping(random.nextInt(100));
            case 16 -> one.priority(1 + random.nextInt(9), 0, 16, false);
            case 17 -> settings(one);
            case 18 -> one.frame(0xbb, random.nextInt(256), random.nextInt(9), new byte[random.nextInt(9)]);
            case 19 -> extension(one);
            case 20 -> split(frames);
            default -> {
                if (random.nextInt(5) == 0) {
                    one.goAway(client ? 0 : random.nextInt(3) * 2 + 1, ErrorCode.NO_ERROR, "bye");
                } else if (random.nextInt(10) == 0) {
                    one.settingsAck();
                }
            }
        }
        byte[] bytes = one.bytes();
        if (bytes.length > 0) {
            frames.add(bytes);
        }
    }

    private void message(Frames one) {
        boolean end = random.nextInt(3) == 0;
        boolean again = random.nextInt(4) == 0 && !open.isEmpty();
        if (client && !again) {
            request(one, next, end);
            opened(end);
            next += random.nextInt(6) == 0 ? 4 : 2;
        } else if (client) {
            trailers(one);
        } else if (again) {
            trailers(one);
        } else if (!unanswered.isEmpty()) {
            response(one, end);
        }
    }

    private void trailers(Frames one) {
        if (!open.isEmpty()) {
            one.headers(ended(open.get(random.nextInt(open.size()))), true, "a", "b" + random.nextInt(3));
        }
    }

    private void response(Frames one, boolean end) {
        int id = unanswered.get(random.nextInt(unanswered.size()));
        boolean early = random.nextInt(5) == 0;
        one.response(id, end && !early, early ? 103 : 200 + random.nextInt(5), "c", "d" + random.nextInt(3));
        if (!early) {
            unanswered.remove((Integer) id);
            if (!end) {
                open.add(id);
            }
        }
    }

    private void opened(boolean end) {
        if (!end) {
            open.add(next);
        }
    }

    private void request(Frames one, int id, boolean end) {
        switch (random.nextInt(14)) {
            case 0 -> one.headers(id, end, ":method", "GET");
            case 1 -> one.request(id, end, "/", "x", "line\nfeed");
            case 2 -> one.request(id, end, "/", "content-length", "" + random.nextInt(10));
            case 3 -> one.request(id, end, "/", "te", "trailers", "cookie", "a=b", "cookie", "c=d");
            case 4 -> one.request(id, end, "/", "connection", "close");
            case 5 -> one.headers(id, end, ":method", "CONNECT", ":authority", "a:1");
            case 6 -> one.request(id, end, "/", "Upper", "case");
            case 7 -> one.request(id, end, "/", "space", " at edge");
            default ->
                one.request(
                        id, end, "/" + random.nextInt(3), "priority", "u=" + random.nextInt(8) + (end ? ", i" : ""));
        }
    }

    /** A header block in several frames. */
    private void split(List<byte[]> frames) {
        byte[] block = client
                ? encoder.block(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/", "split", "s")
                : encoder.block(":status", "200", "split", "s");
        int cut = random.nextInt(block.length + 1);
        if (!client && unanswered.isEmpty()) {
            return;
        }
        int id = client ? next : unanswered.remove(0);
        frames.add(encoder.fork()
                .headersBegin(id, false, Arrays.copyOf(block, cut))
                .bytes());
        frames.add(encoder.fork()
                .continuation(id, true, Arrays.copyOfRange(block, cut, block.length))
                .bytes());
        if (client) {
            opened(false);
            next += 2;
        } else {
            open.add(id);
        }
    }

    private void data(Frames one) {
        if (open.isEmpty()) {
            return;
        }
        int id = open.get(random.nextInt(open.size()));
        boolean end = random.nextInt(3) == 0;
        int length = random.nextInt(12) == 0 ? random.nextInt(9000) : random.nextInt(9);
        int padding = random.nextInt(4) == 0 ? random.nextInt(20) : 0;
        one.data(end ? ended(id) : id, new byte[length], end, padding);
    }

    private void settings(Frames one) {
        switch (random.nextInt(6)) {
            case 0 -> one.settings(1, random.nextInt(2) * 50L, 1, random.nextInt(5000));
            case 1 -> one.settings(3, random.nextInt(5));
            case 2 -> one.settings(4, random.nextInt(100_000));
            case 3 -> one.settings(5, 16_384 + random.nextInt(100));
            case 4 -> one.settings(0x77, 1, 6, 1000);
            default -> one.settings();
        }
    }

    private void extension(Frames one) {
        if (client) {
            one.priorityUpdate(random.nextBoolean() ? ownStream() : next, "u=" + random.nextInt(9) + ", i");
            return;
        }
        switch (random.nextInt(3)) {
            case 0 -> one.altSvc(random.nextInt(2), random.nextBoolean() ? "https://a" : "", "h2=\":1\"");
            case 1 -> one.origin("https://a", "https://b");
            default -> {
                one.pushPromise(
                        ownStream(),
                        nextPromise,
                        ":method",
                        "GET",
                        ":scheme",
                        "https",
                        ":authority",
                        "a",
                        ":path",
                        "/");
                unanswered.add(nextPromise);
                nextPromise += 2;
            }
        }
    }

    /** The peer ends its side of a stream; answers the stream. */
    private int ended(int id) {
        open.remove((Integer) id);
        unanswered.remove((Integer) id);
        return id;
    }
}
