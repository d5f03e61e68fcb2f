package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import io.penstock.buffer.OutputBuffer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;

/** Makes pages of levels and values: puts them together, compresses them and writes the header. One for all leaves of a file. */
final class PageWriter implements AutoCloseable {
    private static final Encoding LEVELS = Encoding.RLE;

    private final WriteScratch scratch;
    private final boolean versionTwo;
    private final ThriftWriter thrift;
    private final PageChecksum checksum = new PageChecksum();
    private final Scratch headerBytes;
    private final PageHeader header = new PageHeader(PageType.DATA_PAGE, 0, 0);
    private final DataPageHeader dataHeader = new DataPageHeader(0, Encoding.PLAIN, LEVELS, LEVELS);
    private final DataPageHeaderV2 dataHeaderV2 = new DataPageHeaderV2(0, 0, 0, Encoding.PLAIN, 0, 0);
    private final PageHeader dictionaryHeader = new PageHeader(PageType.DICTIONARY_PAGE, 0, 0)
            .setDictionary_page_header(new DictionaryPageHeader(0, Encoding.PLAIN));

    private long stored;
    private long storedBytes;

    PageWriter(WriteScratch scratch, boolean versionTwo, ThriftWriter thrift, BufferAllocator allocator) {
        this.scratch = scratch;
        this.versionTwo = versionTwo;
        this.thrift = thrift;
        this.headerBytes = new Scratch(allocator);
        if (versionTwo) {
            header.setType(PageType.DATA_PAGE_V2).setData_page_header_v2(dataHeaderV2);
        } else {
            header.setData_page_header(dataHeader);
        }
    }

    /**
     * Encodes a page into {@code store}.
     *
     * @param compressor null for none
     * @param pagesLikeThis how many pages of this size the chunk is going to have
     * @return the page's size without compression, its header included
     */
    long write(PageLevels levels, StagedValues values, Compressor compressor, double pagesLikeThis, PageStore store) {
        return versionTwo
                ? writeV2(levels, values, compressor, pagesLikeThis, store)
                : writeV1(levels, values, compressor, pagesLikeThis, store);
    }

    private long writeV1(
            PageLevels levels, StagedValues values, Compressor compressor, double pagesLikeThis, PageStore store) {
        long address = scratch.body.ensure(8 + levels.maxBytes() + values.stagedBytes());
        long at = address;
        if (levels.maxRepetition > 0) {
            at = withLength(at, levels.encodeRepetitions(at + 4));
        }
        if (levels.maxDefinition > 0) {
            at = withLength(at, levels.encodeDefinitions(at + 4));
        }
        long bytes = values.encode(scratch.body, at - address, pagesLikeThis);
        compress(scratch.body.address(), bytes, compressor);
        dataHeader.setNum_values(levels.entries).setEncoding(values.encoding);
        header.setUncompressed_page_size(Math.toIntExact(bytes))
                .setCompressed_page_size(Math.toIntExact(storedBytes))
                .setCrc(checksum.add(stored, storedBytes).finish());
        int headerLength = appendHeader(header, store);
        store.append(stored, storedBytes);
        return headerLength + bytes;
    }

    private static long withLength(long at, long end) {
        Memory.putInt(at, (int) (end - at - 4));
        return end;
    }

    /** Levels stay as they are in front of the values, which are compressed only if they get smaller. */
    private long writeV2(
            PageLevels levels, StagedValues values, Compressor compressor, double pagesLikeThis, PageStore store) {
        long address = scratch.body.ensure(levels.maxBytes() + values.stagedBytes());
        long definitions = levels.encodeRepetitions(address);
        int repetitionBytes = (int) (definitions - address);
        int definitionBytes = (int) (levels.encodeDefinitions(definitions) - definitions);
        int levelBytes = repetitionBytes + definitionBytes;
        long bytes = values.encode(scratch.body, levelBytes, pagesLikeThis);
        long body = scratch.body.address();
        long plainBytes = bytes - levelBytes;
        compress(body + levelBytes, plainBytes, compressor);
        boolean smaller = storedBytes < plainBytes;
        if (!smaller) {
            stored = body + levelBytes;
            storedBytes = plainBytes;
        }
        dataHeaderV2
                .setNum_values(levels.entries)
                .setNum_nulls(levels.entries - levels.values)
                .setNum_rows(levels.rows)
                .setEncoding(values.encoding)
                .setRepetition_levels_byte_length(repetitionBytes)
                .setDefinition_levels_byte_length(definitionBytes)
                .setIs_compressed(smaller);
        header.setUncompressed_page_size(Math.toIntExact(bytes))
                .setCompressed_page_size(Math.toIntExact(levelBytes + storedBytes))
                .setCrc(checksum.add(body, levelBytes).add(stored, storedBytes).finish());
        int headerLength = appendHeader(header, store);
        store.append(body, levelBytes);
        store.append(stored, storedBytes);
        return headerLength + bytes;
    }

    /** The type of the data pages. */
    PageType dataPage() {
        return header.getType();
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

    private int appendHeader(PageHeader page, PageStore store) {
        int length = thrift.write(page);
        long address = headerBytes.ensure(length);
        thrift.copyTo(address);
        store.append(address, length);
        return length;
    }

    /**
     * Puts the dictionary page into the file.
     *
     * @return its size without compression, its header included
     */
    long writeDictionary(StagedValues values, Compressor compressor, OutputBuffer out) {
        long address = scratch.body.ensure(values.dictionaryBytes());
        long bytes = values.writeDictionary(address) - address;
        compress(address, bytes, compressor);
        dictionaryHeader.getDictionary_page_header().setNum_values(values.dictionaryEntries());
        dictionaryHeader
                .setUncompressed_page_size(Math.toIntExact(bytes))
                .setCompressed_page_size(Math.toIntExact(storedBytes))
                .setCrc(checksum.add(stored, storedBytes).finish());
        long start = out.position();
        thrift.write(dictionaryHeader, out);
        long headerLength = out.position() - start;
        out.putBytes(stored, storedBytes);
        return headerLength + bytes;
    }

    @Override
    public void close() {
        headerBytes.close();
    }
}
