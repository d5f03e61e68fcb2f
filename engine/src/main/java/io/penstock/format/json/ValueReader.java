package io.penstock.format.json;

import io.penstock.buffer.Memory;
import io.penstock.format.VectorMemory;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/**
 * Reads the text of one field's values into the buffers of a vector, one value at a call. It owns the buffers, which live on from
 * batch to batch, and lends them to the vector of each.
 */
abstract class ValueReader implements AutoCloseable {
    private static final int NULL = 'n' | 'u' << 8 | 'l' << 16 | 'l' << 24;

    final JsonSource source;

    /** The path from the column to this field, for messages. */
    final String column;

    private final boolean required;
    private final VectorMemory validity;
    private int capacity;

    ValueReader(Place place) {
        source = place.source();
        column = place.column();
        required = place.required();
        validity = new VectorMemory(place.allocator());
    }

    /** Where a reader stands: what every one of them needs. */
    record Place(JsonSource source, BufferAllocator allocator, String column, boolean required) {}

    /** Begins a batch, with room for {@code count} values. */
    final void begin(int count) {
        capacity = Math.max(count, 1);
        validity.begin(bitmapBytes(capacity));
        Memory.fill(validity.address(), validity.capacity(), (byte) 0xff);
        beginValues(capacity);
    }

    /** Makes room for the value at {@code index}. */
    final void require(int index) throws IOException {
        if (index >= capacity) {
            int more = (int) Math.min(Integer.MAX_VALUE - 64L, Math.max(index + 1L, 2L * capacity));
            long used = validity.capacity();
            if (!validity.grow(bitmapBytes(more), used) || !growValues(more, capacity)) {
                throw tooLarge();
            }
            Memory.fill(validity.address() + used, validity.capacity() - used, (byte) 0xff);
            capacity = more;
        }
    }

    final IOException tooLarge() {
        return source.broken(
                column, source.offset(0), "one batch holds more than 2 GiB of it; read fewer rows at once");
    }

    private static long bitmapBytes(int count) {
        return (count + 7L) >>> 3;
    }

    abstract void beginValues(int count);

    /** Makes room for {@code count} values, of which {@code used} keep their content; returns whether that is possible. */
    abstract boolean growValues(int count, int used) throws IOException;

    /**
     * Reads the value whose text begins at {@code at} and has {@link JsonSource#LOOKAHEAD} bytes ensured; returns where it ends.
     */
    long read(long at, int index) throws IOException {
        return Memory.getByte(at) == 'n' ? readNull(at, index) : readValue(at, index);
    }

    abstract long readValue(long at, int index) throws IOException;

    private long readNull(long at, int index) throws IOException {
        if (Memory.getInt(at) != NULL) {
            throw source.expected(expectation(), at, column);
        }
        if (required) {
            throw source.broken(column, source.offset(at), "is required but null");
        }
        putNull(index);
        return at + 4;
    }

    /** What can stand for a value, for messages: {@code a number}. */
    abstract String expectation();

    /** Leaves out a value that the row does not name. */
    final void missing(long at, int index) throws IOException {
        if (required) {
            throw source.broken(column, source.offset(at), "is required but missing");
        }
        putNull(index);
    }

    final void putNull(int index) throws IOException {
        long octet = validity.address() + (index >>> 3);
        Memory.putByte(octet, (byte) (Memory.getByte(octet) & ~(1 << (index & 7))));
        putNothing(index);
    }

    /** Puts what stands in the other buffers for a null. */
    abstract void putNothing(int index) throws IOException;

    /** Puts what stands at a place that a null of the value around it leaves without meaning. */
    final void putUnderNull(int index) throws IOException {
        if (required) {
            putNothing(index);
        } else {
            putNull(index);
        }
    }

    /** Ends a batch: lends the buffers to a vector. */
    abstract void load(FieldVector vector, int count);

    final ArrowFieldNode node(int count) {
        return new ArrowFieldNode(count, 0);
    }

    final ArrowBuf validity(int count) {
        // Vectors compare and copy whole bytes: the bits behind the last value are the same in every batch.
        if ((count & 7) != 0) {
            long octet = validity.address() + (count >>> 3);
            Memory.putByte(octet, (byte) (Memory.getByte(octet) & (1 << (count & 7)) - 1));
        }
        return validity.buffer();
    }

    @Override
    public void close() {
        validity.close();
    }

    /** A vector whose values lie side by side in one buffer. */
    abstract static class Fixed extends ValueReader {
        private final VectorMemory values;
        private final int width;
        private long address;

        Fixed(Place place, int width) {
            super(place);
            this.values = new VectorMemory(place.allocator());
            this.width = width;
        }

        final long slot(int index) {
            return address + (long) width * index;
        }

        @Override
        final void beginValues(int count) {
            values.begin((long) width * count);
            address = values.address();
        }

        @Override
        final boolean growValues(int count, int used) {
            boolean grown = values.grow((long) width * count, (long) width * used);
            address = values.address();
            return grown;
        }

        @Override
        final void putNothing(int index) {
            Memory.fill(slot(index), width, (byte) 0);
        }

        @Override
        final void load(FieldVector vector, int count) {
            vector.loadFieldBuffers(node(count), List.of(validity(count), values.buffer()));
        }

        @Override
        public final void close() {
            super.close();
            values.close();
        }
    }
}
