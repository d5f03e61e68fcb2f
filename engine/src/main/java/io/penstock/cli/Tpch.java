package io.penstock.cli;

import io.trino.tpch.CustomerGenerator;
import io.trino.tpch.Distributions;
import io.trino.tpch.LineItemGenerator;
import io.trino.tpch.NationGenerator;
import io.trino.tpch.OrderGenerator;
import io.trino.tpch.PartGenerator;
import io.trino.tpch.PartSupplierGenerator;
import io.trino.tpch.RegionGenerator;
import io.trino.tpch.SupplierGenerator;
import io.trino.tpch.TextPool;
import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The tables of the TPC-H benchmark, generated row by row, the same for everyone at every time.
 *
 * <p>Comments are cut from a text of 4 MiB in place of TPC-H's 300 MB, so that generating does not need more heap than what is
 * measured with it. All other values are TPC-H's.
 */
final class Tpch {
    /** The largest scale whose keys fit the generator. */
    private static final double MAX_SCALE = 100_000;

    private static final int TEXT_BYTES = 4 << 20;

    private Tpch() {}

    /** Made when the first table is. */
    private static final class Comments {
        static final TextPool TEXT = new TextPool(TEXT_BYTES, Distributions.getDefaultDistributions());
    }

    /** The tables that the generators know. */
    static String names() {
        return TpchTable.getTables().stream().map(TpchTable::getTableName).collect(Collectors.joining(", "));
    }

    /** @throws IllegalArgumentException if there is no such table; lists those that there are */
    static TpchTable<?> table(String name) {
        for (TpchTable<?> table : TpchTable.getTables()) {
            if (table.getTableName().equals(name)) {
                return table;
            }
        }
        throw new IllegalArgumentException("TPC-H has no table '" + name + "'; its tables are " + names());
    }

    /** @throws IllegalArgumentException if it is no number above 0 and at most 100000 */
    static double scale(String text) {
        try {
            double scale = Double.parseDouble(text);
            if (scale > 0 && scale <= MAX_SCALE) {
                return scale;
            }
        } catch (NumberFormatException e) {
            throw scaleRefusal(text);
        }
        throw scaleRefusal(text);
    }

    private static IllegalArgumentException scaleRefusal(String text) {
        return new IllegalArgumentException("scale '" + text + "' is refused: expected a number above 0 and at most "
                + (long) MAX_SCALE + ", such as 0.1");
    }

    static Schema schema(TpchTable<?> table) {
        List<Field> fields = new ArrayList<>();
        for (TpchColumn<?> column : table.getColumns()) {
            fields.add(new Field(column.getColumnName(), FieldType.notNullable(type(column)), null));
        }
        return new Schema(fields);
    }

    private static ArrowType type(TpchColumn<?> column) {
        return switch (column.getType().getBase()) {
            case INTEGER -> new ArrowType.Int(32, true);
            case IDENTIFIER -> new ArrowType.Int(64, true);
            case DATE -> new ArrowType.Date(DateUnit.DAY);
            case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case VARCHAR -> new ArrowType.Utf8();
        };
    }

    /** The rows of a table. */
    @SuppressWarnings("unchecked")
    static <E extends TpchEntity> Iterable<E> rows(TpchTable<E> table, double scale) {
        Distributions distributions = Distributions.getDefaultDistributions();
        TextPool text = Comments.TEXT;
        Iterable<?> rows = switch (table.getTableName()) {
            case "customer" -> new CustomerGenerator(scale, 1, 1, distributions, text);
            case "orders" -> new OrderGenerator(scale, 1, 1, distributions, text);
            case "lineitem" -> new LineItemGenerator(scale, 1, 1, distributions, text);
            case "part" -> new PartGenerator(scale, 1, 1, distributions, text);
            case "partsupp" -> new PartSupplierGenerator(scale, 1, 1, text);
            case "supplier" -> new SupplierGenerator(scale, 1, 1, distributions, text);
            case "nation" -> new NationGenerator(distributions, text);
            case "region" -> new RegionGenerator(distributions, text);
            default -> throw new IllegalArgumentException("no generator for table " + table.getTableName());
        };
        return (Iterable<E>) rows;
    }

    /** How many rows there are, exactly but for lineitem, where it is an estimate. */
    static long rowCount(TpchTable<?> table, double scale) {
        double perScale = switch (table.getTableName()) {
            case "customer" -> 150_000;
            case "orders" -> 1_500_000;
            case "lineitem" -> 6_001_215;
            case "part" -> 200_000;
            case "partsupp" -> 800_000;
            case "supplier" -> 10_000;
            case "nation" -> 25 / scale;
            default -> 5 / scale;
        };
        return Math.max(1, Math.round(perScale * scale));
    }
}
