package io.penstock;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** Reads batches as rows of the Java types that {@link RowAppender} lists. */
final class RowValues {
    private RowValues() {}

    static Object[] row(VectorSchemaRoot batch, DictionaryProvider dictionaries, int row) {
        return batch.getFieldVectors().stream()
                .map(vector -> value(vector, dictionaries, row))
                .toArray();
    }

    static Object value(FieldVector vector, DictionaryProvider dictionaries, int i) {
        if (vector.isNull(i)) {
            return null;
        }
        if (vector.getField().getDictionary() != null) {
            FieldVector values = dictionaries
                    .lookup(vector.getField().getDictionary().getId())
                    .getVector();
            return value(values, dictionaries, (int) ((BaseIntVector) vector).getValueAsLong(i));
        }
        if (vector instanceof UInt8Vector unsigned) {
            return new BigInteger(Long.toUnsignedString(unsigned.get(i)));
        }
        if (vector instanceof BaseIntVector integers) {
            return integers.getValueAsLong(i);
        }
        if (vector instanceof DateMilliVector
                || vector instanceof TimeStampVector
                || vector instanceof DurationVector) {
            return vector.getDataBuffer().getLong(i * 8L);
        }
        if (vector instanceof TimeMilliVector time) {
            return time.get(i);
        }
        if (vector instanceof IntervalDayVector intervals) {
            Duration days = Duration.ofDays(IntervalDayVector.getDays(intervals.getDataBuffer(), i));
            return new PeriodDuration(
                    Period.ofDays((int) days.toDays()),
                    Duration.ofMillis(IntervalDayVector.getMilliseconds(intervals.getDataBuffer(), i)));
        }
        if (vector instanceof StructVector struct) {
            Map<String, Object> fields = new LinkedHashMap<>();
            struct.getChildrenFromFields().forEach(child -> fields.put(child.getName(), value(child, dictionaries, i)));
            return fields;
        }
        if (vector instanceof FixedSizeListVector list) {
            int size = list.getListSize();
            return values(list.getDataVector(), dictionaries, i * size, (i + 1) * size);
        }
        if (vector instanceof LargeListVector list) {
            int start = (int) list.getElementStartIndex(i);
            return values(list.getDataVector(), dictionaries, start, (int) list.getElementEndIndex(i));
        }
        if (vector instanceof LargeListViewVector list) {
            int start = (int) list.getOffsetBuffer().getLong(i * 8L);
            return values(
                    list.getDataVector(),
                    dictionaries,
                    start,
                    start + (int) list.getSizeBuffer().getLong(i * 8L));
        }
        if (vector instanceof BaseListVector list) {
            FieldVector elements = vector.getChildrenFromFields().get(0);
            List<Object> values =
                    values(elements, dictionaries, list.getElementStartIndex(i), list.getElementEndIndex(i));
            return vector instanceof MapVector ? values : values.toArray();
        }
        return vector.getObject(i);
    }

    private static List<Object> values(FieldVector vector, DictionaryProvider dictionaries, int from, int to) {
        List<Object> values = new ArrayList<>();
        for (int i = from; i < to; i++) {
            values.add(value(vector, dictionaries, i));
        }
        return values;
    }
}
