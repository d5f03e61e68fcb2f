package io.penstock.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Compares, and keeps a line of each comparison that held, in the file that the property {@code interop.report} names. */
public final class Compared {
    private static final String REPORT = System.getProperty("interop.report");

    private Compared() {}

    /**
     * Fails, naming row and column, unless both are the same rows.
     *
     * @param way from whom to whom the values went
     */
    public static void rows(String way, String what, List<List<Object>> expected, List<List<Object>> actual) {
        for (int row = 0; row < Math.min(expected.size(), actual.size()); row++) {
            List<Object> theirs = actual.get(row);
            List<Object> ours = expected.get(row);
            for (int column = 0; column < Math.min(ours.size(), theirs.size()); column++) {
                if (!Objects.equals(ours.get(column), theirs.get(column))) {
                    throw new AssertionError(way + ", " + what + ": row " + row + ", column " + column + " should be "
                            + ours.get(column) + " and is " + theirs.get(column));
                }
            }
            if (ours.size() != theirs.size()) {
                throw new AssertionError(way + ", " + what + ": " + ours.size() + " columns became " + theirs.size());
            }
        }
        if (expected.size() != actual.size()) {
            throw new AssertionError(way + ", " + what + ": " + expected.size() + " rows became " + actual.size());
        }
        int columns = expected.isEmpty() ? 0 : expected.get(0).size();
        held("values", way, String.format(Locale.ROOT, "%s: %,d x %d", what, expected.size(), columns));
    }

    /** Keeps a line for a comparison that was made by somebody else. */
    public static void held(String kind, String way, String what) {
        if (REPORT == null) {
            return;
        }
        try {
            String line = String.format("%-10s %-23s %s%n", kind, way, what);
            Files.writeString(Path.of(REPORT), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
