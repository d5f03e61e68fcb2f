package io.penstock.format.parquet;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.format.Type;

/** Makes the writer of each leaf, as its type and the options ask for. */
record LeafWriters(
        long rowGroupRows,
        long rowGroupBytes,
        BufferAllocator allocator,
        WriteScratch scratch,
        PageWriter pageWriter,
        PageStore store) {
    /** As other writers have: larger pages gain nothing and cost every reader. */
    private static final long MAX_PAGE_BYTES = 1 << 20;

    private static final long MIN_PAGE_BYTES = 8 << 10;

    /** What all leaves stage together is a part of what a row group may hold. */
    static long pageBytes(long rowGroupBytes, int leaves) {
        return Math.min(MAX_PAGE_BYTES, Math.max(MIN_PAGE_BYTES, rowGroupBytes / (4L * leaves)));
    }

    LeafWriter of(Node.Leaf leaf, int leaves, boolean flat) {
        ArrowType type = ValueTypes.of(leaf.field());
        long pageBytes = pageBytes(rowGroupBytes, leaves);
        Compressor compressor = null;
        Encodings choice = new Encodings(
                null, leaf.element().getType() != Type.BOOLEAN && !(type instanceof ArrowType.Null), false);
        PageLevels levels = flat
                ? new FlatLevels(allocator, leaf.definition())
                : new NestedLevels(allocator, leaf.definition(), leaf.repetition());
        StagedValues values = leaf.element().getType() == Type.BYTE_ARRAY
                ? new StagedBytes(BytesSource.of(type), choice, scratch, pageBytes, allocator)
                : new StagedFixed(
                        leaf.element().getType(),
                        FixedSource.of(type, leaf.element()),
                        choice,
                        scratch,
                        pageBytes,
                        compressor,
                        allocator);
        return new LeafWriter(
                leaf,
                Codec.NONE,
                compressor,
                pageBytes,
                rowGroupRows,
                levels,
                values,
                Bounds.of(type, leaf.element()),
                pageWriter,
                scratch,
                store);
    }
}
