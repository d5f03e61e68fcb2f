package io.penstock.format.parquet;

import io.penstock.format.CompressionOption;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/**
 * A table's options for its Parquet files, by name: {@code compression}, {@code page.version}, {@code row.group.rows}, {@code
 * row.group.bytes}, and for the columns at and below a path {@code column.<path>.compression}, {@code .encoding}, {@code .dictionary} and
 * {@code .bloom}. What the longest path says counts. Immutable.
 */
final class ParquetOptions {
    static final String ROW_GROUP_ROWS = "row.group.rows";
    static final String ROW_GROUP_BYTES = "row.group.bytes";

    private static final String COMPRESSION = "compression";
    private static final String PAGE_VERSION = "page.version";
    private static final String COLUMN = "column.";
    private static final String ENCODING = "encoding";
    private static final String DICTIONARY = "dictionary";
    private static final String BLOOM = "bloom";
    private static final List<String> NAMES = List.of(COMPRESSION, PAGE_VERSION, ROW_GROUP_ROWS, ROW_GROUP_BYTES);
    private static final List<String> COLUMN_NAMES = List.of(COMPRESSION, ENCODING, DICTIONARY, BLOOM);

    private static final String DEFAULT_COMPRESSION = "snappy";
    private static final int DEFAULT_ROW_GROUP_ROWS = 131_072;
    private static final long DEFAULT_ROW_GROUP_BYTES = 16 << 20;

    private final Map<String, String> options;
    private final int pageVersion;
    private final int rowGroupRows;
    private final long rowGroupBytes;

    /**
     * How the values of a leaf are written.
     *
     * @param compression of its pages
     * @param encoding the only one allowed; null to choose by the data
     * @param dictionary whether a dictionary may be tried
     * @param bloom the share of values that its bloom filter may mistake; 0 for no filter
     */
    record Column(Compression compression, Encoding encoding, boolean dictionary, double bloom) {}

    /** A codec with its level, 0 where it has none. */
    record Compression(Codec codec, int level) {}

    /**
     * Parses {@code options}, those of columns but for their paths.
     *
     * @throws IllegalArgumentException naming an option that does not exist or whose value is malformed, and the choices
     */
    ParquetOptions(Map<String, String> options) {
        this.options = Map.copyOf(options);
        pageVersion = (int) number(PAGE_VERSION, 1, 1, 2);
        rowGroupRows = (int) number(ROW_GROUP_ROWS, DEFAULT_ROW_GROUP_ROWS, 1, 1 << 30);
        rowGroupBytes = number(ROW_GROUP_BYTES, DEFAULT_ROW_GROUP_BYTES, 1, 1L << 40);
        new TreeMap<>(options).forEach(ParquetOptions::requireWellFormed);
    }

    /** 1 or 2. */
    int pageVersion() {
        return pageVersion;
    }

    /** The most rows of a row group. */
    int rowGroupRows() {
        return rowGroupRows;
    }

    /** The bytes of encoded pages at which a row group ends early. */
    long rowGroupBytes() {
        return rowGroupBytes;
    }

    /** What holds for a leaf. */
    Column column(Node.Leaf leaf) {
        String encoding = ofLeaf(leaf, ENCODING, "auto");
        return new Column(
                compression(
                        COMPRESSION, ofLeaf(leaf, COMPRESSION, options.getOrDefault(COMPRESSION, DEFAULT_COMPRESSION))),
                encoding.equals("auto") ? null : Choice.named(encoding).encoding,
                ofLeaf(leaf, DICTIONARY, "true").equals("true"),
                Double.parseDouble(ofLeaf(leaf, BLOOM, "0")));
    }

    /**
     * Refuses options of columns that {@code schema} does not have, or that do not go with the type of a column.
     *
     * @throws IllegalArgumentException naming the column and the choices
     */
    void check(FileSchema schema) {
        List<Node.Leaf> leaves = schema.leaves();
        for (String name : new TreeMap<>(options).keySet()) {
            if (name.startsWith(COLUMN)) {
                requireColumn(path(name), leaves);
            }
        }
        leaves.forEach(this::check);
    }

    private static void requireColumn(String path, List<Node.Leaf> leaves) {
        List<String> paths = leaves.stream().map(ParquetOptions::text).toList();
        if (paths.stream().noneMatch(leaf -> isAtOrBelow(leaf, path))) {
            throw new IllegalArgumentException(
                    "Column '" + path + "' has options, and is not there; the columns are " + String.join(", ", paths));
        }
    }

    private void check(Node.Leaf leaf) {
        Column column = column(leaf);
        SchemaElement element = leaf.element();
        if (column.encoding != null) {
            Choice choice = Choice.of(column.encoding);
            if (!choice.types.contains(element.getType())) {
                throw refusal(leaf, "the encoding " + choice.text, Choice.textOf(element.getType()));
            }
            if (choice == Choice.DICTIONARY && !column.dictionary) {
                throw new IllegalArgumentException(
                        "Column '" + text(leaf)
                                + "' is to have the encoding dictionary, and may have no dictionary; give it one option of the two");
            }
        }
        if (column.bloom > 0 && element.getType() == Type.BOOLEAN) {
            throw refusal(leaf, "a bloom filter", "none");
        }
    }

    private static IllegalArgumentException refusal(Node.Leaf leaf, String what, String choices) {
        return new IllegalArgumentException(
                "Column '" + text(leaf) + "' of " + leaf.field().getType() + " cannot have " + what + ": as "
                        + leaf.element().getType() + " it can have " + choices);
    }

    private String ofLeaf(Node.Leaf leaf, String name, String otherwise) {
        for (int length = leaf.path().size(); length > 0; length--) {
            String value = options.get(COLUMN + String.join(".", leaf.path().subList(0, length)) + "." + name);
            if (value != null) {
                return value;
            }
        }
        return otherwise;
    }

