package io.penstock.cli;

import io.penstock.format.ValueBounds;
import io.penstock.format.parquet.ParquetFile;
import io.penstock.format.parquet.ParquetFile.Chunk;
import io.penstock.format.parquet.ParquetFile.RowGroup;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.vector.types.pojo.Field;

/** What {@code describe} says of the insides of a table's Parquet files, all files together. */
final class ParquetSummary {
    private static final int NAME_COLUMNS = 34;
    private static final String ROW = "%-" + NAME_COLUMNS + "s %-7s %9s %9s %5s %11s";
    private static final String INDENT = "  ";
    private static final int BOUND_COLUMNS = 32;

    private final Map<String, Column> columns = new LinkedHashMap<>();
    private long rowGroups;

    /** One leaf of the schema in all row groups. */
    private static final class Column {
        private final Field field;
        private final Set<String> physicalTypes = new TreeSet<>();
        private final Set<String> encodings = new TreeSet<>();
        private final Set<String> codecs = new TreeSet<>();
        private long bytes;
        private long rawBytes;
        /** Negative if it is not known. */
        private long nulls;

        private boolean hasValues;
        private Object min;
        private Object max;

        Column(Field field) {
            this.field = field;
        }

        void add(Chunk chunk) {
            physicalTypes.add(chunk.physicalType());
            encodings.addAll(chunk.encodings());
            codecs.add(codecWord(chunk.codec()));
            bytes += chunk.bytes();
            rawBytes += chunk.rawBytes();
            add(chunk.bounds());
        }

        private void add(ValueBounds bounds) {
            nulls = nulls < 0 || bounds.nulls() < 0 ? -1 : nulls + bounds.nulls();
            if (bounds.nulls() < bounds.rows()) {
                min = hasValues ? extreme(min, bounds.min(), -1) : bounds.min();
                max = hasValues ? extreme(max, bounds.max(), 1) : bounds.max();
                hasValues = true;
            }
        }

        private static Object extreme(Object a, Object b, int sign) {
            return a == null || b == null ? null : Integer.signum(compare(a, b)) == sign ? a : b;
        }

        private static int compare(Object a, Object b) {
            if (a instanceof byte[] bytes) {
                return Arrays.compareUnsigned(bytes, (byte[]) b);
            }
            return a instanceof Double number
                    ? number.compareTo((Double) b)
                    : new BigInteger(a.toString()).compareTo(new BigInteger(b.toString()));
        }

        String codec() {
            return codecs.size() == 1 ? codecs.iterator().next() : "several";
        }

        String nulls() {
            return nulls < 0 ? "-" : Sizes.count(nulls);
        }

        /** The least and the greatest value; null if they are not known. */
        String range() {
            return min == null || max == null ? null : bound(min) + " to " + bound(max);
        }

        private String bound(Object value) {
            String text = printable(BoundText.of(field, value));
            boolean quoted = text.startsWith("\"") && text.length() > BOUND_COLUMNS;
            return quoted ? Lines.cut(text, BOUND_COLUMNS - 1) + '"' : Lines.cut(text, BOUND_COLUMNS);
        }

        String json(String name) {
            return new JsonText()
                    .add("name", name)
                    .add("type", TypeText.of(field))
                    .add("physicalType", String.join(", ", physicalTypes))
                    .raw("encodings", JsonText.array(encodings.stream().map(JsonText::quote)))
                    .add("codec", codec())
                    .add("bytes", bytes)
                    .add("rawBytes", rawBytes)
                    .raw("nulls", nulls < 0 ? "null" : Long.toString(nulls))
                    .add("min", min == null ? null : BoundText.of(field, min))
                    .add("max", max == null ? null : BoundText.of(field, max))
                    .toString();
        }
    }

    void add(ParquetFile file) {
        rowGroups += file.rowGroups().size();
        for (RowGroup group : file.rowGroups()) {
            for (Chunk chunk : group.chunks()) {
                columns.computeIfAbsent(chunk.column(), name -> new Column(chunk.field()))
                        .add(chunk);
            }
        }
    }

    long rowGroups() {
        return rowGroups;
    }

    /** In the word that {@code --compression} takes. */
    private static String codecWord(String specified) {
        return switch (specified) {
            case "UNCOMPRESSED" -> "none";
            case "LZ4_RAW" -> "lz4";
            default -> specified.toLowerCase(Locale.ROOT);
        };
    }

    void print(Console console) throws IOException {
        console.println(String.format(ROW, "column", "codec", "stored", "raw", "ratio", "nulls"));
        long bytes = 0;
        long rawBytes = 0;
        for (Map.Entry<String, Column> entry : columns.entrySet()) {
            Column column = entry.getValue();
            bytes += column.bytes;
            rawBytes += column.rawBytes;
            for (String line : lines(entry.getKey(), column)) {
                console.println(line);
            }
        }
        console.println(row("all columns", "", bytes, rawBytes, ""));
    }

    private static List<String> lines(String path, Column column) {
        List<String> lines = new ArrayList<>();
        String name = printable(path);
        while (name.length() > NAME_COLUMNS) {
            int length = Math.min(Lines.COLUMNS, name.length());
            lines.add(name.substring(0, length));
            name = name.substring(length);
        }
        lines.add(row(name, column.codec(), column.bytes, column.rawBytes, column.nulls()));
        List<String> parts = new ArrayList<>();
        parts.add(TypeText.of(column.field) + " as " + String.join(" or ", column.physicalTypes));
        parts.addAll(column.encodings);
        if (column.range() != null) {
            parts.add(column.range());
        }
        lines.addAll(wrapped(parts));
        return lines;
    }

    private static String row(String name, String codec, long bytes, long rawBytes, String nulls) {
        return String.format(ROW, name, codec, Sizes.bytes(bytes), Sizes.bytes(rawBytes), ratio(bytes, rawBytes), nulls)
                .stripTrailing();
    }

    private static String ratio(long bytes, long rawBytes) {
        return bytes == 0 ? "-" : String.format(Locale.ROOT, "%.1f", (double) rawBytes / bytes);
    }

    /** With commas between them; a part that is longer than a line is cut off. */
    private static List<String> wrapped(List<String> parts) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String part = Lines.cut(parts.get(i), Lines.COLUMNS - INDENT.length() - 1);
            words.add(i + 1 < parts.size() ? part + "," : part);
        }
        return Lines.wrap(INDENT, INDENT, words);
    }

    /** On one line, whatever is in it. */
    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    String json() {
        return new JsonText()
                .add("rowGroups", rowGroups)
                .raw(
                        "columns",
                        JsonText.array(columns.entrySet().stream()
                                .map(entry -> entry.getValue().json(entry.getKey()))))
                .toString();
    }
}
