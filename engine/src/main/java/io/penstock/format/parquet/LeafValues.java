package io.penstock.format.parquet;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * The values of a leaf on their way from pages to the memory of a vector, which it owns and lends to the vector of each batch. Pages
 * have only the values that are there: they are decoded close together and then moved to the places that the levels give them.
 */
abstract class LeafValues implements AutoCloseable {
    /** What is decoded at a time, so that what lies between two steps stays in the cache. */
    static final int RUN = 4096;

    private final Validity validity;
    private final int threshold;
    int count;

    LeafValues(Node.Leaf leaf, BufferAllocator allocator) {
        validity = new Validity(allocator);
        threshold = leaf.definition();
    }

    /** @throws MalformedPageException if no value of the leaf's physical type can be one of its field's */
    static LeafValues of(Node.Leaf leaf, BufferAllocator allocator) {
        ArrowType type = ParquetTypes.storage(leaf.field().getType());
        return switch (type.getTypeID()) {
            case Null -> new NullValues(leaf, allocator);
            case Bool -> new BooleanValues(leaf, allocator);
            case Utf8, Utf8View, LargeUtf8, Binary, BinaryView, LargeBinary -> new BytesValues(leaf, allocator);
            case Int, FloatingPoint, Decimal, FixedSizeBinary, Date, Time, Timestamp, Interval, Duration ->
                new FixedValues(leaf, allocator);
            case NONE, List, LargeList, ListView, LargeListView, FixedSizeList, Struct, Map, Union, RunEndEncoded ->
                throw new MalformedPageException("a column of values cannot be read as " + type);
        };
    }

    /** Begins a batch of about {@code rows} values. */
    final void begin(int rows) {
        count = 0;
        validity.begin(rows);
        beginValues(rows);
    }

    abstract void beginValues(int rows);

    /** Begins a column chunk, which has no dictionary yet. */
    abstract void beginChunk();

    /** Takes a dictionary page, which counts until the next one. */
    abstract void dictionary(Page page);

    /** Turns to the values of a data page. */
    abstract void page(Page page);

    /**
     * Appends the page's next values.
     *
     * @param levels the definition level of each place, with 8 readable bytes behind them; of no meaning if all are there
     * @param places how many there are to be, {@link #RUN} at most unless all are null
     * @param present how many of them have a value
     */
    final void append(long levels, int places, int present) {
        if (places > Integer.MAX_VALUE - count) {
            throw new BatchTooLargeException((long) count + places);
        }
        validity.require((long) count + places);
        requireValues(count + places);
        decode(present);
        if (present < places) {
            validity.put(count, levels, places, threshold);
            spread(present, places, validity.address());
        }
        count += places;
    }

    /** Makes room for {@code places} in all. */
    abstract void requireValues(int places);

    /** Reads {@code present} values to the places from {@link #count} on. */
    abstract void decode(int present);

    /** Moves them to where they belong among the places from {@link #count} on. */
    abstract void spread(int present, int places, long bitmap);

    /** Passes over values of the page. */
    abstract void skip(int present);

    /** What the batch has by now takes so many bytes. */
    abstract long bytes();

    /** How many bytes a value of the current page takes, about. */
    abstract long bytesPerValue();

    /** Ends a batch: lends the memory to a vector. */
    abstract void load(FieldVector vector);

    final ArrowFieldNode node() {
        return new ArrowFieldNode(count, 0);
    }

    final ArrowBuf validity() {
        return validity.buffer(count);
    }

    static MalformedPageException unknown(Page page, Object type) {
        return new MalformedPageException("values of type " + type + " in the encoding "
                + (page.encoding == null ? "of a number that is not known" : page.encoding));
    }

    @Override
    public void close() {
        validity.close();
    }
}
