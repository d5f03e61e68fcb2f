package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Util;

/** What the bytes of a file say of themselves, read by the generated classes of the specification and nothing of ours. */
record WrittenFile(byte[] bytes, FileMetaData metadata) {
    /** A page, and its body as it is stored. */
    record Page(long offset, PageHeader header, byte[] body) {}

    static WrittenFile of(byte[] bytes) throws IOException {
        assertEquals(0x31524150, intAt(bytes, 0), "magic number at the beginning");
        assertEquals(0x31524150, intAt(bytes, bytes.length - 4), "magic number at the end");
        int length = intAt(bytes, bytes.length - 8);
        return new WrittenFile(
                bytes, Util.readFileMetaData(new ByteArrayInputStream(bytes, bytes.length - 8 - length, length)));
    }

    private static int intAt(byte[] bytes, int offset) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
    }

    ColumnChunk chunk(int rowGroup, int leaf) {
        return metadata.getRow_groups().get(rowGroup).getColumns().get(leaf);
    }

    Statistics statistics(int rowGroup, int leaf) {
        return chunk(rowGroup, leaf).getMeta_data().getStatistics();
    }

    ColumnIndex columnIndex(ColumnChunk chunk) throws IOException {
        return chunk.isSetColumn_index_offset()
                ? Util.readColumnIndex(new ByteArrayInputStream(
                        bytes, (int) chunk.getColumn_index_offset(), chunk.getColumn_index_length()))
                : null;
    }

    OffsetIndex offsetIndex(ColumnChunk chunk) throws IOException {
        return Util.readOffsetIndex(
                new ByteArrayInputStream(bytes, (int) chunk.getOffset_index_offset(), chunk.getOffset_index_length()));
    }

    /** All pages of a chunk in the order of the file; their checksums, sizes and places agree. */
    List<Page> pages(ColumnChunk chunk) throws IOException {
        ColumnMetaData metadata = chunk.getMeta_data();
        long at = metadata.isSetDictionary_page_offset()
                ? metadata.getDictionary_page_offset()
                : metadata.getData_page_offset();
        long end = at + metadata.getTotal_compressed_size();
        long uncompressed = 0;
        List<Page> pages = new ArrayList<>();
        while (at < end) {
            ByteArrayInputStream input = new ByteArrayInputStream(bytes, (int) at, (int) (end - at));
            PageHeader header = Util.readPageHeader(input);
            int headerBytes = (int) (end - at) - input.available();
            byte[] body = input.readNBytes(header.getCompressed_page_size());
            CRC32 checksum = new CRC32();
            checksum.update(body);
            assertEquals((int) checksum.getValue(), header.getCrc(), "checksum of the page at " + at);
            pages.add(new Page(at, header, body));
            at += headerBytes + body.length;
            uncompressed += headerBytes + header.getUncompressed_page_size();
        }
        assertEquals(end, at, "end of the chunk");
        assertEquals(metadata.getTotal_uncompressed_size(), uncompressed, "uncompressed size");
        requireAgreement(chunk, pages);
        return pages;
    }

    private void requireAgreement(ColumnChunk chunk, List<Page> pages) throws IOException {
        int dictionaries = chunk.getMeta_data().isSetDictionary_page_offset() ? 1 : 0;
        List<PageLocation> locations = offsetIndex(chunk).getPage_locations();
        assertEquals(pages.size() - dictionaries, locations.size(), "locations of pages");
        for (int i = 0; i < locations.size(); i++) {
            assertEquals(pages.get(i + dictionaries).offset(), locations.get(i).getOffset(), "offset of page " + i);
        }
    }
}
