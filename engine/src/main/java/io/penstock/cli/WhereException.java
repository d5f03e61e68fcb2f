package io.penstock.cli;

/** What is wrong with the text of a predicate, and where. */
final class WhereException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** What of the text is shown fits a terminal, with the two blanks before it. */
    private static final int SHOWN = 76;

    private final String text;
    private final int position;

    /** @param position in {@code text} of what is wrong; its length for its end */
    WhereException(String text, int position, String problem) {
        super("--where: " + problem);
        this.text = text.replaceAll("\\s", " ");
        this.position = position;
    }

    /** The text, or the part of it around the position, and below it a caret under the position. */
    String shown() {
        int before = Math.max(0, Math.min(position - SHOWN / 2, text.length() - SHOWN));
        String part = text.substring(before, Math.min(text.length(), before + SHOWN));
        return "  " + part + "\n  " + " ".repeat(position - before) + "^";
    }
}
