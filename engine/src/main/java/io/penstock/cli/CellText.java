package io.penstock.cli;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Period;
import java.util.Base64;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VariableWidthFieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/**
 * The values of a vector as text: what {@link CsvCell} reads back where it can, ISO 8601 for times, base64 for bytes, JSON for what is
 * nested.
 */
final class CellText {
    private final DictionaryProvider dictionaries;

    CellText(DictionaryProvider dictionaries) {
        this.dictionaries = dictionaries;
    }

    /** The text of one value; null if the value is. */
    String text(FieldVector vector, int index) {
        DictionaryEncoding encoding = vector.getField().getDictionary();
        if (encoding != null) {
            if (vector.isNull(index)) {
                return null;
            }
            Dictionary dictionary = dictionaries.lookup(encoding.getId());
            return text(dictionary.getVector(), (int) ((BaseIntVector) vector).getValueAsLong(index));
        }
        if (vector.isNull(index)) {
            return null;
        }
        ArrowType type = vector.getField().getType();
        return switch (type.getTypeID()) {
            case Null -> null;
            case Bool -> ((BitVector) vector).get(index) == 0 ? "false" : "true";
            case Int ->
                vector instanceof UInt8Vector longs
                        ? Long.toUnsignedString(longs.get(index))
                        : Long.toString(((BaseIntVector) vector).getValueAsLong(index));
            case FloatingPoint -> floating(vector, index);
            case Decimal -> decimal(vector, index).toPlainString();
            case Utf8, LargeUtf8, Utf8View -> new String(bytes(vector, index), StandardCharsets.UTF_8);
            case Binary, LargeBinary, BinaryView, FixedSizeBinary ->
                Base64.getEncoder().encodeToString(bytes(vector, index));
            case Date -> date(vector, index);
            case Time -> TemporalText.time(((ArrowType.Time) type).getUnit(), rawTime(vector, index));
            case Timestamp -> TemporalText.timestamp((ArrowType.Timestamp) type, ((TimeStampVector) vector).get(index));
            case Duration ->
                TemporalText.duration(
                        ((ArrowType.Duration) type).getUnit(),
                        vector.getDataBuffer().getLong((long) index * Long.BYTES));
            case Interval -> interval(vector, index);
            case List, LargeList, FixedSizeList, Struct, Map -> {
                StringBuilder json = new StringBuilder();
                json(json, vector, index);
                yield json.toString();
            }
            case Union, ListView, LargeListView, RunEndEncoded, NONE ->
                throw new IllegalArgumentException("column '" + vector.getName() + "' is "
                        + TypeText.of(vector.getField()) + ", which has no text: read it with --as arrow");
        };
    }

    private static byte[] bytes(FieldVector vector, int index) {
        if (vector instanceof VariableWidthFieldVector variable) {
            return variable.get(index);
        }
        return ((FixedSizeBinaryVector) vector).get(index);
    }

    private static String floating(FieldVector vector, int index) {
        if (vector instanceof Float8Vector doubles) {
            return Double.toString(doubles.get(index));
        }
        return Float.toString(
                vector instanceof Float4Vector floats
                        ? floats.get(index)
                        : ((Float2Vector) vector).getValueAsFloat(index));
    }

    private static BigDecimal decimal(FieldVector vector, int index) {
        return vector instanceof DecimalVector narrow
                ? narrow.getObject(index)
                : ((Decimal256Vector) vector).getObject(index);
    }

    private static String date(FieldVector vector, int index) {
        return vector instanceof DateDayVector days
                ? TemporalText.date(DateUnit.DAY, days.get(index))
                : TemporalText.date(DateUnit.MILLISECOND, ((DateMilliVector) vector).get(index));
    }

    private static long rawTime(FieldVector vector, int index) {
        boolean narrow = vector instanceof TimeSecVector || vector instanceof TimeMilliVector;
        return narrow
                ? vector.getDataBuffer().getInt((long) index * Integer.BYTES)
                : vector.getDataBuffer().getLong((long) index * Long.BYTES);
    }

    private static String interval(FieldVector vector, int index) {
        ArrowBuf data = vector.getDataBuffer();
        return switch (((ArrowType.Interval) vector.getField().getType()).getUnit()) {
            case YEAR_MONTH ->
                Period.ofMonths(data.getInt((long) index * Integer.BYTES))
                        .normalized()
                        .toString();
            case DAY_TIME -> {
                long at = (long) index * IntervalDayVector.TYPE_WIDTH;
                yield new PeriodDuration(
                                Period.ofDays(data.getInt(at)), Duration.ofMillis(data.getInt(at + Integer.BYTES)))
                        .toISO8601IntervalString();
            }
            case MONTH_DAY_NANO ->
                ((IntervalMonthDayNanoVector) vector).getObject(index).toISO8601IntervalString();
        };
    }

    private void json(StringBuilder json, FieldVector vector, int index) {
        if (vector.isNull(index)) {
            json.append("null");
        } else if (vector instanceof StructVector struct) {
            object(json, struct, index);
        } else if (vector instanceof ListVector list) {
            array(json, list.getDataVector(), list.getElementStartIndex(index), list.getElementEndIndex(index));
        } else if (vector instanceof LargeListVector list) {
            array(json, list.getDataVector(), (int) list.getElementStartIndex(index), (int)
                    list.getElementEndIndex(index));
        } else if (vector instanceof FixedSizeListVector list) {
            array(json, list.getDataVector(), list.getElementStartIndex(index), list.getElementEndIndex(index));
        } else {
            String text = text(vector, index);
            json.append(text == null || isLiteral(vector, text) ? text : JsonText.quote(text));
        }
    }

    private void object(StringBuilder json, StructVector struct, int index) {
        String separator = "{";
        for (FieldVector child : struct.getChildrenFromFields()) {
            json.append(separator).append(JsonText.quote(child.getName())).append(':');
            json(json, child, index);
            separator = ",";
        }
        json.append(struct.size() == 0 ? "{}" : "}");
    }

    private void array(StringBuilder json, FieldVector elements, int from, int to) {
        json.append('[');
        for (int i = from; i < to; i++) {
            json.append(i == from ? "" : ",");
            json(json, elements, i);
        }
        json.append(']');
    }

    private static boolean isLiteral(FieldVector vector, String text) {
        return switch (vector.getField().getType().getTypeID()) {
            case Bool, Int, Decimal -> true;
            case FloatingPoint -> !text.equals("NaN") && !text.endsWith("Infinity");
            default -> false;
        };
    }
}
