package io.penstock.testing;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * Compares batches value by value, bit for bit, without a notion of what a type means: what lies under a null or outside of the
 * offsets does not count, a NaN's payload and the sign of zero do.
 */
public final class BatchAssert {
    private final DictionaryProvider expectedDictionaries;
    private final DictionaryProvider actualDictionaries;

    private BatchAssert(DictionaryProvider expectedDictionaries, DictionaryProvider actualDictionaries) {
        this.expectedDictionaries = expectedDictionaries;
        this.actualDictionaries = actualDictionaries;
    }

    /** Fails, naming column and row, unless both have the same columns with the same values. Dictionary indices are values. */
    public static void assertEqual(VectorSchemaRoot expected, VectorSchemaRoot actual, String label) {
        new BatchAssert(null, null).compare(expected, actual, label);
    }

    /**
     * As {@link #assertEqual(VectorSchemaRoot, VectorSchemaRoot, String)}, but a dictionary-encoded value is what it stands for: the
     * dictionaries, or even the encoding, may differ.
     *
     * @param label says in the message which batch of which seed this is
     */
    public static void assertEqual(
            VectorSchemaRoot expected,
            DictionaryProvider expectedDictionaries,
            VectorSchemaRoot actual,
            DictionaryProvider actualDictionaries,
            String label) {
        new BatchAssert(expectedDictionaries, actualDictionaries).compare(expected, actual, label);
    }

    /** Rows {@code from} to {@code from + actual.getRowCount()} of {@code expected} are those of {@code actual}. */
    public static void assertEqualRows(
            VectorSchemaRoot expected,
            DictionaryProvider expectedDictionaries,
            int from,
            VectorSchemaRoot actual,
            DictionaryProvider actualDictionaries,
            String label) {
        new BatchAssert(expectedDictionaries, actualDictionaries).compareRows(expected, from, actual, label);
    }

    /** Row {@code expectedRow} of {@code expected} is row {@code actualRow} of {@code actual}, which has the same columns. */
    public static void assertEqualRow(
            VectorSchemaRoot expected,
            DictionaryProvider expectedDictionaries,
            int expectedRow,
            VectorSchemaRoot actual,
            DictionaryProvider actualDictionaries,
            int actualRow,
            String label) {
        BatchAssert rows = new BatchAssert(expectedDictionaries, actualDictionaries);
        for (int column = 0; column < expected.getFieldVectors().size(); column++) {
            FieldVector one = expected.getVector(column);
            FieldVector other = actual.getVector(column);
            if (!rows.same(one, expectedRow, other, actualRow)) {
                throw new AssertionError(label + ", column '" + one.getName() + "' " + one.getField() + ": expected <"
                        + shown(one, expectedRow) + "> and got <" + shown(other, actualRow) + ">");
            }
        }
    }

    /** Fails unless the vectors have the same values, nulls included. */
    public static void assertEqual(FieldVector expected, FieldVector actual, String label) {
        if (expected.getValueCount() != actual.getValueCount()) {
            throw new AssertionError(
                    label + ": expected " + expected.getValueCount() + " values and got " + actual.getValueCount());
        }
        new BatchAssert(null, null).compareColumn(expected, 0, actual, actual.getValueCount(), label);
    }

    private void compare(VectorSchemaRoot expected, VectorSchemaRoot actual, String label) {
        if (expected.getRowCount() != actual.getRowCount()) {
            throw new AssertionError(
                    label + ": expected " + expected.getRowCount() + " rows and got " + actual.getRowCount());
        }
        compareRows(expected, 0, actual, label);
    }

    private void compareRows(VectorSchemaRoot expected, int from, VectorSchemaRoot actual, String label) {
        List<FieldVector> expectedColumns = expected.getFieldVectors();
        List<FieldVector> actualColumns = actual.getFieldVectors();
        if (expectedColumns.size() != actualColumns.size()) {
            throw new AssertionError(
                    label + ": expected columns " + expected.getSchema() + " and got " + actual.getSchema());
        }
        for (int column = 0; column < expectedColumns.size(); column++) {
            FieldVector one = expectedColumns.get(column);
            FieldVector other = actualColumns.get(column);
            if (!one.getName().equals(other.getName())) {
                throw new AssertionError(
                        label + ": expected column '" + one.getName() + "' and got '" + other.getName() + "'");
            }
            if (other.getValueCount() != actual.getRowCount()) {
                throw new AssertionError(label + ", column '" + other.getName() + "' has " + other.getValueCount()
                        + " values in a batch of " + actual.getRowCount() + " rows");
            }
            compareColumn(one, from, other, actual.getRowCount(), label);
        }
    }

