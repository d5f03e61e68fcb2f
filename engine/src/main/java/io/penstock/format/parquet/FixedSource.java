package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/**
 * Reads the values of vectors of one Arrow type in their physical form, which has a fixed width: as they are, widened, narrowed, scaled
 * or turned around. Values under nulls may be read and mean nothing.
 */
abstract sealed class FixedSource {
    /** The bytes of a value in physical form; a boolean takes one here. */
    final int width;

    private long data;

    FixedSource(int width) {
        this.width = width;
    }

    /** @param type of the values, an extension's storage type */
    static FixedSource of(ArrowType type, SchemaElement element) {
        return switch (type.getTypeID()) {
            case Null -> new Copied(4);
            case Bool -> new Bits();
            case Int -> {
                ArrowType.Int integer = (ArrowType.Int) type;
                int bytes = integer.getBitWidth() / 8;
                yield bytes < 4 ? new Widened(bytes, integer.getIsSigned()) : new Copied(bytes);
            }
            case FloatingPoint ->
                switch (((ArrowType.FloatingPoint) type).getPrecision()) {
                    case HALF -> new Copied(2);
                    case SINGLE -> new Copied(4);
                    case DOUBLE -> new Copied(8);
                };
            case Decimal -> decimal(((ArrowType.Decimal) type).getBitWidth() / 8, element);
            case FixedSizeBinary -> new Copied(((ArrowType.FixedSizeBinary) type).getByteWidth());
            case Date -> new Copied(element.getType() == Type.INT32 ? 4 : 8);
            case Time ->
                ((ArrowType.Time) type).getUnit() == TimeUnit.SECOND
                        ? new ScaledInts()
                        : new Copied(((ArrowType.Time) type).getBitWidth() / 8);
            case Timestamp ->
                ((ArrowType.Timestamp) type).getUnit() == TimeUnit.SECOND ? new ScaledLongs() : new Copied(8);
            case Duration -> new Copied(8);
            case NONE,
                    Utf8,
                    LargeUtf8,
                    Utf8View,
                    Binary,
                    LargeBinary,
                    BinaryView,
                    Interval,
                    List,
                    LargeList,
                    FixedSizeList,
                    ListView,
                    LargeListView,
                    Struct,
                    Map,
                    Union,
                    RunEndEncoded -> throw new IllegalArgumentException(type + " has no physical form of fixed width");
        };
    }

    private static FixedSource decimal(int sourceWidth, SchemaElement element) {
        return switch (element.getType()) {
            case INT32 -> new Narrowed(sourceWidth, 4);
            case INT64 -> new Narrowed(sourceWidth, 8);
            case FIXED_LEN_BYTE_ARRAY -> new Reversed(sourceWidth, element.getType_length());
            case BOOLEAN, INT96, FLOAT, DOUBLE, BYTE_ARRAY ->
                throw new IllegalArgumentException("a decimal as " + element.getType());
        };
    }

    /** The vector that the next values come from; not an extension's own. */
    final void begin(FieldVector vector) {
        boolean nothing = vector.getValueCount() == 0 || vector instanceof NullVector;
        data = nothing ? 0 : vector.getDataBuffer().memoryAddress();
    }

    /** Writes the values of {@code count} slots from {@code from} on. */
    final void range(int from, int count, long target) {
        range(data, from, count, target);
    }

    /** Writes the values of the slots that {@code count} int32 at {@code indices} name. */
    final void gather(long indices, int count, long target) {
        gather(data, indices, count, target);
    }

    abstract void range(long source, int from, int count, long target);

    abstract void gather(long source, long indices, int count, long target);

    private static final class Copied extends FixedSource {
        Copied(int width) {
            super(width);
        }

        @Override
        void range(long source, int from, int count, long target) {
            Memory.copy(source + (long) from * width, target, (long) count * width);
        }

        @Override
        void gather(long source, long indices, int count, long target) {
            switch (width) {
                case 4 -> {
                    for (int i = 0; i < count; i++) {
                        Memory.putInt(target + 4L * i, Memory.getInt(source + 4L * Memory.getInt(indices + 4L * i)));
                    }
                }
                case 8 -> {
                    for (int i = 0; i < count; i++) {
                        Memory.putLong(target + 8L * i, Memory.getLong(source + 8L * Memory.getInt(indices + 4L * i)));
                    }
                }
                default -> {
                    for (int i = 0; i < count; i++) {
                        long from = source + (long) width * Memory.getInt(indices + 4L * i);
                        BytesSource.copyValue(from, width, target + (long) width * i);
                    }
                }
            }
        }
    }

    /** Booleans, a byte each. */
    private static final class Bits extends FixedSource {
        Bits() {
            super(1);
        }

        @Override
        void range(long source, int from, int count, long target) {
            for (int i = 0; i < count; i++) {
                int at = from + i;
                Memory.putByte(target + i, (byte) (Memory.getByte(source + (at >>> 3)) >>> (at & 7) & 1));
            }
        }

        @Override
        void gather(long source, long indices, int count, long target) {
            for (int i = 0; i < count; i++) {
                int at = Memory.getInt(indices + 4L * i);
                Memory.putByte(target + i, (byte) (Memory.getByte(source + (at >>> 3)) >>> (at & 7) & 1));
            }
        }
    }

