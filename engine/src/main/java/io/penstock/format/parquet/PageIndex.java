package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.parquet.format.BloomFilterHeader;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageLocation;
import shaded.parquet.org.apache.thrift.TBase;

/**
 * Reads what lies beside the pages of a file to find those that are wanted: column indexes, offset indexes and bloom filters. What is
 * broken or too large there is taken for missing, since the pages can be read without. One thread at a time.
 */
final class PageIndex implements AutoCloseable {
    /** An index of a million pages; on the heap it becomes several times as large. */
    private static final int MAX_BYTES = 16 << 20;

    /** Longer than a header of this version can be. */
    private static final int MAX_HEADER_BYTES = 256;

    private final Input input;
    private final ThriftReader thrift = new ThriftReader();
    private final Scratch scratch;

    PageIndex(Input input, BufferAllocator allocator) {
        this.input = input;
        this.scratch = new Scratch(allocator);
    }

    /**
     * The pages of a chunk.
     *
     * @param rows the first of each page, and then how many the row group has
     */
    record Pages(ColumnIndex index, long[] rows) {
        int count() {
            return rows.length - 1;
        }
    }

    /** The pages of a chunk of {@code rows} rows; null if they are not known. */
    Pages pages(ColumnChunk chunk, long rows) throws IOException {
        if (!chunk.isSetColumn_index_offset() || !chunk.isSetOffset_index_offset()) {
            return null;
        }
        OffsetIndex offsets = read(new OffsetIndex(), chunk.getOffset_index_offset(), chunk.getOffset_index_length());
        ColumnIndex index = read(new ColumnIndex(), chunk.getColumn_index_offset(), chunk.getColumn_index_length());
        if (offsets == null || index == null) {
            return null;
        }
        long[] first = firstRows(offsets.getPage_locations(), rows);
        int count = offsets.getPage_locationsSize();
        boolean complete = first != null
                && index.getNull_pagesSize() == count
                && index.getMin_valuesSize() == count
                && index.getMax_valuesSize() == count
                && (!index.isSetNull_counts() || index.getNull_countsSize() == count)
                && (!index.isSetNan_counts() || index.getNan_countsSize() == count);
        return complete ? new Pages(index, first) : null;
    }

    /** The first row of each page, and then {@code rows}; null if they are not in order. */
    static long[] firstRows(List<PageLocation> pages, long rows) {
        long[] first = new long[pages.size() + 1];
        for (int i = 0; i < pages.size(); i++) {
            first[i] = pages.get(i).getFirst_row_index();
            if (i == 0 ? first[i] != 0 : first[i] < first[i - 1]) {
                return null;
            }
        }
        first[pages.size()] = rows;
        return pages.isEmpty() || first[pages.size() - 1] > rows ? null : first;
    }

    private <T extends TBase<?, ?>> T read(T struct, long offset, int length) throws IOException {
        if (!isSound(offset, length)) {
            return null;
        }
        try {
            Optional<Input.View> shown = input.view(offset, length);
            if (shown.isPresent()) {
                try (Input.View view = shown.get()) {
                    return thrift.read(struct, view.address(), view.address() + length);
                }
            }
            long address = scratch.ensure(length);
            fetch(offset, address, length);
            return thrift.read(struct, address, address + length);
        } catch (MalformedPageException | OutOfMemoryException e) {
            // The reader's memory is for its batches.
            return null;
        }
    }

    /** Where the data pages of some chunks of a row group are; null in place of each for which that is not known. */
    List<PageLocations> locations(List<ColumnChunk> chunks, List<Extent> extents, long rows) throws IOException {
        List<OffsetIndex> indexes = offsetIndexes(chunks);
        List<PageLocations> locations = new ArrayList<>(chunks.size());
        for (int i = 0; i < chunks.size(); i++) {
            OffsetIndex index = indexes.get(i);
            locations.add(index == null ? null : PageLocations.of(index, rows, extents.get(i)));
        }
        return locations;
    }

