package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;

/**
 * Walks through the pages of one column chunk after the other. It holds one page, decompressed, and believes no size before it has held
 * it against the chunk and against what the codec can do. What is wrong is a {@link MalformedPageException}.
 */
final class ChunkPages implements AutoCloseable {
    /** Headers have the bounds of their page's values in them, so that some are long. */
    private static final long HEADER_BYTES = 4 << 10;

    private final ChunkBytes bytes;
    private final Decompressor decompressor;
    private final ThriftReader thrift;
    private final PageChecksum checksum = new PageChecksum();
    private final Scratch decompressed;
    private final Page page = new Page();
    private Node.Leaf leaf;
    private Codec codec;

    /** Where the current page's header begins. */
    private long offset;

    /** Null if the page was not read, because no row of it is wanted. */
    private PageHeader header;

    private long body;
    private long next;

    /** What was read of the chunk; null if it is all there. */
    private FetchedPages fetched;

    /** Of the current page, by the index; -1 if only the page itself says it. */
    private int rowsByIndex;

    ChunkPages(Input input, BufferAllocator allocator, Decompressor decompressor, ThriftReader thrift) {
        this.bytes = new ChunkBytes(input, allocator);
        this.decompressor = decompressor;
        this.thrift = thrift;
        this.decompressed = new Scratch(allocator);
    }

    /** Begins a chunk; {@code address} is where it is in memory, if it is. */
    void open(Node.Leaf ofLeaf, ColumnMetaData chunk, Extent extent, long address) throws IOException {
        begin(ofLeaf, chunk, extent);
        fetched = null;
        bytes.open(extent, address);
    }

    /** Begins a chunk of which some pages are in memory and the others are not wanted. */
    void open(Node.Leaf ofLeaf, ColumnMetaData chunk, Extent extent, FetchedPages pages) {
        begin(ofLeaf, chunk, extent);
        fetched = pages;
        bytes.open(extent, pages);
    }

    private void begin(Node.Leaf ofLeaf, ColumnMetaData chunk, Extent extent) {
        leaf = ofLeaf;
        offset = extent.from();
        next = extent.from();
        header = null;
        rowsByIndex = -1;
        codec = Codec.of(chunk.getCodec());
    }

    /** Where the header of the page begins that was looked at last. */
    long offset() {
        return offset;
    }

    /**
     * Reads the header of the next page that holds anything, and not yet its body. Of a page that was not read it knows nothing but its
     * {@link #rows}. Returns false at the end of the chunk.
     */
    boolean peek() throws IOException {
        while (next < bytes.end()) {
            offset = next;
            rowsByIndex = fetched == null ? -1 : fetched.locations().rowsAt(offset);
            if (rowsByIndex >= 0 && !fetched.isThere(offset)) {
                header = null;
                next = fetched.locations().end(offset);
                return true;
            }
            readHeader();
            if (header.getType() != PageType.INDEX_PAGE) {
                requireIndexed();
                return true;
            }
        }
        return false;
    }

    private void requireIndexed() {
        if (rowsByIndex >= 0 && (isDictionary() || rows() != rowsByIndex)) {
            throw new MalformedPageException("it is another page than the offset index says");
        }
    }

    private void readHeader() throws IOException {
        long left = (fetched == null ? bytes.end() : fetched.end(offset)) - offset;
        if (left <= 0) {
            throw new MalformedPageException("a page where the offset index has none");
        }
        for (long tried = Math.min(left, HEADER_BYTES); ; tried = Math.min(left, 4 * tried)) {
            long address = bytes.at(offset, tried);
            try {
                header = thrift.read(new PageHeader(), address, address + tried);
                body = offset + (thrift.position() - address);
                break;
            } catch (MalformedPageException e) {
                if (tried == left) {
                    throw e;
                }
            }
        }
        if (header.getType() == null) {
            throw new MalformedPageException("a page of an unknown type");
        }
        int stored = header.getCompressed_page_size();
        if (stored < 0 || stored > bytes.end() - body || header.getUncompressed_page_size() < 0) {
            throw new MalformedPageException("a page of " + stored + " bytes, " + header.getUncompressed_page_size()
                    + " when decompressed, where the column chunk has " + (bytes.end() - body) + " left");
        }
        next = body + stored;
    }