    /** Integers of 8 and 16 bits as int32. */
    private static final class Widened extends FixedSource {
        private final int sourceWidth;
        private final boolean signed;

        Widened(int sourceWidth, boolean signed) {
            super(4);
            this.sourceWidth = sourceWidth;
            this.signed = signed;
        }

        @Override
        void range(long source, int from, int count, long target) {
            int mask = mask();
            if (sourceWidth == 1) {
                for (int i = 0; i < count; i++) {
                    Memory.putInt(target + 4L * i, Memory.getByte(source + from + i) & mask);
                }
            } else {
                for (int i = 0; i < count; i++) {
                    Memory.putInt(target + 4L * i, Memory.getShort(source + 2L * (from + i)) & mask);
                }
            }
        }

        @Override
        void gather(long source, long indices, int count, long target) {
            int mask = mask();
            if (sourceWidth == 1) {
                for (int i = 0; i < count; i++) {
                    Memory.putInt(target + 4L * i, Memory.getByte(source + Memory.getInt(indices + 4L * i)) & mask);
                }
            } else {
                for (int i = 0; i < count; i++) {
                    Memory.putInt(
                            target + 4L * i, Memory.getShort(source + 2L * Memory.getInt(indices + 4L * i)) & mask);
                }
            }
        }

        /** What takes the sign off again that reading gave. */
        private int mask() {
            return signed ? -1 : (1 << 8 * sourceWidth) - 1;
        }
    }

    /** Decimals whose values fit into their low bytes, as the check before has seen. */
    private static final class Narrowed extends FixedSource {
        private final int sourceWidth;

        Narrowed(int sourceWidth, int width) {
            super(width);
            this.sourceWidth = sourceWidth;
        }

        @Override
        void range(long source, int from, int count, long target) {
            long first = source + (long) from * sourceWidth;
            if (width == 4) {
                for (int i = 0; i < count; i++) {
                    Memory.putInt(target + 4L * i, Memory.getInt(first + (long) sourceWidth * i));
                }
            } else {
                for (int i = 0; i < count; i++) {
                    Memory.putLong(target + 8L * i, Memory.getLong(first + (long) sourceWidth * i));
                }
            }
        }

        @Override
        void gather(long source, long indices, int count, long target) {
            if (width == 4) {
                for (int i = 0; i < count; i++) {
                    long from = source + (long) sourceWidth * Memory.getInt(indices + 4L * i);
                    Memory.putInt(target + 4L * i, Memory.getInt(from));
                }
            } else {
                for (int i = 0; i < count; i++) {
                    long from = source + (long) sourceWidth * Memory.getInt(indices + 4L * i);
                    Memory.putLong(target + 8L * i, Memory.getLong(from));
                }
            }
        }
    }

    /** Decimals as big-endian bytes, no more than their precision needs. */
    private static final class Reversed extends FixedSource {
        private final int sourceWidth;

        Reversed(int sourceWidth, int width) {
            super(width);
            this.sourceWidth = sourceWidth;
        }

        @Override
        void range(long source, int from, int count, long target) {
            for (int i = 0; i < count; i++) {
                reverse(source + (long) sourceWidth * (from + i), target + (long) width * i);
            }
        }

        @Override
        void gather(long source, long indices, int count, long target) {
            for (int i = 0; i < count; i++) {
                reverse(source + (long) sourceWidth * Memory.getInt(indices + 4L * i), target + (long) width * i);
            }
        }

        private void reverse(long source, long target) {
            int done = 0;
            for (; done + 8 <= width; done += 8) {
                Memory.putLong(target + width - 8 - done, Long.reverseBytes(Memory.getLong(source + done)));
            }
            for (; done < width; done++) {
                Memory.putByte(target + width - 1 - done, Memory.getByte(source + done));
            }
        }
    }

    /** Times of day in seconds, which Parquet does not have, as milliseconds. */
    private static final class ScaledInts extends FixedSource {
        ScaledInts() {
            super(4);
        }

        @Override
        void range(long source, int from, int count, long target) {
            for (int i = 0; i < count; i++) {
                Memory.putInt(target + 4L * i, 1000 * Memory.getInt(source + 4L * (from + i)));
            }
        }

        @Override
        void gather(long source, long indices, int count, long target) {
            for (int i = 0; i < count; i++) {
                Memory.putInt(target + 4L * i, 1000 * Memory.getInt(source + 4L * Memory.getInt(indices + 4L * i)));
            }
        }
    }

    /** Timestamps in seconds, which Parquet does not have, as milliseconds. */
    private static final class ScaledLongs extends FixedSource {
        ScaledLongs() {
            super(8);
        }

        @Override
        void range(long source, int from, int count, long target) {
            for (int i = 0; i < count; i++) {
                Memory.putLong(target + 8L * i, 1000 * Memory.getLong(source + 8L * (from + i)));
            }
        }

        @Override
        void gather(long source, long indices, int count, long target) {
            for (int i = 0; i < count; i++) {
                Memory.putLong(target + 8L * i, 1000 * Memory.getLong(source + 8L * Memory.getInt(indices + 4L * i)));
            }
        }
    }
}
