package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import io.penstock.format.VectorMemory;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/** The values of a leaf of byte arrays: text or binary, with offsets of 32 or 64 bits or as views. */
final class BytesValues extends LeafValues {
    /** How a vector says where its values lie. */
    private enum Layout {
        INT_OFFSETS,
        LONG_OFFSETS,
        VIEWS
    }

    private static final int VIEW_BYTES = 16;
    private static final int INLINE_BYTES = 12;

    private final Type type;
    private final Layout layout;
    private final BytesTarget values;
    private final BytesTarget dictionary;
    private final Indices indices;
    private final BytesCursors cursors;

    /** 64-bit offsets or views. */
    private final VectorMemory places;

    private int entries = -1;
    private int longest;

    /** What the current page is read with; null for {@link #indices}. */
    private BytesCursor cursor;

    private long bytesPerValue = Integer.BYTES;

    BytesValues(Node.Leaf leaf, BufferAllocator allocator) {
        super(leaf, allocator);
        type = leaf.element().getType();
        ArrowType field = ParquetTypes.storage(leaf.field().getType());
        if (type != Type.BYTE_ARRAY) {
            throw new MalformedPageException("values of type " + type + " cannot be read as " + field);
        }
        layout = layout(field);
        values = new BytesTarget(allocator);
        dictionary = new BytesTarget(allocator);
        indices = new Indices(allocator);
        cursors = new BytesCursors(type, allocator);
        places = new VectorMemory(allocator);
    }

    private static Layout layout(ArrowType type) {
        if (type instanceof ArrowType.LargeUtf8 || type instanceof ArrowType.LargeBinary) {
            return Layout.LONG_OFFSETS;
        }
        boolean views = type instanceof ArrowType.Utf8View || type instanceof ArrowType.BinaryView;
        return views ? Layout.VIEWS : Layout.INT_OFFSETS;
    }

    @Override
    void beginValues(int rows) {
        values.begin(rows, 0);
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
        long bytes = page.valuesEnd - page.values - 4L * page.count;
        if (bytes < 0) {
            throw new MalformedPageException(
                    "a dictionary of " + page.count + " byte arrays in " + (page.valuesEnd - page.values) + " bytes");
        }
        dictionary.begin(page.count, bytes);
        BytesCursor plain = cursors.of(page);
        plain.begin(page.values, page.valuesEnd, page.count);
        plain.read(page.count, dictionary);
        entries = page.count;
        longest = 0;
        for (int i = 0; i < entries; i++) {
            longest = Math.max(longest, length(dictionary.offsets() + 4L * i));
        }
    }

    private static int length(long offset) {
        return Memory.getInt(offset + 4) - Memory.getInt(offset);
    }

    @Override
    void page(Page page) {
        if (page.encoding == Encoding.PLAIN_DICTIONARY || page.encoding == Encoding.RLE_DICTIONARY) {
            indices.begin(page, entries);
            cursor = null;
            bytesPerValue = (long) Integer.BYTES + longest;
        } else {
            if (page.encoding == null) {
                throw unknown(page, type);
            }
            cursor = cursors.of(page);
            cursor.begin(page.values, page.valuesEnd, page.count);
            bytesPerValue = Integer.BYTES + (page.valuesEnd - page.values) / Math.max(1, page.count);
        }
    }

    @Override
    void requireValues(int count) {
        values.requireEnds(count - values.count());
    }

    @Override
    void decode(int present) {
        if (cursor == null) {
            gather(indices.next(present), present);
        } else {
            cursor.read(present, values);
        }
    }

