package io.penstock.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.LocalDate;

/** Reads a contender's output with Jackson and compares every value with the rows it was made from. */
final class JsonCheck {
    private final Object[][] rows;
    private final int batchRows;

    JsonCheck(Object[][] rows, int batchRows) {
        this.rows = rows;
        this.batchRows = batchRows;
    }

    /**
     * @throws IllegalStateException naming the first row and column that differ, or what else is wrong
     */
    void requireSameRows(String contender, byte[] output) throws IOException {
        int lines = 0;
        for (byte octet : output) {
            if (octet == '\n') {
                lines++;
            }
        }
        require(contender, "lines", (rows.length + batchRows - 1) / batchRows, lines);
        try (JsonParser parser = new JsonFactory().createParser(output)) {
            int row = 0;
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                int first = row;
                while (parser.nextToken() == JsonToken.START_ARRAY) {
                    if (row == rows.length) {
                        throw new IllegalStateException(contender + " wrote more than " + rows.length + " rows");
                    }
                    requireSameRow(contender, row, parser);
                    row++;
                }
                require(
                        contender,
                        "rows of the batch at row " + first,
                        Math.min(batchRows, rows.length - first),
                        row - first);
            }
            require(contender, "rows", rows.length, row);
        }
    }

    private void requireSameRow(String contender, int row, JsonParser parser) throws IOException {
        Object[] expected = rows[row];
        for (int column = 0; column < expected.length; column++) {
            parser.nextToken();
            Object actual = value(parser, expected[column]);
            require(contender, "row " + row + ", column " + column, expected[column], actual);
        }
        require(contender, "the end of row " + row, JsonToken.END_ARRAY, parser.nextToken());
    }

    private static Object value(JsonParser parser, Object like) throws IOException {
        if (like instanceof Long) {
            return parser.getLongValue();
        }
        if (like instanceof Integer) {
            return parser.getIntValue();
        }
        if (like instanceof Double) {
            return parser.getDoubleValue();
        }
        return like instanceof LocalDate ? LocalDate.parse(parser.getText()) : parser.getText();
    }

    private static void require(String contender, String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new IllegalStateException(contender + ": " + what + " should be " + expected + " and is " + actual);
        }
    }
}
