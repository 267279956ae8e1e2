package io.h2session.differential;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** What the application of a tape does when it is called: {@code on EVENT filters ret CODE}, {@code do OPERATION}. */
final class Behaviours {
    private final List<Behaviour> list = new ArrayList<>();
    private final Trace trace;
    private final Consumer<String[]> operations;

    Behaviours(Trace trace, Consumer<String[]> operations) {
        this.trace = trace;
        this.operations = operations;
    }

    /** What happened; a number below 0 and an empty name stand for those an event has none of. */
    record Event(String name, int stream, int type, int flags, String field) {
        static Event of(String name, int stream, int type, int flags) {
            return new Event(name, stream, type, flags, "");
        }
    }

    private static final class Behaviour {
        private String event;
        private int stream = -1;
        private int type = -1;
        private int flag;
        private String field;
        private int nth;
        private Integer ret;
        private String[] operation;
        private int count;

        boolean matches(Event happened) {
            return event.equals(happened.name())
                    && (stream < 0 || stream == happened.stream())
                    && (type < 0 || type == happened.type())
                    && (flag == 0 || (flag & happened.flags()) != 0)
                    && (field == null || field.equals(happened.field()));
        }
    }

    /** Takes a line of a tape that begins with {@code on}. */
    void add(String[] words) {
        Behaviour behaviour = new Behaviour();
        behaviour.event = words[1];
        for (int i = 2; i < words.length; i++) {
            if (words[i].equals("ret")) {
                behaviour.ret = Integer.decode(words[i + 1]);
                break;
            } else if (words[i].equals("do")) {
                behaviour.operation = Arrays.copyOfRange(words, i + 1, words.length);
                break;
            }
            filter(behaviour, words[i]);
        }
        list.add(behaviour);
    }

    private static void filter(Behaviour behaviour, String word) {
        int equals = word.indexOf('=');
        String value = word.substring(equals + 1);
        switch (word.substring(0, equals)) {
            case "stream" -> behaviour.stream = Integer.decode(value);
            case "type" -> behaviour.type = Integer.decode(value);
            case "flag" -> behaviour.flag = Integer.decode(value);
            case "name" -> behaviour.field = value;
            case "nth" -> behaviour.nth = Integer.decode(value);
            default -> throw new IllegalArgumentException(word);
        }
    }

    boolean any(String event) {
        return list.stream().anyMatch(behaviour -> behaviour.event.equals(event));
    }

    /** Does what is to be done when something happens; answers what the callback returns. */
    int fire(Event event) {
        int ret = Result.OK;
        // By index: an operation may add behaviours.
        for (int i = 0; i < list.size(); i++) {
            Behaviour behaviour = list.get(i);
            if (!behaviour.matches(event)) {
                continue;
            }
            behaviour.count++;
            if (behaviour.nth != 0 && behaviour.nth != behaviour.count) {
                continue;
            }
            trace.endChunk();
            if (behaviour.ret != null) {
                ret = behaviour.ret;
            } else {
                operations.accept(behaviour.operation);
            }
        }
        return ret;
    }
}
