package io.penstock.format.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.Blob;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.util.Text;

/**
 * One form for values that readers give in different classes, so that they can be compared. Timestamps are in UTC, whether they say so or
 * not.
 */
final class PlainValues {
    private PlainValues() {}

    /** What stands at a place in a vector. */
    static Object of(ValueVector vector, int i) {
        if (vector.isNull(i)) {
            return null;
        }
        if (vector instanceof MapVector map) {
            List<Object> entries = new ArrayList<>();
            StructVector items = (StructVector) map.getDataVector();
            for (int k = map.getElementStartIndex(i); k < map.getElementEndIndex(i); k++) {
                List<Object> entry = new ArrayList<>();
                for (FieldVector child : items.getChildrenFromFields()) {
                    entry.add(of(child, k));
                }
                entries.add(entry);
            }
            return entries;
        }
        if (vector instanceof ListVector list) {
            return items(list.getDataVector(), list.getElementStartIndex(i), list.getElementEndIndex(i));
        }
        if (vector instanceof FixedSizeListVector list) {
            return items(list.getDataVector(), list.getElementStartIndex(i), list.getElementEndIndex(i));
        }
        if (vector instanceof StructVector struct) {
            List<Object> members = new ArrayList<>();
            for (FieldVector child : struct.getChildrenFromFields()) {
                members.add(of(child, i));
            }
            return members;
        }
        ArrowType type = ParquetTypes.storage(vector.getField().getType());
        if (type instanceof ArrowType.Timestamp timestamp) {
            long value = vector.getDataBuffer().getLong(8L * i);
            return time(value, timestamp.getUnit());
        }
        if (type instanceof ArrowType.Time time) {
            long value = time.getBitWidth() == 32
                    ? vector.getDataBuffer().getInt(4L * i)
                    : vector.getDataBuffer().getLong(8L * i);
            return time(value, time.getUnit()).toLocalTime();
        }
        if (type instanceof ArrowType.Date && vector.getDataBuffer() != null) {
            return ((ArrowType.Date) type).getUnit() == org.apache.arrow.vector.types.DateUnit.DAY
                    ? LocalDate.ofEpochDay(vector.getDataBuffer().getInt(4L * i))
                    : time(vector.getDataBuffer().getLong(8L * i), TimeUnit.MILLISECOND)
                            .toLocalDate();
        }
        if (vector instanceof UInt1Vector v) {
            return BigInteger.valueOf(v.get(i) & 0xff);
        }
        if (vector instanceof UInt2Vector v) {
            return BigInteger.valueOf(v.get(i));
        }
        if (vector instanceof UInt4Vector v) {
            return BigInteger.valueOf(Integer.toUnsignedLong(v.get(i)));
        }
        if (vector instanceof UInt8Vector v) {
            return new BigInteger(Long.toUnsignedString(v.get(i)));
        }
        if (vector instanceof Float2Vector v) {
            return (double) v.getValueAsFloat(i);
        }
        return of(vector.getObject(i));
    }

    private static List<Object> items(FieldVector items, int from, int to) {
        List<Object> values = new ArrayList<>();
        for (int k = from; k < to; k++) {
            values.add(of(items, k));
        }
        return values;
    }

    private static LocalDateTime time(long value, TimeUnit unit) {
        long perSecond = switch (unit) {
            case SECOND -> 1;
            case MILLISECOND -> 1_000;
            case MICROSECOND -> 1_000_000;
            case NANOSECOND -> 1_000_000_000;
        };
        long nanos = Math.floorMod(value, perSecond) * (1_000_000_000 / perSecond);
        return LocalDateTime.ofEpochSecond(Math.floorDiv(value, perSecond), (int) nanos, ZoneOffset.UTC);
    }

    /** What a JDBC driver or a vector gives. */
    static Object of(Object value) {
        if (value == null || value instanceof Boolean || value instanceof String) {
            return value;
        }
        if (value instanceof Float || value instanceof Double) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.signum() == 0 ? BigDecimal.ZERO : decimal.stripTrailingZeros();
        }
        if (value instanceof Number number) {
            return new BigInteger(number.toString());
        }
        if (value instanceof Text text) {
            return text.toString();
        }
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof UUID uuid) {
            ByteBuffer bytes = ByteBuffer.allocate(16)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits());
            return HexFormat.of().formatHex(bytes.array());
        }
        return ofSql(value);
    }

    private static Object ofSql(Object value) {
        try {
            if (value instanceof Blob blob) {
                return HexFormat.of().formatHex(blob.getBytes(1, (int) blob.length()));
            }
            if (value instanceof Timestamp timestamp) {
                return timestamp.toLocalDateTime();
            }
            if (value instanceof OffsetDateTime time) {
                return time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
            }
            if (value instanceof LocalDate || value instanceof LocalTime || value instanceof LocalDateTime) {
                return value;
            }
            List<Object> values = new ArrayList<>();
            if (value instanceof Array array) {
                for (Object item : (Object[]) array.getArray()) {
                    values.add(of(item));
                }
                return values;
            }
            if (value instanceof Struct struct) {
                for (Object member : struct.getAttributes()) {
                    values.add(of(member));
                }
                return values;
            }
            if (value instanceof Map<?, ?> map) {
                map.forEach((key, item) -> {
                    List<Object> entry = new ArrayList<>();
                    entry.add(of(key));
                    entry.add(of(item));
                    values.add(entry);
                });
                return values;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("no plain form of " + value.getClass() + ": " + value);
    }
}
