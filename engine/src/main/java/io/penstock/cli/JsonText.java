package io.penstock.cli;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One JSON object for {@code --json}, built member by member in order. */
final class JsonText {
    private final StringBuilder text = new StringBuilder("{");

    JsonText add(String name, long value) {
        return raw(name, Long.toString(value));
    }

    /** Three decimals. */
    JsonText add(String name, double value) {
        return raw(name, Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null");
    }

    JsonText add(String name, boolean value) {
        return raw(name, Boolean.toString(value));
    }

    JsonText add(String name, String value) {
        return raw(name, value == null ? "null" : quote(value));
    }

    /** {@code json} as it stands. */
    JsonText raw(String name, String json) {
        text.append(text.length() > 1 ? "," : "")
                .append(quote(name))
                .append(':')
                .append(json);
        return this;
    }

    static String array(Stream<String> elements) {
        return elements.collect(Collectors.joining(",", "[", "]"));
    }

    static String quote(String value) {
        StringBuilder quoted = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ') {
                        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    @Override
    public String toString() {
        return text + "}";
    }
}
