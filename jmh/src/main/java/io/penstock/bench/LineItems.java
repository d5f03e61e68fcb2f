package io.penstock.bench;

import io.trino.tpch.Distributions;
import io.trino.tpch.GenerateUtils;
import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import io.trino.tpch.TextPool;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows that the benchmarks write: TPC-H lineitem, 16 columns, the same rows at every call, both as objects and as Arrow
 * batches. A fork generates them once, outside what it measures.
 *
 * <p>The columns are nullable, as query engines declare theirs, and hold no null.
 */
final class LineItems {
    /** The rows of an invocation, on which the scores are based. */
    static final int ROWS = 100_000;

    /** The most rows that there are: fewer for a test, whose scores then mean nothing. */
    private static final int LIMIT = Integer.getInteger("bench.rows", Integer.MAX_VALUE);

    static final int BATCH_ROWS = 1000;

    private static final ArrowType INT64 = new ArrowType.Int(64, true);
    private static final ArrowType FLOAT64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final ArrowType DATE = new ArrowType.Date(DateUnit.DAY);
    private static final ArrowType TEXT = ArrowType.Utf8.INSTANCE;

    static final Schema SCHEMA = new Schema(List.of(
            Field.nullable("orderkey", INT64),
            Field.nullable("partkey", INT64),
            Field.nullable("suppkey", INT64),
            Field.nullable("linenumber", new ArrowType.Int(32, true)),
            Field.nullable("quantity", FLOAT64),
            Field.nullable("extendedprice", FLOAT64),
            Field.nullable("discount", FLOAT64),
            Field.nullable("tax", FLOAT64),
            Field.nullable("returnflag", TEXT),
            Field.nullable("linestatus", TEXT),
            Field.nullable("shipdate", DATE),
            Field.nullable("commitdate", DATE),
            Field.nullable("receiptdate", DATE),
            Field.nullable("shipinstruct", TEXT),
            Field.nullable("shipmode", TEXT),
            Field.nullable("comment", TEXT)));

    /** The comments are cut from this much generated text. The standard's 300 MB take seconds to make and read no different. */
    private static final int TEXT_POOL_BYTES = 1 << 20;

    private static final Distributions DISTRIBUTIONS = Distributions.getDefaultDistributions();
    private static final TextPool TEXT_POOL = new TextPool(TEXT_POOL_BYTES, DISTRIBUTIONS);

    private LineItems() {}

    /** The first {@code count} rows of scale factor 1, as Long, Integer, Double, String and LocalDate. */
    static Object[][] rows(int count) {
        return rows(new Object[Math.min(count, LIMIT)][], item -> new Object[] {
            item.getOrderKey(),
            item.getPartKey(),
            item.getSupplierKey(),
            item.getLineNumber(),
            (double) item.getQuantity(),
            item.getExtendedPrice(),
            item.getDiscount(),
            item.getTax(),
            item.getReturnFlag(),
            item.getStatus(),
            date(item.getShipDate()),
            date(item.getCommitDate()),
            date(item.getReceiptDate()),
            item.getShipInstructions(),
            item.getShipMode(),
            item.getComment()
        });
    }

    /** The same rows, with strings of their own. */
    static LineItemRow[] typedRows(int count) {
        return rows(
                new LineItemRow[Math.min(count, LIMIT)],
                item -> new LineItemRow(
                        item.getOrderKey(),
                        item.getPartKey(),
                        item.getSupplierKey(),
                        item.getLineNumber(),
                        item.getQuantity(),
                        item.getExtendedPrice(),
                        item.getDiscount(),
                        item.getTax(),
                        item.getReturnFlag(),
                        item.getStatus(),
                        GenerateUtils.toEpochDate(item.getShipDate()),
                        GenerateUtils.toEpochDate(item.getCommitDate()),
                        GenerateUtils.toEpochDate(item.getReceiptDate()),
                        item.getShipInstructions(),
                        item.getShipMode(),
                        item.getComment()));
    }

    private static <T> T[] rows(T[] rows, Function<LineItem, T> row) {
        Iterator<LineItem> items = new LineItemGenerator(1, 1, 1, DISTRIBUTIONS, TEXT_POOL).iterator();
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row.apply(items.next());
        }
        // A full collection leaves objects in the order they were made, one of the young generation does not; and how
        // far apart a
        // row's values lie decides how fast they are read. No young one has run yet where -Xmn gives it room.
        System.gc();
        return rows;
    }

    private static LocalDate date(int generated) {
        return LocalDate.ofEpochDay(GenerateUtils.toEpochDate(generated));
    }

    /** The same rows as batches of at most {@code batchRows}. The caller closes them. */
    static List<VectorSchemaRoot> batches(Object[][] rows, int batchRows, BufferAllocator allocator) {
        List<VectorSchemaRoot> batches = new ArrayList<>();
        for (int from = 0; from < rows.length; from += batchRows) {
            VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, allocator);
            LineItemVectors.of(batch).fill(rows, from, Math.min(batchRows, rows.length - from));
            batches.add(batch);
        }
        return batches;
    }
}
