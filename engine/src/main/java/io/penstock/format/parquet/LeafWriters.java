package io.penstock.format.parquet;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/** Makes the writer of each leaf as its type and the options ask for. */
final class LeafWriters {
    /** As other writers have: larger pages gain nothing and cost every reader. */
    private static final long MAX_PAGE_BYTES = 1 << 20;

    private static final long MIN_PAGE_BYTES = 8 << 10;

    private final ParquetOptions options;
    private final BufferAllocator allocator;
    private final PageCrew crew;
    private final ThriftWriter thrift;
    private final DictionaryRoom room;

    LeafWriters(
            ParquetOptions options,
            BufferAllocator allocator,
            PageCrew crew,
            ThriftWriter thrift,
            DictionaryRoom room) {
        this.options = options;
        this.allocator = allocator;
        this.crew = crew;
        this.thrift = thrift;
        this.room = room;
    }

    /** What all leaves stage together is a part of what a row group may hold. */
    static long pageBytes(long rowGroupBytes, int leaves) {
        return Math.min(MAX_PAGE_BYTES, Math.max(MIN_PAGE_BYTES, rowGroupBytes / (4L * Math.max(1, leaves))));
    }

    /**
     * The writer of {@code leaf}.
     *
     * @param leaves how many there are
     * @param flat whether the slots of its vectors are rows
     */
    LeafWriter of(Node.Leaf leaf, int leaves, boolean flat) {
        ParquetOptions.Column column = options.column(leaf);
        ArrowType type = ValueTypes.of(leaf.field());
        long pageBytes = pageBytes(options.rowGroupBytes(), leaves);
        PageLevels levels = flat
                ? new FlatLevels(allocator, leaf.definition())
                : new NestedLevels(allocator, leaf.definition(), leaf.repetition());
        return new LeafWriter(
                leaf,
                column.compression(),
                pageBytes,
                options.rowGroupRows(),
                levels,
                values(leaf, type, encodings(leaf, type, column), column.compression(), pageBytes),
                Bounds.of(type, leaf.element()),
                filter(leaf, column.bloom()),
                crew,
                PageWriter.dataPage(options.pageVersion() == 2));
    }

    private ChunkFilter filter(Node.Leaf leaf, double falsePositives) {
        return falsePositives == 0
                ? null
                : new ChunkFilter(leaf, options.rowGroupRows(), falsePositives, thrift, allocator);
    }

    private static Encodings encodings(Node.Leaf leaf, ArrowType type, ParquetOptions.Column column) {
        boolean other = column.encoding() != null && column.encoding() != Encoding.RLE_DICTIONARY;
        boolean pointless = leaf.element().getType() == Type.BOOLEAN || type instanceof ArrowType.Null;
        boolean thorough = switch (column.compression().codec()) {
            case ZSTD, GZIP -> true;
            case NONE, SNAPPY, LZ4_RAW, LZ4 -> false;
        };
        return new Encodings(column.encoding(), column.dictionary() && !other && !pointless, thorough);
    }

    private StagedValues values(
            Node.Leaf leaf, ArrowType type, Encodings choice, ParquetOptions.Compression compression, long pageBytes) {
        return leaf.element().getType() == Type.BYTE_ARRAY
                ? new StagedBytes(BytesSource.of(type), choice, pageBytes, room, allocator)
                : new StagedFixed(
                        leaf.element().getType(),
                        FixedSource.of(type, leaf.element()),
                        choice,
                        pageBytes,
                        compression,
                        allocator);
    }
}
