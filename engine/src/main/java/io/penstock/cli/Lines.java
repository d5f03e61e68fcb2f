package io.penstock.cli;

import java.util.ArrayList;
import java.util.List;

/** Text in lines that fit a terminal. */
final class Lines {
    static final int COLUMNS = 80;

    private Lines() {}

    /**
     * Words with blanks between them, in as many lines as they need; a word that is longer than a line is alone on one.
     *
     * @param first begins the first line
     * @param indent begins every other line
     */
    static List<String> wrap(String first, String indent, List<String> words) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (String word : words) {
            if (!empty && line.length() + 1 + word.length() > COLUMNS) {
                lines.add(line.toString());
                line.setLength(0);
                line.append(indent);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString());
        return lines;
    }

    /** The beginning of a text that is longer than {@code length}. */
    static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 3) + "...";
    }
}