    private static String text(Node.Leaf leaf) {
        return String.join(".", leaf.path());
    }

    private static boolean isAtOrBelow(String leaf, String path) {
        return leaf.startsWith(path) && (leaf.length() == path.length() || leaf.charAt(path.length()) == '.');
    }

    /** The path in the name of an option of a column. */
    private static String path(String name) {
        return name.substring(COLUMN.length(), name.lastIndexOf('.'));
    }

    private static void requireWellFormed(String name, String value) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        boolean ofColumn = name.startsWith(COLUMN) && name.length() > COLUMN.length() + last.length() + 1;
        if (!(ofColumn ? COLUMN_NAMES.contains(last) : NAMES.contains(name))) {
            throw new IllegalArgumentException(
                    "Parquet has no option '" + name + "'; it has " + String.join(", ", NAMES)
                            + " and, for a column, "
                            + COLUMN_NAMES.stream()
                                    .map(each -> COLUMN + "<path>." + each)
                                    .collect(Collectors.joining(", ")));
        }
        switch (ofColumn ? last : name) {
            case COMPRESSION -> compression(name, value);
            case ENCODING -> {
                if (!value.equals("auto") && Choice.named(value) == null) {
                    throw malformed(name, value, "one of auto, " + Choice.textOf(null));
                }
            }
            case DICTIONARY -> {
                if (!value.equals("true") && !value.equals("false")) {
                    throw malformed(name, value, "true or false");
                }
            }
            case BLOOM -> requireShare(name, value);
            default -> {
                // A number, which is parsed.
            }
        }
    }

    private static void requireShare(String name, String value) {
        String expected = "a share above 0 and below 1, such as 0.01";
        try {
            double share = Double.parseDouble(value);
            if (!(share > 0 && share < 1)) {
                throw malformed(name, value, expected);
            }
        } catch (NumberFormatException e) {
            throw malformed(name, value, expected);
        }
    }

    private long number(String name, long otherwise, long min, long max) {
        String value = options.get(name);
        if (value == null) {
            return otherwise;
        }
        String expected = "a whole number from " + min + " to " + max;
        try {
            long number = Long.parseLong(value);
            if (number < min || number > max) {
                throw malformed(name, value, expected);
            }
            return number;
        } catch (NumberFormatException e) {
            throw malformed(name, value, expected);
        }
    }

    private static Compression compression(String option, String value) {
        CompressionOption<Coder> said = CompressionOption.parse(option, value, Coder.class);
        return new Compression(said.codec().codec, said.level());
    }

    private static IllegalArgumentException malformed(String name, String value, String expected) {
        return new IllegalArgumentException("the option " + name + "='" + value + "' is refused: expected " + expected);
    }

    /** How pages can be compressed. */
    private enum Coder implements CompressionOption.Codec {
        NONE(Codec.NONE, 0, 0),
        SNAPPY(Codec.SNAPPY, 0, 0),
        ZSTD(Codec.ZSTD, 3, 22),
        LZ4(Codec.LZ4_RAW, 0, 0),
        GZIP(Codec.GZIP, 6, 9);

        private final Codec codec;
        private final int defaultLevel;
        private final int maxLevel;

        Coder(Codec codec, int defaultLevel, int maxLevel) {
            this.codec = codec;
            this.defaultLevel = defaultLevel;
            this.maxLevel = maxLevel;
        }

        @Override
        public int defaultLevel() {
            return defaultLevel;
        }

        @Override
        public int maxLevel() {
            return maxLevel;
        }
    }

    /** An encoding that can be forced, and the physical types that it is for. */
    private enum Choice {
        PLAIN("plain", Encoding.PLAIN, EnumSet.complementOf(EnumSet.of(Type.INT96))),
        DICTIONARY("dictionary", Encoding.RLE_DICTIONARY, EnumSet.complementOf(EnumSet.of(Type.BOOLEAN, Type.INT96))),
        DELTA("delta", Encoding.DELTA_BINARY_PACKED, EnumSet.of(Type.INT32, Type.INT64)),
        DELTA_LENGTH("delta.length", Encoding.DELTA_LENGTH_BYTE_ARRAY, EnumSet.of(Type.BYTE_ARRAY)),
        DELTA_BYTES("delta.bytes", Encoding.DELTA_BYTE_ARRAY, EnumSet.of(Type.BYTE_ARRAY, Type.FIXED_LEN_BYTE_ARRAY)),
        SPLIT(
                "split",
                Encoding.BYTE_STREAM_SPLIT,
                EnumSet.of(Type.FLOAT, Type.DOUBLE, Type.INT32, Type.INT64, Type.FIXED_LEN_BYTE_ARRAY)),
        RLE("rle", Encoding.RLE, EnumSet.of(Type.BOOLEAN));

        private final String text;
        private final Encoding encoding;
        private final Set<Type> types;

        Choice(String text, Encoding encoding, Set<Type> types) {
            this.text = text;
            this.encoding = encoding;
            this.types = types;
        }

        /** Null if there is none. */
        static Choice named(String text) {
            return Arrays.stream(values())
                    .filter(choice -> choice.text.equals(text))
                    .findFirst()
                    .orElse(null);
        }

        static Choice of(Encoding encoding) {
            return Arrays.stream(values())
                    .filter(choice -> choice.encoding == encoding)
                    .findFirst()
                    .orElseThrow();
        }

        /** Those for a type, or all for null. */
        static String textOf(Type type) {
            return Arrays.stream(values())
                    .filter(choice -> type == null || choice.types.contains(type))
                    .map(choice -> choice.text)
                    .collect(Collectors.joining(", "));
        }
    }
}
