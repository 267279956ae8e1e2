package io.h2session.differential;

import io.h2session.differential.Recordings.Recording;
import io.h2session.differential.Tape.Operation;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the nghttp2 preset departs from nghttp2 so that a trace shows it: the rows of {@code DEPARTURES.md} of the same name.
 * Each says from what the tape tells and what libnghttp2 did, never from what this session does, where it begins to matter.
 */
enum Departure {
    FIRST_SETTINGS_FIRST {
        @Override
        int touches(Recording recording) {
            boolean submitted = false;
            String operation = "";
            for (int i = 0; i < recording.expected().size(); i++) {
                String line = recording.expected().get(i);
                if (line.startsWith("op ")) {
                    operation = line;
                } else if (line.startsWith("rc OK") && operation.endsWith(" submit_settings")) {
                    submitted = true;
                } else if (line.startsWith("  before_frame_send ")) {
                    return submitted && !line.startsWith("  before_frame_send SETTINGS flags=0x00") ? i : NEVER;
                }
            }
            return NEVER;
        }
    },
    CANCEL_ONLY_WHAT_CAN_BE_SPARED {
        @Override
        int touches(Recording recording) {
            List<String> lines = recording.expected();
            for (int i = 0; i < lines.size(); i++) {
                if (BOUND.matcher(lines.get(i)).find()) {
                    int next = i + 1;
                    while (next < lines.size() && lines.get(next).startsWith("    do ")) {
                        next++;
                    }
                    if (next < lines.size() && lines.get(next).equals("    ret ERR_CANCEL")) {
                        return next + 1;
                    }
                }
            }
            return NEVER;
        }
    },
    LAST_ID_NEVER_RISES {
        @Override
        int touches(Recording recording) {
            long lowest = Long.MAX_VALUE;
            for (int i = 0; i < recording.expected().size(); i++) {
                Matcher goAway = SENT_GOAWAY.matcher(recording.expected().get(i));
                if (goAway.find()) {
                    long last = Long.parseLong(goAway.group(1));
                    if (last > lowest) {
                        return i;
                    }
                    lowest = last;
                }
            }
            return NEVER;
        }
    },
    CONTINUATION_SIZE {
        @Override
        int touches(Recording recording) {
            return first(recording, line -> {
                Matcher continuation = CONTINUATION.matcher(line);
                return continuation.find() && Integer.parseInt(continuation.group(1)) > largestFrame(recording);
            });
        }
    },
    PRIORITY_NEEDS_A_STREAM {
        @Override
        int touches(Recording recording) {
            return first(recording, line -> line.startsWith("  begin_frame PRIORITY flags=0x00 stream=0 "));
        }
    },
    NO_RESET_AFTER_RESET {
        @Override
        int touches(Recording recording) {
            Set<String> reset = new HashSet<>();
            String received = "";
            for (int i = 0; i < recording.expected().size(); i++) {
                String line = recording.expected().get(i);
                Matcher stream = STREAM.matcher(line);
                if (!stream.find()) {
                    continue;
                }
                if (line.startsWith("  frame_recv RST_STREAM ")) {
                    received = stream.group(1);
                } else if (line.startsWith("  stream_close ") && stream.group(1).equals(received)) {
                    reset.add(received);
                } else if (line.startsWith("  before_frame_send RST_STREAM ") && reset.contains(stream.group(1))) {
                    return i;
                }
            }
            return NEVER;
        }
    },
    PADDING_IS_ALWAYS_JUDGED {
        @Override
        int touches(Recording recording) {
            Received received = new Received(recording.scenario().operations());
            for (Received.Frame frame : received.frames()) {
                boolean tooLong = frame.type() == FrameType.DATA
                        && (frame.flags() & FrameFlags.PADDED) != 0
                        && frame.payload().length > 0
                        && (frame.payload()[0] & 0xff) >= frame.payload().length;
                int begin = start(recording, frame.operation());
                if (tooLong && begin >= 0 && !told(recording, begin, frame.streamId())) {
                    return begin + 1;
                }
            }
            return NEVER;
        }

        private boolean told(Recording recording, int begin, int streamId) {
            for (int i = begin + 1; i < recording.expected().size(); i++) {
                String line = recording.expected().get(i);
                if (line.startsWith("op ")) {
                    return false;
                }
                if (line.startsWith("  begin_frame DATA ") && line.contains(" stream=" + streamId + " ")) {
                    return true;
                }
            }
            return false;
        }
    },
    IGNORED_PROMISE_HAS_BEGUN {
        @Override
        int touches(Recording recording) {
            boolean goAway = false;
            boolean promised = false;
            List<String> lines = recording.expected();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                goAway |= line.startsWith("  frame_send GOAWAY ");
                promised |= goAway
                        && line.startsWith("  begin_frame PUSH_PROMISE ")
                        && !(i + 1 < lines.size() && lines.get(i + 1).startsWith("  begin_headers "));
                Matcher stream = STREAM.matcher(line);
                if (promised
                        && line.startsWith("  begin_frame HEADERS ")
                        && stream.find()
                        && Integer.parseInt(stream.group(1)) % 2 == 0) {
                    return i;
                }
            }
            return NEVER;
        }
    },
    PRIORITIES_CAN_BE_REFUSED_LATE {
        @Override
        int touches(Recording recording) {
            for (Operation operation : recording.scenario().operations()) {
                if (operation.name().equals("submit_settings")) {
                    int begin = start(recording, operation.number());
                    boolean refuses = begin >= 0
                            && Arrays.asList(operation.words()[1].split(",", -1))
                                    .contains("9:1");
                    boolean frozen =
                            refuses && recording.expected().get(begin + 1).startsWith("rc ERR_INVALID_ARGUMENT");
                    // Only the first of them: from then on it is said what holds.
                    return frozen ? begin + 1 : NEVER;
                }
            }
            return NEVER;
        }
    },
    IDLE_STREAMS_ARE_BOUNDED {
        @Override
        int touches(Recording recording) {
            Set<String> targets = new HashSet<>();
            return first(recording, line -> {
                Matcher target = TARGET.matcher(line);
                return target.find() && targets.add(target.group(1)) && targets.size() > 1000;
            });
        }
    },
    BODIES_HAVE_NO_SAY_WHEN_SENT {
        @Override
        int touches(Recording recording) {
            List<String> lines = recording.expected();
            for (int i = 0; i < lines.size(); i++) {
                boolean sent = i + 1 < lines.size() && lines.get(i + 1).startsWith("  frame_send DATA ");
                if (lines.get(i).startsWith("  send_data ") && !sent) {
                    return i;
                }
            }
            return NEVER;
        }
    },
    FRAMES_ARE_GATHERED {
        @Override
        int touches(Recording recording) {
            boolean refuses = recording.scenario().operations().stream()
                    .anyMatch(operation -> operation.name().equals("on") && operation.words()[1].equals("send"));
            return refuses ? first(recording, line -> SEND.matcher(line).find()) : NEVER;
        }
    },
    ERROR_TEXTS {
        @Override
        int touches(Recording recording) {
            return first(
                    recording,
                    line -> line.startsWith("  error ") || DEBUG.matcher(line).find());
        }

        @Override
        List<String> alike(List<String> lines) {
            List<String> alike = new ArrayList<>(lines);
            alike.replaceAll(line -> line.startsWith("  error ")
                    ? line.substring(0, line.indexOf(" msg="))
                    : DEBUG.matcher(line).replaceFirst("$1"));
            return alike;
        }
    },
    ORDER_OF_NUMBERS {
        @Override
        int touches(Recording recording) {
            List<String> lines = recording.expected();
            for (int i = 1; i < lines.size(); i++) {
                boolean closed = isClose(lines.get(i - 1)) && isClose(lines.get(i));
                if (closed) {
                    return i - 1;
                }
            }
            return NEVER;
        }

        @Override
        List<String> alike(List<String> lines) {
            List<String> alike = new ArrayList<>();
            List<String> run = new ArrayList<>();
            for (String line : lines) {
                if (!isClose(line)) {
                    run.sort(Comparator.naturalOrder());
                    alike.addAll(run);
                    run.clear();
                    alike.add(line);
                } else {
                    run.add(line);
                }
            }
            run.sort(Comparator.naturalOrder());
            alike.addAll(run);
            return alike;
        }

        private boolean isClose(String line) {
            return line.startsWith("  stream_close ");
        }
    };

    static final int NEVER = -1;

    // What keeps the two ends in step. A PING with ACK may be the application's own, and then can be spared.
    private static final Pattern BOUND =
            Pattern.compile("^  before_frame_send (RST_STREAM|SETTINGS|GOAWAY|WINDOW_UPDATE|PING flags=0x01) ");
    private static final Pattern SENT_GOAWAY = Pattern.compile("^  before_frame_send GOAWAY .* last=(\\d+) ");
    private static final Pattern CONTINUATION = Pattern.compile("^  begin_frame CONTINUATION .* len=(\\d+)$");
    private static final Pattern STREAM = Pattern.compile(" stream=(\\d+)");
    private static final Pattern TARGET = Pattern.compile("^  frame_recv PRIORITY_UPDATE .* target=(\\d+) ");
    private static final Pattern SEND = Pattern.compile("^op \\d+ send$");
    private static final Pattern DEBUG = Pattern.compile(
            "^(  (?:tx|frame_send|before_frame_send|frame_not_send) GOAWAY .*code=(?!NO_ERROR )\\S+ debug=)\\S*");

    /** The first line of what libnghttp2 did that may be different here; {@link #NEVER} if none may. */
    abstract int touches(Recording recording);

    /** What is left to compare of lines it touches; null if nothing can be said of what follows. */
    List<String> alike(List<String> lines) {
        return null;
    }

    /** Its name in {@code DEPARTURES.md}. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static int first(Recording recording, Predicate<String> condition) {
        for (int i = 0; i < recording.expected().size(); i++) {
            if (condition.test(recording.expected().get(i))) {
                return i;
            }
        }
        return NEVER;
    }

    private static int start(Recording recording, int operation) {
        return first(recording, line -> line.startsWith("op " + operation + " "));
    }

    private static int largestFrame(Recording recording) {
        int largest = 16_384;
        for (Operation operation : recording.scenario().operations()) {
            if (operation.name().equals("submit_settings")) {
                Map<String, Integer> values = new HashMap<>();
                for (String word : operation.words()[1].split(",", -1)) {
                    if (word.startsWith("5:")) {
                        values.merge("5", Integer.parseInt(word.substring(2)), Math::max);
                    }
                }
                largest = Math.max(largest, values.getOrDefault("5", 0));
            }
        }
        return largest;
    }
}