    private void compareColumn(FieldVector expected, int from, FieldVector actual, int rows, String label) {
        for (int row = 0; row < rows; row++) {
            boolean same;
            try {
                same = same(expected, from + row, actual, row);
            } catch (RuntimeException e) {
                throw new AssertionError(
                        label + ", column '" + expected.getName() + "' " + expected.getField() + ", row " + row, e);
            }
            if (!same) {
                throw new AssertionError(label + ", column '" + expected.getName() + "' " + expected.getField()
                        + ", row " + row + ": expected <" + shown(expected, from + row) + "> and got <"
                        + shown(actual, row) + ">");
            }
        }
    }

    private boolean same(ValueVector expected, int i, ValueVector actual, int j) {
        if (isEncoded(expectedDictionaries, expected, i)) {
            return same(values(expectedDictionaries, expected), index(expected, i), actual, j);
        }
        if (isEncoded(actualDictionaries, actual, j)) {
            return same(expected, i, values(actualDictionaries, actual), index(actual, j));
        }
        if (expected instanceof RunEndEncodedVector runs) {
            return same(runs.getValuesVector(), physical(runs, i), actual, j);
        }
        if (actual instanceof RunEndEncodedVector runs) {
            return same(expected, i, runs.getValuesVector(), physical(runs, j));
        }
        if (expected instanceof UnionVector a && actual instanceof UnionVector b) {
            byte type = a.getTypeBuffer().getByte(i);
            return type == b.getTypeBuffer().getByte(j) && same(a.getVector(i), i, b.getVector(j), j);
        }
        if (expected instanceof DenseUnionVector a && actual instanceof DenseUnionVector b) {
            byte type = a.getTypeId(i);
            return type == b.getTypeId(j)
                    && same(a.getVectorByType(type), a.getOffset(i), b.getVectorByType(type), b.getOffset(j));
        }
        if (expected.isNull(i) || actual.isNull(j)) {
            return expected.isNull(i) && actual.isNull(j);
        }
        return sameValue(expected, i, actual, j);
    }

    private static boolean isEncoded(DictionaryProvider dictionaries, ValueVector vector, int i) {
        return dictionaries != null
                && vector instanceof BaseIntVector
                && vector.getField().getDictionary() != null
                && !vector.isNull(i);
    }

    private static ValueVector values(DictionaryProvider dictionaries, ValueVector indices) {
        long id = indices.getField().getDictionary().getId();
        Dictionary dictionary = dictionaries.lookup(id);
        if (dictionary == null) {
            throw new IllegalStateException("no dictionary " + id);
        }
        return dictionary.getVector();
    }

    private static int index(ValueVector indices, int i) {
        return (int) ((BaseIntVector) indices).getValueAsLong(i);
    }

    private boolean sameValue(ValueVector expected, int i, ValueVector actual, int j) {
        if (expected instanceof NullVector && actual instanceof NullVector) {
            return true;
        }
        if (expected instanceof BitVector a && actual instanceof BitVector b) {
            return a.get(i) == b.get(j);
        }
        if (expected instanceof BaseFixedWidthVector a && actual instanceof BaseFixedWidthVector b) {
            int width = a.getTypeWidth();
            return width == b.getTypeWidth()
                    && sameBytes(a.getDataBuffer(), (long) i * width, b.getDataBuffer(), (long) j * width, width);
        }
        if (isBytes(expected) && isBytes(actual)) {
            byte[] a = bytes(expected, i);
            byte[] b = bytes(actual, j);
            return Arrays.equals(a, b);
        }
        if (isList(expected) && isList(actual)) {
            return sameList(expected, i, actual, j);
        }
        if (expected instanceof StructVector a && actual instanceof StructVector b) {
            return sameStruct(a, i, b, j, true);
        }
        throw new IllegalStateException("cannot compare " + expected.getClass() + " with " + actual.getClass());
    }