    boolean isDictionary() {
        return header != null && header.getType() == PageType.DICTIONARY_PAGE;
    }

    /** How many values the page has that was looked at. */
    int count() {
        if (header == null) {
            return rowsByIndex;
        }
        int count = switch (header.getType()) {
            case DATA_PAGE -> dataHeader().getNum_values();
            case DATA_PAGE_V2 -> dataHeaderV2().getNum_values();
            case DICTIONARY_PAGE -> dictionaryHeader().getNum_values();
            case INDEX_PAGE -> 0;
        };
        if (count < 0) {
            throw new MalformedPageException("a page of " + count + " values");
        }
        return count;
    }

    /** How many rows begin in the page that was looked at; -1 where its header does not say. */
    int rows() {
        if (header == null) {
            return rowsByIndex;
        }
        if (header.getType() != PageType.DATA_PAGE_V2) {
            return leaf.repetition() == 0 ? count() : -1;
        }
        int rows = dataHeaderV2().getNum_rows();
        if (rows < 0 || rows > count() || leaf.repetition() == 0 && rows != count()) {
            throw new MalformedPageException("a page of " + rows + " rows with " + count() + " values");
        }
        return rows;
    }

    private DataPageHeader dataHeader() {
        DataPageHeader data = header.getData_page_header();
        if (data == null) {
            throw new MalformedPageException("a data page without a header for it");
        }
        return data;
    }

    private DataPageHeaderV2 dataHeaderV2() {
        DataPageHeaderV2 data = header.getData_page_header_v2();
        if (data == null) {
            throw new MalformedPageException("a data page of version 2 without a header for it");
        }
        return data;
    }

    private DictionaryPageHeader dictionaryHeader() {
        DictionaryPageHeader dictionary = header.getDictionary_page_header();
        if (dictionary == null) {
            throw new MalformedPageException("a dictionary page without a header for it");
        }
        return dictionary;
    }

    /** Brings what {@link #peek} saw into memory. */
    Page load() throws IOException {
        if (header == null) {
            throw new MalformedPageException("rows are wanted that the offset index has in other pages");
        }
        int stored = header.getCompressed_page_size();
        long address = bytes.at(body, stored);
        if (header.isSetCrc()) {
            int found = checksum.add(address, stored).finish();
            if (found != header.getCrc()) {
                throw new MalformedPageException("its checksum is " + Integer.toHexString(found)
                        + " where the header says " + Integer.toHexString(header.getCrc()));
            }
        }
        page.count = count();
        page.repetitionEncoding = null;
        page.definitionEncoding = null;
        switch (header.getType()) {
            case DATA_PAGE -> loadData(dataHeader(), address, stored);
            case DATA_PAGE_V2 -> loadDataV2(dataHeaderV2(), address, stored);
            case DICTIONARY_PAGE -> loadDictionary(dictionaryHeader(), address, stored);
            case INDEX_PAGE -> throw new IllegalStateException("a page without values");
        }
        return page;
    }

    private void loadDictionary(DictionaryPageHeader dictionary, long address, int stored) {
        page.rows = 0;
        page.encoding = dictionary.getEncoding();
        decompress(address, stored, header.getUncompressed_page_size(), true);
    }

    private void loadData(DataPageHeader data, long address, int stored) {
        page.rows = rows();
        page.encoding = data.getEncoding();
        decompress(address, stored, header.getUncompressed_page_size(), true);
        if (leaf.repetition() > 0) {
            page.repetitionEncoding = data.getRepetition_level_encoding();
            page.repetitions = levels(page.repetitionEncoding, leaf.repetition());
            page.repetitionsEnd = page.values;
        }
        if (leaf.definition() > 0) {
            page.definitionEncoding = data.getDefinition_level_encoding();
            page.definitions = levels(page.definitionEncoding, leaf.definition());
            page.definitionsEnd = page.values;
        }
    }

