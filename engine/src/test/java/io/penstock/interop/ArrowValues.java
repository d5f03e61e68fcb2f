package io.penstock.interop;

import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The values of Arrow batches as plain objects in which files of different writers can be compared, whatever unit, width or layout a
 * value came in: whole numbers and all times are {@link BigInteger}, the times in nanoseconds; floating point is {@link Double}, text
 * {@link String}, bytes are in hexadecimal; lists, structs and the entries of maps are lists; null is null.
 */
final class ArrowValues {
    private ArrowValues() {}

    /** A row for each row, of a value for each column. */
    static List<List<Object>> rows(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
        List<List<Object>> rows = new ArrayList<>();
        for (int row = 0; row < batch.getRowCount(); row++) {
            List<Object> values = new ArrayList<>();
            for (FieldVector column : batch.getFieldVectors()) {
                values.add(value(column, row, dictionaries));
            }
            rows.add(values);
        }
        return rows;
    }

    private static Object value(FieldVector vector, int row, DictionaryProvider dictionaries) {
        if (vector.isNull(row)) {
            return null;
        }
        Field field = vector.getField();
        if (field.getDictionary() != null && vector instanceof BaseIntVector indices) {
            FieldVector values =
                    dictionaries.lookup(field.getDictionary().getId()).getVector();
            return value(values, (int) indices.getValueAsLong(row), dictionaries);
        }
        ArrowType type = field.getType();
        return switch (type.getTypeID()) {
            case Int -> integer(((BaseIntVector) vector).getValueAsLong(row), (ArrowType.Int) type);
            case FloatingPoint -> floating(vector, row);
            case Bool -> ((BitVector) vector).get(row) == 1;
            case Decimal -> vector.getObject(row);
            case Utf8, LargeUtf8, Utf8View -> vector.getObject(row).toString();
            case Binary, LargeBinary, BinaryView, FixedSizeBinary ->
                HexFormat.of().formatHex((byte[]) vector.getObject(row));
            case Date ->
                ((ArrowType.Date) type).getUnit() == DateUnit.DAY
                        ? LocalDate.ofEpochDay(raw(vector, row, 32))
                        : nanos(raw(vector, row, 64), TimeUnit.MILLISECOND);
            case Time ->
                nanos(raw(vector, row, ((ArrowType.Time) type).getBitWidth()), ((ArrowType.Time) type).getUnit());
            case Timestamp -> nanos(raw(vector, row, 64), ((ArrowType.Timestamp) type).getUnit());
            case Duration -> BigInteger.valueOf(raw(vector, row, 64));
            case Struct -> members((StructVector) vector, row, dictionaries);
            case List, LargeList, FixedSizeList, ListView, LargeListView, Map -> items(vector, row, dictionaries);
            case RunEndEncoded -> {
                RunEndEncodedVector runs = (RunEndEncodedVector) vector;
                yield value(runs.getValuesVector(), run(runs, row), dictionaries);
            }
            default -> throw new IllegalArgumentException("no plain value of " + type);
        };
    }

    private static BigInteger integer(long value, ArrowType.Int type) {
        BigInteger integer = BigInteger.valueOf(value);
        BigInteger all = BigInteger.ONE.shiftLeft(type.getBitWidth());
        return type.getIsSigned() ? integer : integer.mod(all);
    }

    private static Object floating(FieldVector vector, int row) {
        if (vector instanceof Float8Vector doubles) {
            return doubles.get(row);
        }
        return vector instanceof Float4Vector floats
                ? (double) floats.get(row)
                : (double) ((Float2Vector) vector).getValueAsFloat(row);
    }

    private static long raw(FieldVector vector, int row, int bits) {
        return bits == 64
                ? vector.getDataBuffer().getLong(8L * row)
                : vector.getDataBuffer().getInt(4L * row);
    }

    static BigInteger nanos(long value, TimeUnit unit) {
        long scale = switch (unit) {
            case SECOND -> 1_000_000_000;
            case MILLISECOND -> 1_000_000;
            case MICROSECOND -> 1_000;
            case NANOSECOND -> 1;
        };
        return BigInteger.valueOf(value).multiply(BigInteger.valueOf(scale));
    }

    private static List<Object> members(StructVector struct, int row, DictionaryProvider dictionaries) {
        List<Object> members = new ArrayList<>();
        for (FieldVector member : struct.getChildrenFromFields()) {
            members.add(value(member, row, dictionaries));
        }
        return members;
    }

    private static List<Object> items(FieldVector list, int row, DictionaryProvider dictionaries) {
        long from;
        long to;
        if (list instanceof LargeListVector large) {
            from = large.getElementStartIndex(row);
            to = large.getElementEndIndex(row);
        } else if (list instanceof LargeListViewVector large) {
            from = large.getOffsetBuffer().getLong(8L * row);
            to = from + large.getSizeBuffer().getLong(8L * row);
        } else if (list instanceof ListViewVector view) {
            from = view.getElementStartIndex(row);
            to = view.getElementEndIndex(row);
        } else {
            from = ((BaseListVector) list).getElementStartIndex(row);
            to = ((BaseListVector) list).getElementEndIndex(row);
        }
        FieldVector items = list.getChildrenFromFields().get(0);
        List<Object> values = new ArrayList<>();
        for (long item = from; item < to; item++) {
            values.add(value(items, (int) item, dictionaries));
        }
        return values;
    }

    private static int run(RunEndEncodedVector runs, int row) {
        BaseIntVector ends = (BaseIntVector) runs.getRunEndsVector();
        int run = 0;
        while (ends.getValueAsLong(run) <= row) {
            run++;
        }
        return run;
    }
}
