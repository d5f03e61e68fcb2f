package io.penstock;

import io.penstock.buffer.Memory;
import java.nio.ByteBuffer;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.util.Text;

/**
 * Appends strings or byte strings of any length: the bytes go to the end of one data buffer, and an entry, which differs by
 * layout, says where they are.
 */
abstract class BytesAppender extends ColumnAppender {
    private static final int MIN_DATA_BYTES = 256;
    private static final int DATA = 2;

    private final boolean text;
    private final int entryBytes;

    /** The address of the offsets or views. */
    long entries;

    long data;
    private long dataCapacity;

    /** The bytes in the data buffer that values have. */
    long end;

    private BytesAppender(FieldVector vector, Place place, boolean text, int entryBytes) {
        super(vector, place, 3);
        this.text = text;
        this.entryBytes = entryBytes;
    }

    /** Ends a value whose {@code length} bytes are at the end of the data. */
    abstract void append(int length);

    @Override
    final void setString(String value) {
        if (!text) {
            throw place.wrongType("a String");
        }
        int chars = value.length();
        if ((long) chars * Utf8.MAX_BYTES_PER_CHAR > dataCapacity - end) {
            reserveData(Utf8.encodedLength(value));
        }
        end(Utf8.encode(value, data + end), value);
    }

    private void setChars(CharSequence value) {
        // It may say something else when it is asked again, so that its encoded length cannot be known before.
        int chars = value.length();
        reserveData((long) chars * Utf8.MAX_BYTES_PER_CHAR);
        end(Utf8.encode(value, chars, 0, data + end), value);
    }

    private void end(long length, CharSequence value) {
        if (length < 0) {
            throw place.unfit(value, "the char at index " + (-1 - length) + " is half of a surrogate pair");
        }
        append((int) length);
    }

    @Override
    final void setUtf8(byte[] source, int offset, int length) {
        if (!text) {
            throw place.wrongType("UTF-8 bytes");
        }
        copy(source, offset, length);
        int malformed = Utf8.firstMalformed(data + end, length);
        if (malformed >= 0) {
            throw place.refused("is " + place.type() + " and row " + place.row()
                    + " gives it bytes that are not UTF-8 at index " + malformed);
        }
        append(length);
    }

    @Override
    final void setBytes(byte[] source, int offset, int length) {
        if (text) {
            throw place.wrongType("bytes");
        }
        copy(source, offset, length);
        append(length);
    }

    private void copy(byte[] source, int offset, int length) {
        reserveData(length);
        Memory.copy(source, offset, data + end, length);
    }

    @Override
    final void setObject(Object value) {
        if (value instanceof String v) {
            setString(v);
        } else if (value == null) {
            setNull();
        } else if (text) {
            setText(value);
        } else if (value instanceof byte[] v) {
            setBytes(v, 0, v.length);
        } else if (value instanceof ByteBuffer v) {
            int length = v.remaining();
            reserveData(length);
            Memory.view(data + end, length).put(v.duplicate());
            append(length);
        } else {
            throw place.wrongType(value);
        }
    }

    private void setText(Object value) {
        if (value instanceof CharSequence v) {
            setChars(v);
        } else if (value instanceof Text v) {
            setUtf8(v.getBytes(), 0, Math.toIntExact(v.getLength()));
        } else if (value instanceof Character v) {
            setString(v.toString());
        } else {
            throw place.wrongType(value);
        }
    }

    @Override
    void appendNull() {
        append(0);
        count--;
        appendNullBit();
    }

    @Override
    void appendZero() {
        append(0);
    }

    private void reserveData(long more) {
        if (more > dataCapacity - end) {
            long needed = end + more;
            replaceData(
                    capacityBytes(0),
                    capacityBytes(1),
                    Math.min(Math.max(needed, 2 * dataCapacity), Math.max(needed, MAX_BUFFER_BYTES)));
        }
    }

    @Override
    void allocate(int newCapacity) {
        replaceData(bitBytes(newCapacity), (newCapacity + 1L) * entryBytes, Math.max(dataCapacity, MIN_DATA_BYTES));
    }

