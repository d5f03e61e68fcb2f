package io.penstock.format.parquet;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Values as the pages of a leaf have them in PLAIN, of which bloom filters are made. */
final class PlainForm {
    private PlainForm() {}

    /**
     * The forms that a value can have: none if the leaf cannot have it, two for a zero, which has two signs.
     *
     * @param value as {@link io.penstock.format.ColumnTest#points} has it
     * @return null if the forms are not known
     */
    static List<byte[]> of(Node.Leaf leaf, Object value) {
        ArrowType type = ParquetTypes.storage(leaf.field().getType());
        return switch (leaf.element().getType()) {
            case INT32 -> whole(type, value, leaf) ? List.of(integer((BigInteger) value)) : null;
            case INT64 -> whole(type, value, leaf) ? List.of(integer(((BigInteger) value).longValue())) : null;
            case FLOAT -> value instanceof Double number ? floats(number) : null;
            case DOUBLE -> value instanceof Double number ? doubles(number) : null;
            case BYTE_ARRAY -> value instanceof byte[] bytes ? List.of(bytes) : null;
            case FIXED_LEN_BYTE_ARRAY -> fixed(type, value, leaf.element().getType_length());
            case BOOLEAN, INT96 -> null;
        };
    }

    /** Whether the physical number is the column's: what is counted in another unit is not looked for. */
    private static boolean whole(ArrowType type, Object value, Node.Leaf leaf) {
        boolean counted = type instanceof ArrowType.Int
                || type instanceof ArrowType.Decimal
                || Conversion.of(leaf).kind() == Conversion.Kind.COPY;
        return counted && value instanceof BigInteger;
    }

    private static byte[] integer(BigInteger value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value.intValue())
                .array();
    }

    private static byte[] integer(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    private static List<byte[]> floats(double value) {
        float near = (float) value;
        if (near != value) {
            return List.of();
        }
        byte[] form = integer(BigInteger.valueOf(Float.floatToRawIntBits(near)));
        return near == 0 ? zeros(form) : List.of(form);
    }

    private static List<byte[]> doubles(double value) {
        byte[] form = integer(Double.doubleToRawLongBits(value));
        return value == 0 ? zeros(form) : List.of(form);
    }

    private static List<byte[]> zeros(byte[] zero) {
        byte[] other = zero.clone();
        other[other.length - 1] ^= (byte) 0x80;
        return List.of(zero, other);
    }

    private static List<byte[]> fixed(ArrowType type, Object value, int width) {
        if (value instanceof byte[] bytes) {
            return bytes.length == width ? List.of(bytes) : List.of();
        }
        if (!(type instanceof ArrowType.Decimal)) {
            return null;
        }
        byte[] digits = ((BigInteger) value).toByteArray();
        if (digits.length > width) {
            return List.of();
        }
        byte[] form = new byte[width];
        Arrays.fill(form, (byte) (((BigInteger) value).signum() < 0 ? -1 : 0));
        System.arraycopy(digits, 0, form, width - digits.length, digits.length);
        return List.of(form);
    }
}