    private static boolean sameBytes(ArrowBuf a, long aStart, ArrowBuf b, long bStart, int length) {
        for (int k = 0; k < length; k++) {
            if (a.getByte(aStart + k) != b.getByte(bStart + k)) {
                return false;
            }
        }
        return true;
    }

    private boolean sameList(ValueVector expected, int i, ValueVector actual, int j) {
        long length = listLength(expected, i);
        if (length != listLength(actual, j)) {
            return false;
        }
        long expectedStart = listStart(expected, i);
        long actualStart = listStart(actual, j);
        ValueVector expectedItems =
                ((FieldVector) expected).getChildrenFromFields().get(0);
        ValueVector actualItems = ((FieldVector) actual).getChildrenFromFields().get(0);
        for (int k = 0; k < length; k++) {
            int one = (int) expectedStart + k;
            int other = (int) actualStart + k;
            // How a map calls its keys and values has no meaning.
            boolean equal = expected instanceof MapVector
                    ? sameStruct((StructVector) expectedItems, one, (StructVector) actualItems, other, false)
                    : same(expectedItems, one, actualItems, other);
            if (!equal) {
                return false;
            }
        }
        return true;
    }

    private boolean sameStruct(StructVector expected, int i, StructVector actual, int j, boolean named) {
        List<FieldVector> expectedChildren = expected.getChildrenFromFields();
        List<FieldVector> actualChildren = actual.getChildrenFromFields();
        if (expectedChildren.size() != actualChildren.size()) {
            return false;
        }
        for (int child = 0; child < expectedChildren.size(); child++) {
            FieldVector one = expectedChildren.get(child);
            FieldVector other = actualChildren.get(child);
            if (named && !one.getName().equals(other.getName()) || !same(one, i, other, j)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isList(ValueVector vector) {
        return vector instanceof ListVector
                || vector instanceof LargeListVector
                || vector instanceof FixedSizeListVector
                || vector instanceof ListViewVector
                || vector instanceof LargeListViewVector;
    }

    private static long listStart(ValueVector vector, int i) {
        if (vector instanceof FixedSizeListVector list) {
            return (long) i * list.getListSize();
        }
        boolean large = vector instanceof LargeListVector || vector instanceof LargeListViewVector;
        return large
                ? vector.getOffsetBuffer().getLong(8L * i)
                : vector.getOffsetBuffer().getInt(4L * i);
    }

    private static long listLength(ValueVector vector, int i) {
        if (vector instanceof FixedSizeListVector list) {
            return list.getListSize();
        }
        if (vector instanceof ListViewVector list) {
            return list.getSizeBuffer().getInt(4L * i);
        }
        if (vector instanceof LargeListViewVector list) {
            return list.getSizeBuffer().getLong(8L * i);
        }
        return listStart(vector, i + 1) - listStart(vector, i);
    }

    private static boolean isBytes(ValueVector vector) {
        return vector instanceof BaseVariableWidthVector
                || vector instanceof BaseLargeVariableWidthVector
                || vector instanceof BaseVariableWidthViewVector;
    }

    private static byte[] bytes(ValueVector vector, int i) {
        if (vector instanceof VarCharVector v) {
            return v.get(i);
        }
        if (vector instanceof VarBinaryVector v) {
            return v.get(i);
        }
        if (vector instanceof LargeVarCharVector v) {
            return v.get(i);
        }
        if (vector instanceof LargeVarBinaryVector v) {
            return v.get(i);
        }
        if (vector instanceof ViewVarCharVector v) {
            return v.get(i);
        }
        return ((ViewVarBinaryVector) vector).get(i);
    }

    private static int physical(RunEndEncodedVector vector, int logical) {
        BaseIntVector ends = (BaseIntVector) vector.getRunEndsVector();
        int run = 0;
        while (ends.getValueAsLong(run) <= logical) {
            run++;
        }
        return run;
    }

    private static String shown(ValueVector vector, int i) {
        String text;
        try {
            Object value = vector.getObject(i);
            text = value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
        } catch (RuntimeException e) {
            text = "unreadable: " + e;
        }
        return text.length() <= 300 ? text : text.substring(0, 300) + "... (" + text.length() + " characters)";
    }
}
