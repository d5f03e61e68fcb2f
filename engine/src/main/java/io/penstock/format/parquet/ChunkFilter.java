package io.penstock.format.parquet;

import io.penstock.buffer.OutputBuffer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.BloomFilterAlgorithm;
import org.apache.parquet.format.BloomFilterCompression;
import org.apache.parquet.format.BloomFilterHash;
import org.apache.parquet.format.BloomFilterHeader;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.SplitBlockAlgorithm;
import org.apache.parquet.format.Uncompressed;
import org.apache.parquet.format.XxHash;

/** Makes the bloom filters of one leaf's column chunks: each value of a chunk once, or more often where there is no dictionary. */
final class ChunkFilter implements AutoCloseable {
    /** A leaf in lists may have more values than the row group has rows. */
    private static final long VALUES_OF_A_LIST = 8;

    private final ThriftWriter thrift;
    private final BloomFilter filter;
    private final long mostValues;

    ChunkFilter(
            Node.Leaf leaf, long rowGroupRows, double falsePositives, ThriftWriter thrift, BufferAllocator allocator) {
        this.thrift = thrift;
        mostValues = mostValues(leaf, rowGroupRows);
        filter = new BloomFilter(allocator, falsePositives);
        filter.begin(mostValues);
    }

    private static long mostValues(Node.Leaf leaf, long rowGroupRows) {
        return leaf.repetition() == 0 ? rowGroupRows : VALUES_OF_A_LIST * rowGroupRows;
    }

    /** The memory that the filter of {@code leaf} takes. */
    static long bytes(Node.Leaf leaf, long rowGroupRows, double falsePositives) {
        return BloomFilter.bytes((double) mostValues(leaf, rowGroupRows), falsePositives);
    }

    /** Adds the values of a page that has none of a dictionary. */
    void addPage(StagedValues values) {
        if (values.count > 0) {
            values.addTo(filter);
        }
    }

    /** Adds what is in the dictionary of the chunk, which is then complete. */
    void endChunk(StagedValues values) {
        if (values.hasDictionary()) {
            values.addDictionaryTo(filter);
        }
    }

    /** Puts the filter behind the row group, says so in the metadata of the chunk, and begins the next. */
    void put(OutputBuffer out, ColumnMetaData metadata) {
        filter.fold();
        long offset = out.position();
        thrift.write(
                new BloomFilterHeader(
                        filter.bytes(),
                        BloomFilterAlgorithm.BLOCK(new SplitBlockAlgorithm()),
                        BloomFilterHash.XXHASH(new XxHash()),
                        BloomFilterCompression.UNCOMPRESSED(new Uncompressed())),
                out);
        out.putBytes(filter.address(), filter.bytes());
        metadata.setBloom_filter_offset(offset).setBloom_filter_length(Math.toIntExact(out.position() - offset));
        filter.begin(mostValues);
    }

    @Override
    public void close() {
        filter.close();
    }
}
