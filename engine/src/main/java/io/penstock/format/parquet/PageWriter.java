package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;

/**
 * Makes pages: puts levels and values together, and in a second step, which may be another's, compresses them and writes the header. It
 * has the memory, the compressors and the structs that one thread needs for that, whatever leaf a page is of.
 */
final class PageWriter implements AutoCloseable {
    private static final Encoding LEVELS = Encoding.RLE;

    final WriteScratch scratch;
    private final boolean versionTwo;
    private final ThriftWriter thrift = new ThriftWriter();
    private final PageChecksum checksum = new PageChecksum();
    private final Map<ParquetOptions.Compression, Compressor> compressors = new HashMap<>();
    private final Scratch headerBytes;
    private final DataPageHeader dataHeader = new DataPageHeader(0, Encoding.PLAIN, LEVELS, LEVELS);
    private final DataPageHeaderV2 dataHeaderV2 = new DataPageHeaderV2(0, 0, 0, Encoding.PLAIN, 0, 0);
    private final DictionaryPageHeader dictionaryHeader = new DictionaryPageHeader(0, Encoding.PLAIN);
    private final PageHeader dataPage = new PageHeader(PageType.DATA_PAGE, 0, 0).setData_page_header(dataHeader);
    private final PageHeader dataPageV2 =
            new PageHeader(PageType.DATA_PAGE_V2, 0, 0).setData_page_header_v2(dataHeaderV2);
    private final PageHeader dictionaryPage =
            new PageHeader(PageType.DICTIONARY_PAGE, 0, 0).setDictionary_page_header(dictionaryHeader);

    private long stored;
    private long storedBytes;

    PageWriter(boolean versionTwo, BufferAllocator allocator) {
        this.versionTwo = versionTwo;
        this.scratch = new WriteScratch(allocator);
        this.headerBytes = new Scratch(allocator);
    }

    /** The type of the data pages. */
    static PageType dataPage(boolean versionTwo) {
        return versionTwo ? PageType.DATA_PAGE_V2 : PageType.DATA_PAGE;
    }

    /** This thread's compressor; null for none. */
    Compressor compressor(ParquetOptions.Compression compression) {
        return compression.codec() == Codec.NONE
                ? null
                : compressors.computeIfAbsent(compression, key -> Compressor.of(key.codec(), key.level()));
    }

    /**
     * Encodes a data page.
     *
     * @param pagesLikeThis how many pages of this size the chunk is going to have
     */
    void encode(PageLevels levels, StagedValues values, double pagesLikeThis, EncodedPage page) {
        long address = page.body.ensure(8 + levels.maxBytes() + values.stagedBytes());
        long used = versionTwo ? encodeLevelsV2(levels, address, page) : encodeLevels(levels, address, page);
        page.bytes = values.encode(this, page.body, used, pagesLikeThis);
        page.type = dataPage(versionTwo);
        page.encoding = values.encoding;
        page.entries = levels.entries;
        page.nulls = levels.entries - levels.values;
        page.rows = levels.rows;
    }

    private static long encodeLevels(PageLevels levels, long address, EncodedPage page) {
        long at = address;
        if (levels.maxRepetition > 0) {
            at = withLength(at, levels.encodeRepetitions(at + 4));
        }
        if (levels.maxDefinition > 0) {
            at = withLength(at, levels.encodeDefinitions(at + 4));
        }
        page.levelBytes = 0;
        return at - address;
    }

    private static long withLength(long at, long end) {
        Memory.putInt(at, (int) (end - at - 4));
        return end;
    }

    /** They stay as they are, in front of the values. */
    private static long encodeLevelsV2(PageLevels levels, long address, EncodedPage page) {
        long definitions = levels.encodeRepetitions(address);
        page.repetitionBytes = (int) (definitions - address);
        page.levelBytes = (int) (levels.encodeDefinitions(definitions) - address);
        return page.levelBytes;
    }

    /** Encodes the dictionary page of a chunk. */
    void encodeDictionary(StagedValues values, EncodedPage page) {
        long address = page.body.ensure(values.dictionaryBytes());
        page.bytes = values.writeDictionary(address) - address;
        page.levelBytes = 0;
        page.type = PageType.DICTIONARY_PAGE;
        page.entries = values.dictionaryEntries();
    }

    /** Compresses a page, which this or another has encoded, and puts it into {@code store}. */
    void store(EncodedPage page, PageStore store) {
        long body = page.body.address();
        long values = body + page.levelBytes;
        long plainBytes = page.bytes - page.levelBytes;
        compress(values, plainBytes, compressor(page.compression));
        boolean asItIs = page.type == PageType.DATA_PAGE_V2 && storedBytes >= plainBytes;
        if (asItIs) {
            stored = values;
            storedBytes = plainBytes;
        }
        PageHeader header = header(page, !asItIs);
        header.setUncompressed_page_size(Math.toIntExact(page.bytes))
                .setCompressed_page_size(Math.toIntExact(page.levelBytes + storedBytes))
                .setCrc(checksum.add(body, page.levelBytes)
                        .add(stored, storedBytes)
                        .finish());
        int headerLength = thrift.write(header);
        thrift.copyTo(headerBytes.ensure(headerLength));
        StoredPage place = page.place;
        place.from = store.append(headerBytes.address(), headerLength, body, page.levelBytes, stored, storedBytes);
        place.bytes = Math.toIntExact(headerLength + page.levelBytes + storedBytes);
        place.uncompressedBytes = headerLength + page.bytes;
        scratch.trim();
    }

    private PageHeader header(EncodedPage page, boolean compressed) {
        return switch (page.type) {
            case DATA_PAGE -> {
                dataHeader.setNum_values(page.entries).setEncoding(page.encoding);
                yield dataPage;
            }
            case DATA_PAGE_V2 -> {
                dataHeaderV2
                        .setNum_values(page.entries)
                        .setNum_nulls(page.nulls)
                        .setNum_rows(page.rows)
                        .setEncoding(page.encoding)
                        .setRepetition_levels_byte_length(page.repetitionBytes)
                        .setDefinition_levels_byte_length(page.levelBytes - page.repetitionBytes)
                        .setIs_compressed(compressed);
                yield dataPageV2;
            }
            case DICTIONARY_PAGE -> {
                dictionaryHeader.setNum_values(page.entries);
                yield dictionaryPage;
            }
            case INDEX_PAGE -> throw new IllegalStateException("index pages are not written");
        };
    }

    private void compress(long source, long length, Compressor compressor) {
        stored = source;
        storedBytes = length;
        if (compressor != null) {
            long bound = compressor.maxBytes(length);
            stored = scratch.compressed.ensure(bound);
            storedBytes = compressor.compress(source, length, stored, bound);
        }
    }

    @Override
    public void close() {
        headerBytes.close();
        scratch.close();
        compressors.values().forEach(Compressor::close);
        compressors.clear();
    }
}
