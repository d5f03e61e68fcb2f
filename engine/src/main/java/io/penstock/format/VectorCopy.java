package io.penstock.format;

import io.penstock.buffer.Memory;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * Copies selected values of a vector into another of its type, children included. Its memory is kept: the vector gets slices of it, and
 * it is used again unless somebody has taken hold of it.
 */
abstract class VectorCopy implements AutoCloseable {
    final FieldVector source;
    private final FieldVector target;
    private final BufferAllocator allocator;
    private final List<ArrowBuf> kept = new ArrayList<>();

    VectorCopy(FieldVector source, FieldVector target, BufferAllocator allocator) {
        this.source = source;
        this.target = target;
        this.allocator = allocator;
    }

    static VectorCopy of(FieldVector source, FieldVector target, BufferAllocator allocator) {
        if (source instanceof ExtensionTypeVector<?> from && target instanceof ExtensionTypeVector<?> to) {
            return of((FieldVector) from.getUnderlyingVector(), (FieldVector) to.getUnderlyingVector(), allocator);
        }
        ArrowType type = source.getField().getType();
        return switch (Layout.of(type)) {
            case NULL -> new FlatCopies.OfNulls(source, target, allocator);
            case BITS -> new FlatCopies.OfBits(source, target, allocator);
            case FIXED_WIDTH -> new FlatCopies.OfFixedWidth(source, target, allocator, Layout.width(type));
            case BYTES -> new FlatCopies.OfBytes(source, target, allocator, false);
            case LARGE_BYTES -> new FlatCopies.OfBytes(source, target, allocator, true);
            case VIEWS -> new FlatCopies.OfViews(source, target, allocator);
            case LIST -> new NestedCopies.OfLists(source, target, allocator, false);
            case LARGE_LIST -> new NestedCopies.OfLists(source, target, allocator, true);
            case LIST_VIEW -> new NestedCopies.OfListViews(source, target, allocator, false);
            case LARGE_LIST_VIEW -> new NestedCopies.OfListViews(source, target, allocator, true);
            case FIXED_SIZE_LIST -> new NestedCopies.OfFixedSizeLists(source, target, allocator);
            case STRUCT -> new NestedCopies.OfStructs(source, target, allocator);
            case SPARSE_UNION -> new NestedCopies.OfSparseUnions(source, target, allocator);
            case DENSE_UNION -> new NestedCopies.OfDenseUnions(source, target, allocator);
            case RUN_END_ENCODED -> new NestedCopies.OfRuns(source, target, allocator);
        };
    }

    /**
     * Makes the target's values those of the source at the selected places.
     *
     * @param selection int32 numbers
     */
    abstract void run(long selection, int count);

    /** A buffer of {@code bytes}, the one of that number that was used before if it is large enough. Its content is undefined. */
    final ArrowBuf buffer(int number, long bytes) {
        while (kept.size() <= number) {
            kept.add(null);
        }
        ArrowBuf buffer = kept.get(number);
        if (buffer == null
                || buffer.capacity() < bytes
                || buffer.getReferenceManager().getRefCount() > 1) {
            if (buffer != null) {
                kept.set(number, null);
                buffer.close();
            }
            // What grows grows by steps, or a batch that is a little larger each time would be allocated each time.
            buffer = allocator.buffer(Math.max(Long.BYTES, bytes + bytes / 8));
            kept.set(number, buffer);
        }
        return buffer.slice(0, bytes);
    }

    final void load(int count, int nulls, ArrowBuf... buffers) {
        target.loadFieldBuffers(new ArrowFieldNode(count, nulls), List.of(buffers));
    }

    final void load(int count, int nulls, List<ArrowBuf> buffers) {
        target.loadFieldBuffers(new ArrowFieldNode(count, nulls), buffers);
    }

    final List<VectorCopy> children() {
        List<VectorCopy> children = new ArrayList<>();
        List<FieldVector> from = source.getChildrenFromFields();
        List<FieldVector> to = target.getChildrenFromFields();
        for (int i = 0; i < from.size(); i++) {
            children.add(of(from.get(i), to.get(i), allocator));
        }
        return children;
    }

    /** The bits at the selected places of a bitmap; returns how many are 0. */
    static int copyBits(long bitmap, long selection, int count, long target) {
        int ones = 0;
        for (int from = 0; from < count; from += Byte.SIZE) {
            int bits = 0;
            int end = Math.min(Byte.SIZE, count - from);
            for (int i = 0; i < end; i++) {
                int row = Memory.getInt(selection + (from + i) * 4L);
                bits |= (Memory.getByte(bitmap + (row >>> 3)) >>> (row & 7) & 1) << i;
            }
            Memory.putByte(target + (from >>> 3), (byte) bits);
            ones += Integer.bitCount(bits);
        }
        return count - ones;
    }

    static long bitmapBytes(int count) {
        return (count + 7L) / 8;
    }

    private int nulls;

    /** The validity of the selected values, in the buffer of that number. */
    final ArrowBuf validity(int number, long selection, int count) {
        ArrowBuf validity = buffer(number, bitmapBytes(count));
        if (source.getNullCount() == 0) {
            Memory.fill(validity.memoryAddress(), validity.capacity(), (byte) -1);
            nulls = 0;
        } else {
            nulls = copyBits(source.getValidityBufferAddress(), selection, count, validity.memoryAddress());
        }
        return validity;
    }

    /** How many of what {@link #validity} copied last are null. */
    final int nulls() {
        return nulls;
    }

    @Override
    public void close() {
        for (ArrowBuf buffer : kept) {
            if (buffer != null) {
                buffer.close();
            }
        }
        kept.clear();
    }
}
