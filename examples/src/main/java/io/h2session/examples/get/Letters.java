package io.h2session.examples.get;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Makes {@code --null-out} of an {@code -n} that no number follows, as nghttp has it, also in {@code -nv}. */
@SuppressWarnings("JdkObsolete") // the interface has a Stack
final class Letters implements IParameterPreprocessor {
    private static final String COUNT = "-n";
    private static final String DISCARD = "--null-out";

    @Override
    public boolean preprocess(Stack<String> line, CommandSpec command, ArgSpec argument, Map<String, Object> info) {
        List<String> words = new ArrayList<>();
        while (!line.isEmpty() && !line.peek().equals("--")) {
            String word = line.pop();
            if (word.startsWith("--")) {
                words.add(word);
                if (takesNext(command.findOption(word)) && !line.isEmpty()) {
                    words.add(line.pop());
                }
            } else {
                letters(word, line, command, words);
            }
        }
        for (int i = words.size() - 1; i >= 0; i--) {
            line.push(words.get(i));
        }
        return false;
    }

    /** A word of letters: the last of them may have a value, behind it or as the next word. */
    private static void letters(String word, Stack<String> line, CommandSpec command, List<String> words) {
        StringBuilder kept = new StringBuilder("-");
        boolean discarding = false;
        int i = 1;
        while (word.startsWith("-") && i < word.length()) {
            String letter = "-" + word.charAt(i);
            String rest = word.substring(i + 1);
            boolean counts = letter.equals(COUNT) && isNumber(rest.isEmpty() ? next(line) : rest);
            if (letter.equals(COUNT) && !counts) {
                discarding = true;
            } else {
                kept.append(word.charAt(i));
                if (takesNext(command.findOption(letter))) {
                    kept.append(rest);
                    break;
                }
            }
            i++;
        }
        if (discarding) {
            words.add(DISCARD);
        }
        if (!discarding || kept.length() > 1) {
            String last = discarding ? kept.toString() : word;
            words.add(last);
            boolean valueFollows = i == word.length() - 1
                    && last.length() > 1
                    && last.startsWith("-")
                    && takesNext(command.findOption("-" + last.charAt(last.length() - 1)));
            if (valueFollows && !line.isEmpty()) {
                words.add(line.pop());
            }
        }
    }

    private static boolean takesNext(OptionSpec option) {
        return option != null && option.arity().min() > 0;
    }

    private static String next(Stack<String> line) {
        return line.isEmpty() ? "" : line.peek();
    }

    private static boolean isNumber(String text) {
        return text.matches("=?-?\\d.*");
    }
}
