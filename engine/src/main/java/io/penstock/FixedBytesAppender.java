package io.penstock;

import io.penstock.buffer.Memory;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.arrow.vector.FieldVector;

/** Appends byte strings of the column's one length. */
final class FixedBytesAppender extends FixedWidthAppender {
    private static final int UUID_BYTES = 16;

    private final int width;

    FixedBytesAppender(FieldVector vector, Place place, int width) {
        super(vector, place, width);
        this.width = width;
    }

    @Override
    void setBytes(byte[] source, int offset, int length) {
        check(length);
        Memory.copy(source, offset, values + (long) count * width, width);
        count++;
    }

    @Override
    void setObject(Object value) {
        if (value instanceof byte[] v) {
            setBytes(v, 0, v.length);
        } else if (value instanceof ByteBuffer v) {
            check(v.remaining());
            Memory.view(values + (long) count * width, width).put(v.duplicate());
            count++;
        } else if (value instanceof UUID v && width == UUID_BYTES) {
            long at = values + ((long) count << 4);
            Memory.putLong(at, Long.reverseBytes(v.getMostSignificantBits()));
            Memory.putLong(at + 8, Long.reverseBytes(v.getLeastSignificantBits()));
            count++;
        } else if (value == null) {
            setNull();
        } else {
            throw place.wrongType(value);
        }
    }

    private void check(int length) {
        if (length != width) {
            throw place.unfit(length + " bytes");
        }
    }
}
