package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.math.BigInteger;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Finds values of one leaf that its physical form cannot hold: what Arrow's type allows and Parquet's does not. */
abstract sealed class ValueCheck {
    private final Node.Leaf leaf;

    private ValueCheck(Node.Leaf leaf) {
        this.leaf = leaf;
    }

    /** Null if every value of the type can be held. */
    static ValueCheck of(Node.Leaf leaf) {
        ArrowType type = ValueTypes.of(leaf.field());
        if (type instanceof ArrowType.Decimal decimal) {
            int bytes = switch (leaf.element().getType()) {
                case INT32 -> 4;
                case INT64 -> 8;
                default -> leaf.element().getType_length();
            };
            int width = decimal.getBitWidth() / 8;
            return bytes < width ? new Decimals(leaf, width, bytes) : null;
        }
        boolean seconds = type instanceof ArrowType.Timestamp timestamp && timestamp.getUnit() == TimeUnit.SECOND;
        if (seconds) {
            return new Seconds(leaf, 8, Long.MAX_VALUE / 1000);
        }
        boolean secondsOfDay = type instanceof ArrowType.Time time && time.getUnit() == TimeUnit.SECOND;
        return secondsOfDay ? new Seconds(leaf, 4, Integer.MAX_VALUE / 1000) : null;
    }

    /** Whether anything in the vector, be it under a null, could not be held. */
    final boolean suspicious(FieldVector vector) {
        int count = vector.getValueCount();
        return count > 0 && anyTooLarge(vector.getDataBuffer().memoryAddress(), count);
    }

    /**
     * Refuses a value that cannot be held.
     *
     * @param firstRow the row that the entries begin with
     */
    final void requireHeld(FieldVector vector, Entries entries, int firstRow) {
        int row = firstRow - 1;
        for (int i = 0; i < entries.count; i++) {
            row += Memory.getByte(entries.repetitions() + i) == 0 ? 1 : 0;
            int slot = Memory.getInt(entries.slots() + 4L * i);
            if (slot >= 0) {
                requireHeld(vector, slot, row);
            }
        }
    }

    /** Refuses a value of a flat column that cannot be held. */
    final void requireHeld(FieldVector vector, int rows) {
        for (int row = 0; row < rows; row++) {
            if (!vector.isNull(row)) {
                requireHeld(vector, row, row);
            }
        }
    }

    private void requireHeld(FieldVector vector, int slot, int row) {
        long data = vector.getDataBuffer().memoryAddress();
        if (tooLarge(data, slot)) {
            throw new IllegalArgumentException("Column '" + String.join(".", leaf.path()) + "' has " + text(data, slot)
                    + " in row " + row + ", which is beyond what Parquet holds of " + ValueTypes.of(leaf.field()));
        }
    }

    abstract boolean anyTooLarge(long data, int count);

    abstract boolean tooLarge(long data, int slot);

    abstract String text(long data, int slot);

    /** Decimals of more digits than their type says. */
    private static final class Decimals extends ValueCheck {
        private final int width;
        private final int bytes;

        Decimals(Node.Leaf leaf, int width, int bytes) {
            super(leaf);
            this.width = width;
            this.bytes = bytes;
        }

        @Override
        boolean anyTooLarge(long data, int count) {
            if (width == 16 && bytes <= 8) {
                return anyWide(data, count, 64 - 8 * bytes);
            }
            boolean any = false;
            for (int i = 0; i < count; i++) {
                any |= tooLarge(data, i);
            }
            return any;
        }

        private static boolean anyWide(long data, int count, int unused) {
            long wrong = 0;
            for (int i = 0; i < count; i++) {
                long low = Memory.getLong(data + 16L * i);
                wrong |= low << unused >> unused ^ low | low >> 63 ^ Memory.getLong(data + 16L * i + 8);
            }
            return wrong != 0;
        }

        @Override
        boolean tooLarge(long data, int slot) {
            long value = data + (long) width * slot;
            int sign = Memory.getByte(value + bytes - 1) >> 7;
            boolean any = false;
            for (int i = bytes; i < width; i++) {
                any |= Memory.getByte(value + i) != sign;
            }
            return any;
        }

        @Override
        String text(long data, int slot) {
            byte[] bigEndian = new byte[width];
            for (int i = 0; i < width; i++) {
                bigEndian[width - 1 - i] = Memory.getByte(data + (long) width * slot + i);
            }
            return "the unscaled value " + new BigInteger(bigEndian);
        }
    }

    /** Seconds that are too many as milliseconds. */
    private static final class Seconds extends ValueCheck {
        private final int width;
        private final long limit;

        Seconds(Node.Leaf leaf, int width, long limit) {
            super(leaf);
            this.width = width;
            this.limit = limit;
        }

        @Override
        boolean anyTooLarge(long data, int count) {
            boolean any = false;
            for (int i = 0; i < count; i++) {
                any |= tooLarge(data, i);
            }
            return any;
        }

        @Override
        boolean tooLarge(long data, int slot) {
            long value = value(data, slot);
            return value > limit || value < -limit;
        }

        private long value(long data, int slot) {
            return width == 8 ? Memory.getLong(data + 8L * slot) : Memory.getInt(data + 4L * slot);
        }

        @Override
        String text(long data, int slot) {
            return value(data, slot) + " seconds";
        }
    }
}