    /** All at once, for they are neighbours. */
    private List<OffsetIndex> offsetIndexes(List<ColumnChunk> chunks) throws IOException {
        List<OffsetIndex> indexes = new ArrayList<>(Collections.nCopies(chunks.size(), null));
        long bytes = 0;
        for (ColumnChunk chunk : chunks) {
            bytes += isSound(chunk) ? chunk.getOffset_index_length() : 0;
        }
        if (bytes > MAX_BYTES) {
            return indexes;
        }
        long address;
        try {
            address = scratch.ensure(bytes);
        } catch (OutOfMemoryException e) {
            // The reader's memory is for its batches.
            return indexes;
        }
        List<Input.Range> ranges = new ArrayList<>();
        long at = address;
        for (ColumnChunk chunk : chunks) {
            if (isSound(chunk)) {
                int length = chunk.getOffset_index_length();
                ranges.add(new Input.Range(chunk.getOffset_index_offset(), Memory.view(at, length)));
                at += length;
            }
        }
        input.read(ranges);
        at = address;
        for (int i = 0; i < chunks.size(); i++) {
            if (isSound(chunks.get(i))) {
                int length = chunks.get(i).getOffset_index_length();
                indexes.set(i, decoded(new OffsetIndex(), at, length));
                at += length;
            }
        }
        return indexes;
    }

    private boolean isSound(ColumnChunk chunk) {
        return chunk.isSetOffset_index_offset()
                && isSound(chunk.getOffset_index_offset(), chunk.getOffset_index_length());
    }

    private boolean isSound(long offset, int length) {
        return length > 0 && length <= MAX_BYTES && offset >= 0 && offset <= input.size() - length;
    }

    /** Null if it is broken. */
    private <T extends TBase<?, ?>> T decoded(T struct, long address, int length) {
        try {
            return thrift.read(struct, address, address + length);
        } catch (MalformedPageException e) {
            return null;
        }
    }

    /** A bloom filter in the file, of which a value needs one block. */
    record Filter(long offset, int bytes) {}

    /** The bloom filter of a chunk; null if there is none that can be used. */
    Filter filter(ColumnMetaData chunk) throws IOException {
        if (!chunk.isSetBloom_filter_offset()) {
            return null;
        }
        long offset = chunk.getBloom_filter_offset();
        int length = (int) Math.min(MAX_HEADER_BYTES, input.size() - offset);
        if (offset < 0 || length <= 0) {
            return null;
        }
        long address = scratch.ensure(length);
        fetch(offset, address, length);
        BloomFilterHeader header = new BloomFilterHeader();
        try {
            thrift.read(header, address, address + length);
        } catch (MalformedPageException e) {
            return null;
        }
        long begin = offset + (thrift.position() - address);
        int bytes = header.getNumBytes();
        boolean usable = header.getAlgorithm() != null
                && header.getAlgorithm().isSetBLOCK()
                && header.getHash() != null
                && header.getHash().isSetXXHASH()
                && header.getCompression() != null
                && header.getCompression().isSetUNCOMPRESSED()
                && bytes > 0
                && bytes % BloomFilter.BLOCK_BYTES == 0
                && begin <= input.size() - bytes;
        return usable ? new Filter(begin, bytes) : null;
    }

    /** Whether a value of this PLAIN form, without its length, may be in the chunk. */
    boolean mayContain(Filter filter, byte[] value) throws IOException {
        int block = BloomFilter.BLOCK_BYTES;
        long address = scratch.ensure(Math.max(block, value.length));
        Memory.copy(value, 0, address, value.length);
        long hash = hash(address, value.length);
        long blocks = filter.bytes() / block;
        long offset = filter.offset() + block * ((hash >>> 32) * blocks >>> 32);
        fetch(offset, address, block);
        return BloomFilter.mayContain(address, block, hash);
    }

    /** As a list, which asks for nothing but that: what lies behind it may not be wanted. */
    private void fetch(long offset, long address, int length) throws IOException {
        input.read(List.of(new Input.Range(offset, Memory.view(address, length))));
    }

    private static long hash(long address, int length) {
        return XxHash64.hash(address, length);
    }

    @Override
    public void close() {
        scratch.close();
    }
}
