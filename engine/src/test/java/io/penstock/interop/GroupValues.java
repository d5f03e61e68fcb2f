package io.penstock.interop;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** The rows that parquet-java read, as the plain objects that {@link ArrowValues} says. */
final class GroupValues {
    private GroupValues() {}

    /** The members of a struct, or the columns of a row. */
    static List<Object> values(Group group) {
        GroupType type = group.getType();
        List<Object> values = new ArrayList<>();
        for (int field = 0; field < type.getFieldCount(); field++) {
            values.add(value(group, field));
        }
        return values;
    }

    private static Object value(Group group, int field) {
        Type type = group.getType().getType(field);
        if (type.isRepetition(Type.Repetition.REPEATED)) {
            throw new IllegalArgumentException("a repeated field that is no list: " + type);
        }
        if (group.getFieldRepetitionCount(field) == 0) {
            return null;
        }
        if (type.isPrimitive()) {
            return primitive(group, field, type.asPrimitiveType());
        }
        Group value = group.getGroup(field, 0);
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        if (annotation instanceof ListLogicalTypeAnnotation) {
            return repeated(value).stream()
                    .map(item -> value(item, 0))
                    .collect(ArrayList::new, List::add, List::addAll);
        }
        if (annotation instanceof MapLogicalTypeAnnotation) {
            return repeated(value).stream().map(GroupValues::values).toList();
        }
        return values(value);
    }

    private static List<Group> repeated(Group list) {
        List<Group> items = new ArrayList<>();
        for (int item = 0; item < list.getFieldRepetitionCount(0); item++) {
            items.add(list.getGroup(0, item));
        }
        return items;
    }

    private static Object primitive(Group group, int field, PrimitiveType type) {
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> group.getBoolean(field, 0);
            case INT32 -> integer(group.getInteger(field, 0), 32, type.getLogicalTypeAnnotation());
            case INT64 -> integer(group.getLong(field, 0), 64, type.getLogicalTypeAnnotation());
            case FLOAT -> (double) group.getFloat(field, 0);
            case DOUBLE -> group.getDouble(field, 0);
            case INT96 -> julian(group.getInt96(field, 0));
            case BINARY, FIXED_LEN_BYTE_ARRAY -> bytes(group.getBinary(field, 0), type.getLogicalTypeAnnotation());
        };
    }

    private static Object integer(long value, int width, LogicalTypeAnnotation annotation) {
        if (annotation instanceof IntLogicalTypeAnnotation whole && !whole.isSigned()) {
            return BigInteger.valueOf(value).mod(BigInteger.ONE.shiftLeft(Math.max(whole.getBitWidth(), width)));
        }
        if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
            return BigDecimal.valueOf(value, decimal.getScale());
        }
        if (annotation instanceof DateLogicalTypeAnnotation) {
            return LocalDate.ofEpochDay(value);
        }
        if (annotation instanceof TimeLogicalTypeAnnotation time) {
            return nanos(value, time.getUnit());
        }
        return annotation instanceof TimestampLogicalTypeAnnotation timestamp
                ? nanos(value, timestamp.getUnit())
                : BigInteger.valueOf(value);
    }

    private static BigInteger nanos(long value, LogicalTypeAnnotation.TimeUnit unit) {
        return ArrowValues.nanos(
                value,
                switch (unit) {
                    case MILLIS -> TimeUnit.MILLISECOND;
                    case MICROS -> TimeUnit.MICROSECOND;
                    case NANOS -> TimeUnit.NANOSECOND;
                });
    }

    /** Nanoseconds of a day and the day's Julian number. */
    private static BigInteger julian(Binary value) {
        ByteBuffer bytes = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long ofDay = bytes.getLong(bytes.position());
        long day = bytes.getInt(bytes.position() + 8) - 2_440_588L;
        return BigInteger.valueOf(day)
                .multiply(BigInteger.valueOf(86_400_000_000_000L))
                .add(BigInteger.valueOf(ofDay));
    }

    private static Object bytes(Binary value, LogicalTypeAnnotation annotation) {
        byte[] bytes = value.getBytes();
        if (annotation instanceof StringLogicalTypeAnnotation) {
            return value.toStringUsingUTF8();
        }
        if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
            return new BigDecimal(new BigInteger(bytes), decimal.getScale());
        }
        if (annotation instanceof Float16LogicalTypeAnnotation) {
            return (double) Float16.toFloat((short) (bytes[0] & 0xff | bytes[1] << 8));
        }
        return HexFormat.of().formatHex(bytes);
    }
}