    private void replaceData(long validityBytes, long entriesBytes, long dataBytes) {
        replaceBuffers(validityBytes, entriesBytes, dataBytes);
        entries = address(1);
        data = address(DATA);
        dataCapacity = capacityBytes(DATA);
    }

    @Override
    long bytes() {
        return (long) count * entryBytes + end;
    }

    /** Each value from its offset to the next one's, 32 bits. */
    static final class Offsets extends BytesAppender {
        Offsets(FieldVector vector, Place place, boolean text) {
            super(vector, place, text, 4);
        }

        @Override
        void append(int length) {
            end += length;
            count++;
            Memory.putInt(entries + ((long) count << 2), (int) end);
        }

        @Override
        long valueAddress(int index) {
            return data + Memory.getInt(entries + ((long) index << 2));
        }

        @Override
        int valueLength(int index) {
            long offset = entries + ((long) index << 2);
            return Memory.getInt(offset + 4) - Memory.getInt(offset);
        }

        @Override
        void truncate(int newCount) {
            end = capacity() == 0 ? 0 : Memory.getInt(entries + ((long) newCount << 2));
            truncateValidity(newCount);
        }

        @Override
        void finish() {
            super.finish();
            ((BaseVariableWidthVector) vector).setLastSet(count - 1);
        }
    }

    /** Each value from its offset to the next one's, 64 bits. */
    static final class LargeOffsets extends BytesAppender {
        LargeOffsets(FieldVector vector, Place place, boolean text) {
            super(vector, place, text, 8);
        }

        @Override
        void append(int length) {
            end += length;
            count++;
            Memory.putLong(entries + ((long) count << 3), end);
        }

        @Override
        long valueAddress(int index) {
            return data + Memory.getLong(entries + ((long) index << 3));
        }

        @Override
        int valueLength(int index) {
            long offset = entries + ((long) index << 3);
            return (int) (Memory.getLong(offset + 8) - Memory.getLong(offset));
        }

        @Override
        void truncate(int newCount) {
            end = capacity() == 0 ? 0 : Memory.getLong(entries + ((long) newCount << 3));
            truncateValidity(newCount);
        }

        @Override
        void finish() {
            super.finish();
            ((BaseLargeVariableWidthVector) vector).setLastSet(count - 1);
        }
    }

    /**
     * Views of 16 bytes: the length, then either the bytes themselves or the first four, the number of the data buffer and the
     * offset in it. There is one data buffer.
     */
    static final class Views extends BytesAppender {
        private static final int MAX_INLINE = 12;

        Views(FieldVector vector, Place place, boolean text) {
            super(vector, place, text, 16);
        }

        @Override
        void append(int length) {
            long view = entries + ((long) count << 4);
            long value = data + end;
            Memory.putLong(view, length);
            Memory.putLong(view + 8, 0);
            if (length <= MAX_INLINE) {
                Memory.copy(value, view + 4, length);
            } else {
                Memory.putInt(view + 4, Memory.getInt(value));
                Memory.putInt(view + 12, (int) end);
                end += length;
            }
            count++;
        }

        @Override
        long valueAddress(int index) {
            long view = entries + ((long) index << 4);
            return Memory.getInt(view) <= MAX_INLINE ? view + 4 : data + Memory.getInt(view + 12);
        }

        @Override
        int valueLength(int index) {
            return Memory.getInt(entries + ((long) index << 4));
        }

        @Override
        void truncate(int newCount) {
            for (int i = count - 1; i >= newCount; i--) {
                long view = entries + ((long) i << 4);
                int length = Memory.getInt(view);
                end = length > MAX_INLINE ? Memory.getInt(view + 12) : end;
            }
            truncateValidity(newCount);
        }

        @Override
        void finish() {
            super.finish();
            if (capacity() == 0) {
                return;
            }
            // How much of the buffer is in use, which a view vector keeps nowhere else.
            ((BaseVariableWidthViewVector) vector).getDataBuffers().get(0).writerIndex(end);
        }
    }
}