    /** Takes the levels from the front of the values; returns where they begin. */
    private long levels(Encoding encoding, int max) {
        long start = page.values;
        long left = page.valuesEnd - start;
        if (encoding == Encoding.BIT_PACKED) {
            long length = LegacyBitPacked.bytes(page.count, LevelRuns.bitWidth(max));
            requireLevels(length, left);
            page.values = start + length;
            return start;
        }
        if (encoding != Encoding.RLE) {
            throw new MalformedPageException("levels in the encoding " + encoding);
        }
        requireLevels(Integer.BYTES, left);
        long length = Integer.toUnsignedLong(Memory.getInt(start));
        requireLevels(length, left - Integer.BYTES);
        page.values = start + Integer.BYTES + length;
        return start + Integer.BYTES;
    }

    private static void requireLevels(long length, long left) {
        if (length > left) {
            throw new MalformedPageException("levels of " + length + " bytes where the page has " + left + " left");
        }
    }

    private void loadDataV2(DataPageHeaderV2 data, long address, int stored) {
        long repetitionBytes = data.getRepetition_levels_byte_length();
        long definitionBytes = data.getDefinition_levels_byte_length();
        long levelBytes = repetitionBytes + definitionBytes;
        if (repetitionBytes < 0
                || definitionBytes < 0
                || levelBytes > stored
                || levelBytes > header.getUncompressed_page_size()) {
            throw new MalformedPageException(
                    "levels of " + repetitionBytes + " and " + definitionBytes + " bytes in a page of " + stored + ", "
                            + header.getUncompressed_page_size() + " when decompressed");
        }
        page.rows = rows();
        page.encoding = data.getEncoding();
        boolean compressed = !data.isSetIs_compressed() || data.isIs_compressed();
        decompress(
                address + levelBytes, stored - levelBytes, header.getUncompressed_page_size() - levelBytes, compressed);
        if (leaf.repetition() > 0) {
            page.repetitionEncoding = Encoding.RLE;
            page.repetitions = address;
            page.repetitionsEnd = address + repetitionBytes;
        }
        if (leaf.definition() > 0) {
            page.definitionEncoding = Encoding.RLE;
            page.definitions = address + repetitionBytes;
            page.definitionsEnd = address + levelBytes;
        }
    }

    private void decompress(long address, long stored, long expected, boolean compressed) {
        if (!compressed || codec == Codec.NONE) {
            if (stored != expected) {
                throw new MalformedPageException(
                        "a page of " + stored + " bytes, not compressed, that is said to have " + expected);
            }
            page.values = address;
        } else if (stored == 0 || expected == 0) {
            // Of nothing some writers compress nothing, others an empty frame.
            if (expected != 0) {
                throw new MalformedPageException("no bytes that are said to decompress to " + expected);
            }
            page.values = address;
        } else {
            requirePlausible(stored, expected);
            page.values = decompressed.ensure(expected);
            decompressor.decompress(codec, address, stored, page.values, expected);
        }
        page.valuesEnd = page.values + expected;
    }

    /** Who claims more than the codec can make of so few bytes is not given the memory. */
    private void requirePlausible(long stored, long expected) {
        long ratio = switch (codec) {
            case NONE -> 1;
            // A copy of at most 64 bytes takes 3.
            case SNAPPY -> 32;
            // A match grows by 255 with each byte.
            case LZ4, LZ4_RAW -> 256;
            // A match of 258 bytes takes two bits.
            case GZIP -> 1032;
            // A block of 128 KiB takes 4 bytes, after the frame's header.
            case ZSTD -> 1 << 15;
        };
        if (expected / ratio > stored) {
            throw new MalformedPageException("a page of " + stored + " bytes that is said to decompress to " + expected
                    + ", more than " + codec + " can");
        }
    }

    @Override
    public void close() {
        bytes.close();
        decompressed.close();
    }
}
