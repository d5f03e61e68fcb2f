package io.penstock.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.Compared;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.predicate.Operators;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveComparator;
import org.apache.parquet.schema.PrimitiveType;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a file says of its chunks and pages is what parquet-java finds in them: null counts, and bounds in the order that parquet-java has
 * for the type, exact where they were not cut short; and it finds the same rows with and without them.
 */
class PageIndexTest {
    private static final int LONGEST_BOUND = 64;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    private Path file;
    private List<Group> rows;
    private int pages;
    private int bounds;

    @ParameterizedTest
    @EnumSource
    void chunksAndPagesHoldWhatTheirStatisticsSay(Nulls nulls) throws IOException {
        write(nulls);
        try (ParquetFileReader reader = ParquetJava.open(file)) {
            MessageType schema = reader.getFileMetaData().getSchema();
            int first = 0;
            for (BlockMetaData block : reader.getRowGroups()) {
                int end = first + (int) block.getRowCount();
                for (ColumnChunkMetaData chunk : block.getColumns()) {
                    int column = schema.getFieldIndex(chunk.getPath().toDotString());
                    requireStatistics(chunk, column, first, end);
                    requireIndex(reader, chunk, column, first, end);
                }
                first = end;
            }
            assertEquals(rows.size(), first);
        }
        assertTrue(pages > 100 && (nulls == Nulls.ALL || bounds > 200), pages + " pages, " + bounds + " bounds");
        Compared.held(
                "statistics",
                "Penstock > parquet-java",
                String.format(Locale.ROOT, "%,d pages, %,d bounds, nulls %s", pages, bounds, nulls));
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "RUNS"})
    void parquetJavaFindsTheSameRowsWhereItSkips(Nulls nulls) throws IOException {
        write(nulls);
        MessageType schema = ParquetJava.schema(file);
        int predicates = 0;
        for (int column = 0; column < schema.getFieldCount(); column++) {
            PrimitiveType type = schema.getType(column).asPrimitiveType();
            for (Object value : sample(column, type)) {
                for (String operator : List.of("=", "<", ">=")) {
                    FilterPredicate predicate = predicate(type, operator, value);
                    if (predicate == null) {
                        continue;
                    }
                    int expected = count(column, type, operator, value);
                    assertEquals(expected, ParquetJava.count(file, type, predicate), predicate::toString);
                    predicates++;
                }
            }
        }
        Compared.held(
                "predicates",
                "Penstock > parquet-java",
                String.format(Locale.ROOT, "%,d, nulls %s", predicates, nulls));
    }

    private void write(Nulls nulls) throws IOException {
        file = directory.resolve("penstock.parquet");
        Schema schema = ParquetFiles.accepted(RandomSchemas.flat());
        Map<String, String> options = Map.of("row.group.rows", "1200", "row.group.bytes", "65536");
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 11)) {
            ParquetFiles.write(memory, file, source, options, nulls, 1000, 1000, 500);
        }
        rows = ParquetJava.groups(file);
    }

    private void requireStatistics(ColumnChunkMetaData chunk, int column, int from, int to) {
        Statistics<?> said = chunk.getStatistics();
        String label = chunk.getPath() + ", rows " + from + " to " + to;
        List<Object> values = values(column, from, to);
        assertEquals(values.stream().filter(Objects::isNull).count(), said.getNumNulls(), label);
        if (said.hasNonNullValue()) {
            requireBounds(chunk.getPrimitiveType(), values, said.genericGetMin(), said.genericGetMax(), label);
        }
    }

    private void requireIndex(ParquetFileReader reader, ColumnChunkMetaData chunk, int column, int from, int to)
            throws IOException {
        OffsetIndex offsets = reader.readOffsetIndex(chunk);
        ColumnIndex index = reader.readColumnIndex(chunk);
        for (int page = 0; page < offsets.getPageCount(); page++) {
            int first = from + (int) offsets.getFirstRowIndex(page);
            int end = from + (int) offsets.getLastRowIndex(page, to - from) + 1;
            List<Object> values = values(column, first, end);
            String label = chunk.getPath() + ", page of rows " + first + " to " + end;
            pages++;
            if (index == null) {
                continue;
            }
            long nulls = values.stream().filter(Objects::isNull).count();
            assertEquals(nulls, index.getNullCounts().get(page), label);
            assertEquals(nulls == values.size(), index.getNullPages().get(page), label);
            if (nulls < values.size()) {
                PrimitiveType type = chunk.getPrimitiveType();
                Object min = bound(type, index.getMinValues().get(page));
                Object max = bound(type, index.getMaxValues().get(page));
                requireBounds(type, values, min, max, label);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private void requireBounds(PrimitiveType type, List<Object> values, Object min, Object max, String label) {
        Comparator<Object> order = (PrimitiveComparator<Object>) (PrimitiveComparator<?>) type.comparator();
        List<Object> ordered = values.stream()
                .filter(value -> value != null && !isNan(type, value))
                .sorted(order)
                .toList();
        if (ordered.isEmpty()) {
            return;
        }
        Object least = ordered.get(0);
        Object most = ordered.get(ordered.size() - 1);
        bounds++;
        if (least instanceof Binary text && text.length() > LONGEST_BOUND) {
            assertTrue(order.compare(min, least) <= 0, () -> label + ": " + min + " is no lower bound of " + least);
        } else {
            assertTrue(order.compare(min, least) == 0, () -> label + ": the least is " + least + ", not " + min);
        }
        if (most instanceof Binary text && text.length() > LONGEST_BOUND) {
            assertTrue(order.compare(max, most) >= 0, () -> label + ": " + max + " is no upper bound of " + most);
        } else {
            assertTrue(order.compare(max, most) == 0, () -> label + ": the most is " + most + ", not " + max);
        }
    }

    private static boolean isNan(PrimitiveType type, Object value) {
        if (value instanceof Float number) {
            return number.isNaN();
        }
        if (value instanceof Double number) {
            return number.isNaN();
        }
        boolean half = type.getLogicalTypeAnnotation() instanceof Float16LogicalTypeAnnotation;
        if (!half) {
            return false;
        }
        byte[] bytes = ((Binary) value).getBytes();
        int bits = bytes[0] & 0xff | (bytes[1] & 0x7f) << 8;
        return bits > 0x7c00;
    }

    private List<Object> values(int column, int from, int to) {
        List<Object> values = new ArrayList<>();
        for (Group row : rows.subList(from, to)) {
            values.add(value(row, column));
        }
        return values;
    }

    /** In the class that parquet-java's statistics have. */
    private static Object value(Group row, int column) {
        if (row.getFieldRepetitionCount(column) == 0) {
            return null;
        }
        return switch (row.getType().getType(column).asPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN -> row.getBoolean(column, 0);
            case INT32 -> row.getInteger(column, 0);
            case INT64 -> row.getLong(column, 0);
            case FLOAT -> row.getFloat(column, 0);
            case DOUBLE -> row.getDouble(column, 0);
            default -> row.getBinary(column, 0);
        };
    }

    private static Object bound(PrimitiveType type, ByteBuffer bytes) {
        ByteBuffer little = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> little.get() != 0;
            case INT32 -> little.getInt();
            case INT64 -> little.getLong();
            case FLOAT -> little.getFloat();
            case DOUBLE -> little.getDouble();
            default -> Binary.fromReusedByteBuffer(little);
        };
    }

    private List<Object> sample(int column, PrimitiveType type) {
        List<Object> values = new ArrayList<>(values(column, 0, rows.size()).stream()
                .filter(Objects::nonNull)
                .distinct()
                .toList());
        values.removeIf(value -> isNan(type, value));
        int last = values.size() - 1;
        return last < 0 ? List.of() : List.of(values.get(0), values.get(last / 2));
    }

    @SuppressWarnings("unchecked")
    private int count(int column, PrimitiveType type, String operator, Object value) {
        Comparator<Object> order = (PrimitiveComparator<Object>) (PrimitiveComparator<?>) type.comparator();
        int count = 0;
        for (Object candidate : values(column, 0, rows.size())) {
            if (candidate != null) {
                int compared = order.compare(candidate, value);
                boolean passes = switch (operator) {
                    case "=" -> compared == 0;
                    case "<" -> compared < 0;
                    default -> compared >= 0;
                };
                count += passes ? 1 : 0;
            }
        }
        return count;
    }

    /** Null if parquet-java has no such predicate. */
    private static FilterPredicate predicate(PrimitiveType type, String operator, Object value) {
        String name = type.getName();
        return switch (type.getPrimitiveTypeName()) {
            case INT32 -> compare(FilterApi.intColumn(name), operator, (Integer) value);
            case INT64 -> compare(FilterApi.longColumn(name), operator, (Long) value);
            case BINARY, FIXED_LEN_BYTE_ARRAY -> compare(FilterApi.binaryColumn(name), operator, (Binary) value);
            default -> null;
        };
    }

    private static <T extends Comparable<T>, C extends Operators.Column<T> & Operators.SupportsLtGt>
            FilterPredicate compare(C column, String operator, T value) {
        return switch (operator) {
            case "=" -> FilterApi.eq(column, value);
            case "<" -> FilterApi.lt(column, value);
            default -> FilterApi.gtEq(column, value);
        };
    }
}
