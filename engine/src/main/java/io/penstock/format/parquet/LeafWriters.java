package io.penstock.format.parquet;

import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/** Makes the writer of each leaf as its type and the options ask for, and owns the compressors that leaves share. */
final class LeafWriters implements AutoCloseable {
    /** As other writers have: larger pages gain nothing and cost every reader. */
    private static final long MAX_PAGE_BYTES = 1 << 20;

    private static final long MIN_PAGE_BYTES = 8 << 10;

    private final ParquetOptions options;
    private final BufferAllocator allocator;
    private final WriteScratch scratch;
    private final PageWriter pageWriter;
    private final PageStore store;
    private final ThriftWriter thrift;
    private final DictionaryRoom room;
    private final Map<ParquetOptions.Compression, Compressor> compressors = new HashMap<>();

    LeafWriters(
            ParquetOptions options,
            BufferAllocator allocator,
            WriteScratch scratch,
            PageWriter pageWriter,
            PageStore store,
            ThriftWriter thrift) {
        this.options = options;
        this.allocator = allocator;
        this.scratch = scratch;
        this.pageWriter = pageWriter;
        this.store = store;
        this.thrift = thrift;
        this.room = new DictionaryRoom(options.rowGroupBytes() / 8);
    }

    /** What all leaves stage together is a part of what a row group may hold. */
    static long pageBytes(long rowGroupBytes, int leaves) {
        return Math.min(MAX_PAGE_BYTES, Math.max(MIN_PAGE_BYTES, rowGroupBytes / (4L * leaves)));
    }

    /**
     * The writer of {@code leaf}.
     *
     * @param leaves how many there are
     * @param flat whether the slots of its vectors are rows
     */
    LeafWriter of(Node.Leaf leaf, int leaves, boolean flat) {
        ParquetOptions.Column column = options.column(leaf);
        ParquetOptions.Compression compression = column.compression();
        Compressor compressor = compression.codec() == Codec.NONE
                ? null
                : compressors.computeIfAbsent(compression, key -> Compressor.of(key.codec(), key.level()));
        ArrowType type = ValueTypes.of(leaf.field());
        long pageBytes = pageBytes(options.rowGroupBytes(), leaves);
        PageLevels levels = flat
                ? new FlatLevels(allocator, leaf.definition())
                : new NestedLevels(allocator, leaf.definition(), leaf.repetition());
        return new LeafWriter(
                leaf,
                compression.codec(),
                compressor,
                pageBytes,
                options.rowGroupRows(),
                levels,
                values(leaf, type, encodings(leaf, type, column), compressor, pageBytes),
                Bounds.of(type, leaf.element()),
                filter(leaf, column.bloom()),
                pageWriter,
                scratch,
                store);
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
            Node.Leaf leaf, ArrowType type, Encodings choice, Compressor compressor, long pageBytes) {
        return leaf.element().getType() == Type.BYTE_ARRAY
                ? new StagedBytes(BytesSource.of(type), choice, scratch, pageBytes, room, allocator)
                : new StagedFixed(
                        leaf.element().getType(),
                        FixedSource.of(type, leaf.element()),
                        choice,
                        scratch,
                        pageBytes,
                        compressor,
                        allocator);
    }

    @Override
    public void close() {
        compressors.values().forEach(Compressor::close);
        compressors.clear();
    }
}