    private void gather(long index, int present) {
        if (longest <= BytesTarget.SLACK) {
            gatherShort(index, present);
            return;
        }
        long offsets = dictionary.offsets();
        long ends = values.requireEnds(present);
        long end = values.used();
        for (int i = 0; i < present; i++) {
            end += length(offsets + 4L * Memory.getInt(index + 4L * i));
            Memory.putInt(ends + 4L * i, (int) end);
        }
        long bytes = end - values.used();
        long target = values.requireBytes(bytes);
        long data = dictionary.data();
        long dataEnd = data + dictionary.used();
        for (int i = 0; i < present; i++) {
            long entry = offsets + 4L * Memory.getInt(index + 4L * i);
            int length = length(entry);
            Words.copyLoosely(data + Memory.getInt(entry), dataEnd, target, length);
            target += length;
        }
        values.advance(present, bytes);
    }

    /** Whatever the lengths are, the same words are copied: where those are mixed, a wrong guess would cost more. */
    private void gatherShort(long index, int present) {
        long offsets = dictionary.offsets();
        long data = dictionary.data();
        boolean isShort = longest <= 2 * Long.BYTES;
        long ends = values.requireEnds(present);
        long target = values.requireBytes((long) longest * present);
        long base = target - values.used();
        for (int i = 0; i < present; i++) {
            // An offset and the next one.
            long offset = Memory.getLong(offsets + 4L * Memory.getInt(index + 4L * i));
            long from = data + (int) offset;
            Memory.putLong(target, Memory.getLong(from));
            Memory.putLong(target + 8, Memory.getLong(from + 8));
            if (!isShort) {
                Memory.putLong(target + 16, Memory.getLong(from + 16));
                Memory.putLong(target + 24, Memory.getLong(from + 24));
                Memory.putLong(target + 32, Memory.getLong(from + 32));
                Memory.putLong(target + 40, Memory.getLong(from + 40));
            }
            target += (int) (offset >>> 32) - (int) offset;
            Memory.putInt(ends + 4L * i, (int) (target - base));
        }
        values.advance(present, target - base - values.used());
    }

    @Override
    void spread(int present, int count, long bitmap) {
        Spread.ends(values.offsets() + 4L * (this.count + 1L), present, count, bitmap, this.count);
        values.advance(count - present, 0);
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
        return values.used() + 4L * count;
    }

    @Override
    long bytesPerValue() {
        return bytesPerValue;
    }

    @Override
    void load(FieldVector vector) {
        VectorMemory data = values.dataMemory();
        switch (layout) {
            case INT_OFFSETS ->
                vector.loadFieldBuffers(
                        node(), List.of(validity(), values.offsetMemory().buffer(), data.buffer()));
            case LONG_OFFSETS -> {
                widenOffsets();
                vector.loadFieldBuffers(node(), List.of(validity(), places.buffer(), data.buffer()));
            }
            case VIEWS -> {
                makeViews();
                vector.loadFieldBuffers(node(), List.of(validity(), places.buffer(), data.buffer()));
            }
        }
    }

    private void widenOffsets() {
        places.begin(8L * (count + 1L));
        long from = values.offsets();
        long to = places.address();
        for (int i = 0; i <= count; i++) {
            Memory.putLong(to + 8L * i, Memory.getInt(from + 4L * i));
        }
    }

    private void makeViews() {
        places.begin((long) VIEW_BYTES * count);
        long offsets = values.offsets();
        for (int i = 0; i < count; i++) {
            int from = Memory.getInt(offsets + 4L * i);
            int length = Memory.getInt(offsets + 4L * i + 4) - from;
            long bytes = values.data() + from;
            long view = places.address() + (long) VIEW_BYTES * i;
            Memory.putInt(view, length);
            if (length <= INLINE_BYTES) {
                Memory.fill(view + 4, INLINE_BYTES, (byte) 0);
                Memory.copy(bytes, view + 4, length);
            } else {
                Memory.putInt(view + 4, Memory.getInt(bytes));
                Memory.putInt(view + 8, 0);
                Memory.putInt(view + 12, from);
            }
        }
    }

    @Override
    public void close() {
        super.close();
        values.close();
        dictionary.close();
        indices.close();
        cursors.close();
        places.close();
    }
}
