package io.penstock.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads a contender's output with Jackson and compares every value with the rows it was made from. */
final class JsonCheck {
    private final Object[][] rows;
    private final int batchRows;

    JsonCheck(Object[][] rows, int batchRows) {
        this.rows = rows;
        this.batchRows = batchRows;
    }

    /**
     * Takes rows as arrays, in an array for each batch and line.
     *
     * @throws IllegalStateException naming the first row and column that differ, or what else is wrong
     */
    void requireSameRows(String contender, byte[] output) throws IOException {
        requireLines(contender, (rows.length + batchRows - 1) / batchRows, output);
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

    /**
     * Takes rows as objects, each in a line, with their members in the order of the schema.
     *
     * @throws IllegalStateException naming the first row and column that differ, or what else is wrong
     */
    void requireSameRecords(String contender, byte[] output) throws IOException {
        requireLines(contender, rows.length, output);
        List<Field> fields = LineItems.SCHEMA.getFields();
        try (JsonParser parser = new JsonFactory().createParser(output)) {
            int row = 0;
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                for (int column = 0; column < fields.size(); column++) {
                    require(
                            contender,
                            "a name in row " + row,
                            fields.get(column).getName(),
                            parser.nextFieldName());
                    requireSameValue(contender, row, column, parser);
                }
                require(contender, "the end of row " + row, JsonToken.END_OBJECT, parser.nextToken());
                row++;
            }
            require(contender, "rows", rows.length, row);
        }
    }

    private static void requireLines(String contender, int expected, byte[] output) {
        int lines = 0;
        for (byte octet : output) {
            if (octet == '\n') {
                lines++;
            }
        }
        require(contender, "lines", expected, lines);
    }

    private void requireSameRow(String contender, int row, JsonParser parser) throws IOException {
        Object[] expected = rows[row];
        for (int column = 0; column < expected.length; column++) {
            requireSameValue(contender, row, column, parser);
        }
        require(contender, "the end of row " + row, JsonToken.END_ARRAY, parser.nextToken());
    }

    private void requireSameValue(String contender, int row, int column, JsonParser parser) throws IOException {
        parser.nextToken();
        Object expected = rows[row][column];
        require(contender, "row " + row + ", column " + column, expected, value(parser, expected));
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
