package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import io.penstock.format.VectorMemory;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/**
 * The values of a leaf that have one width in the vector. Where that is their physical form too, pages are decoded straight into the
 * vector's memory; a dictionary is brought into the vector's form once.
 */
final class FixedValues extends LeafValues {
    private final Type type;
    private final Conversion conversion;
    private final int width;
    private final VectorMemory values;
    private final Scratch staging;
    private final Scratch dictionary;
    private final Indices indices;
    private final ArrayCursor arrays;
    private final FixedCursor plain;
    private FixedCursor delta;
    private FixedCursor split;
    private int entries = -1;

    /** What the current page is read with; null for {@link #indices}. */
    private FixedCursor cursor;

    /** Whether {@link #cursor} gives values in the vector's form. */
    private boolean direct;

    FixedValues(Node.Leaf leaf, BufferAllocator allocator) {
        super(leaf, allocator);
        type = leaf.element().getType();
        conversion = Conversion.of(leaf);
        width = conversion.targetWidth();
        values = new VectorMemory(allocator);
        staging = new Scratch(allocator);
        dictionary = new Scratch(allocator);
        indices = new Indices(allocator);
        arrays = new ArrayCursor(type, conversion, allocator);
        plain = type == Type.BYTE_ARRAY ? arrays : new FixedCursor.Plain(conversion.sourceWidth());
    }

    @Override
    void beginValues(int rows) {
        values.begin((long) width * rows);
    }

    @Override
    void beginChunk() {
        entries = -1;
    }

    @Override
    void dictionary(Page page) {
        if (page.encoding != Encoding.PLAIN && page.encoding != Encoding.PLAIN_DICTIONARY) {
            throw unknown(page, "dictionary");
        }
        int smallest = type == Type.BYTE_ARRAY ? Integer.BYTES : conversion.sourceWidth();
        if ((long) smallest * page.count > page.valuesEnd - page.values) {
            throw new MalformedPageException(
                    "a dictionary of " + page.count + " values in " + (page.valuesEnd - page.values) + " bytes");
        }
        page.encoding = Encoding.PLAIN;
        turnTo(page);
        long target = dictionary.ensure((long) width * page.count);
        for (int done = 0; done < page.count; done += RUN) {
            read(Math.min(RUN, page.count - done), target + (long) width * done);
        }
        entries = page.count;
    }

    @Override
    void page(Page page) {
        if (page.encoding == Encoding.PLAIN_DICTIONARY || page.encoding == Encoding.RLE_DICTIONARY) {
            indices.begin(page, entries);
            cursor = null;
        } else {
            turnTo(page);
        }
    }

    private void turnTo(Page page) {
        cursor = cursor(page);
        direct = conversion.kind() == Conversion.Kind.COPY || type == Type.BYTE_ARRAY;
        if (cursor == arrays) {
            arrays.begin(page);
        } else {
            cursor.begin(page.values, page.valuesEnd, page.count);
        }
    }

    private FixedCursor cursor(Page page) {
        if (page.encoding == null) {
            throw unknown(page, type);
        }
        switch (page.encoding) {
            case PLAIN -> {
                return plain;
            }
            case DELTA_BINARY_PACKED -> {
                if (type == Type.INT32 || type == Type.INT64) {
                    delta = delta == null ? new FixedCursor.Delta(conversion.sourceWidth()) : delta;
                    return delta;
                }
            }
            case BYTE_STREAM_SPLIT -> {
                if (type != Type.INT96 && type != Type.BYTE_ARRAY) {
                    split = split == null ? new FixedCursor.Split(conversion.sourceWidth()) : split;
                    return split;
                }
            }
            case DELTA_BYTE_ARRAY, DELTA_LENGTH_BYTE_ARRAY -> {
                if (type == Type.BYTE_ARRAY
                        || type == Type.FIXED_LEN_BYTE_ARRAY && page.encoding == Encoding.DELTA_BYTE_ARRAY) {
                    return arrays;
                }
            }
            case PLAIN_DICTIONARY, RLE_DICTIONARY, RLE, BIT_PACKED -> {}
        }
        throw unknown(page, type);
    }

    @Override
    void requireValues(int places) {
        BatchTooLargeException.grow(values, (long) width * places, (long) width * count);
    }

    @Override
    void decode(int present) {
        long target = values.address() + (long) width * count;
        if (cursor == null) {
            gather(indices.next(present), present, target);
        } else {
            read(present, target);
        }
    }

    /** Reads values in the vector's form. */
    private void read(int present, long target) {
        if (direct) {
            cursor.read(present, target);
        } else {
            long physical = staging.ensure((long) conversion.sourceWidth() * present);
            cursor.read(present, physical);
            conversion.convert(physical, present, target);
        }
    }

    private void gather(long index, int present, long target) {
        long from = dictionary.address();
        switch (width) {
            case 4 -> {
                for (int i = 0; i < present; i++) {
                    Memory.putInt(target + 4L * i, Memory.getInt(from + 4L * Memory.getInt(index + 4L * i)));
                }
            }
            case 8 -> {
                for (int i = 0; i < present; i++) {
                    Memory.putLong(target + 8L * i, Memory.getLong(from + 8L * Memory.getInt(index + 4L * i)));
                }
            }
            case 16 -> {
                for (int i = 0; i < present; i++) {
                    long entry = from + 16L * Memory.getInt(index + 4L * i);
                    Memory.putLong(target + 16L * i, Memory.getLong(entry));
                    Memory.putLong(target + 16L * i + 8, Memory.getLong(entry + 8));
                }
            }
            default -> {
                for (int i = 0; i < present; i++) {
                    Memory.copy(from + (long) width * Memory.getInt(index + 4L * i), target + (long) width * i, width);
                }
            }
        }
    }

    @Override
    void spread(int present, int places, long bitmap) {
        Spread.values(values.address() + (long) width * count, width, present, places, bitmap, count);
    }

    @Override
    void skip(int present) {
        if (cursor == null) {
            indices.skip(present);
        } else {
            cursor.skip(present);
        }
    }

    @Override
    long bytes() {
        return (long) width * count;
    }

    @Override
    long bytesPerValue() {
        return width;
    }

    @Override
    void load(FieldVector vector) {
        vector.loadFieldBuffers(node(), List.of(validity(), values.buffer()));
    }

    @Override
    public void close() {
        super.close();
        values.close();
        staging.close();
        dictionary.close();
        indices.close();
        arrays.close();
    }
}
