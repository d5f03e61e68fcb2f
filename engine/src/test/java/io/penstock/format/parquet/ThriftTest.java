package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Memory;
import io.penstock.testing.CollectedOutput;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomSchemas;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ThriftTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private final ThriftReader reader = new ThriftReader();
    private final ThriftWriter writer = new ThriftWriter();

    @Test
    void structsOfEverySizeComeBack() {
        for (int size : new int[] {0, 1, 127, 128, 240, 255, 256, 257, 511, 512, 513, 5_000}) {
            PageHeader header = header(size);
            int length = writer.write(header);
            ByteBuffer bytes = ByteBuffer.allocateDirect(length + 100);
            long address = Memory.address(bytes);
            assertEquals(address + length, writer.copyTo(address));
            assertEquals(header, reader.read(new PageHeader(), address, address + bytes.capacity()), "size " + size);
            assertEquals(address + length, reader.position(), "size " + size);
        }
    }

    @Test
    void whatGoesIntoAnOutputIsTheSame() {
        FileMetaData footer = footer();
        byte[] bytes = bytes(footer);
        try (CollectedOutput output = new CollectedOutput(memory.pool())) {
            writer.write(footer, output.out());
            assertEquals(ByteBuffer.wrap(bytes), ByteBuffer.wrap(output.bytes()));
        }
    }

    @Test
    void whatIsCutOffIsRefusedWhereverItIsCut() {
        byte[] whole = bytes(footer());
        for (int length = 0; length < whole.length; length++) {
            byte[] part = java.util.Arrays.copyOf(whole, length);
            assertThrows(MalformedPageException.class, () -> read(part), "cut at " + length);
        }
        assertEquals(footer(), read(whole));
    }

    @Test
    void aSizeBeyondTheBytesIsRefusedBeforeAnythingIsAllocated() {
        // Field 2, a list; of two billion structs.
        byte[] list = {0x15, 0x02, 0x19, (byte) 0xFC, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07, 0};
        assertTrue(assertThrows(MalformedPageException.class, () -> read(list))
                .getMessage()
                .contains("2147483647 bytes where 1 are left"));
        // An unknown field, a map of as many pairs.
        byte[] map = {(byte) 0xFB, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07, (byte) 0x88, 0};
        assertThrows(MalformedPageException.class, () -> read(map));
        // Field 6, a string.
        byte[] text = {0x68, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07, 'x'};
        assertThrows(MalformedPageException.class, () -> read(text));
        byte[] negative = {0x68, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 'x'};
        assertThrows(MalformedPageException.class, () -> read(negative));
    }

    @Test
    void nestingWithoutEndIsRefused() {
        byte[] structs = new byte[100_000];
        java.util.Arrays.fill(structs, (byte) 0xFC);
        assertTrue(assertThrows(MalformedPageException.class, () -> read(structs))
                .getMessage()
                .contains("nested deeper"));
        byte[] lists = new byte[100_000];
        java.util.Arrays.fill(lists, (byte) 0x19);
        lists[0] = (byte) 0xF9;
        assertThrows(MalformedPageException.class, () -> read(lists));
    }

    @Test
    void aReaderReadsOnAfterWhatItRefused() {
        byte[] whole = bytes(footer());
        byte[] part = java.util.Arrays.copyOf(whole, whole.length / 2);
        assertThrows(MalformedPageException.class, () -> read(part));
        assertEquals(footer(), read(whole));
    }

    @Test
    void changedBytesAreReadOrRefused() {
        byte[] whole = bytes(footer());
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] changed = whole.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            try {
                read(changed);
            } catch (MalformedPageException e) {
                // One of the two.
                assertTrue(e.getMessage().startsWith("no FileMetaData at byte "), "seed " + seed);
            }
        }
    }

    private static PageHeader header(int statisticsBytes) {
        Statistics statistics = new Statistics()
                .setMin_value(new byte[statisticsBytes])
                .setMax_value(new byte[1])
                .setNull_count(1L << 40);
        return new PageHeader(PageType.DATA_PAGE, -1, Integer.MAX_VALUE)
                .setCrc(-5)
                .setData_page_header(
                        new DataPageHeader(7, Encoding.PLAIN, Encoding.RLE, Encoding.RLE).setStatistics(statistics));
    }

    private static FileMetaData footer() {
        FileSchema schema = SchemaToParquet.of(new Schema(RandomSchemas.nested().subList(0, 3)));
        List<KeyValue> metadata = new ArrayList<>(Collections.nCopies(20, new KeyValue("key").setValue("a value")));
        metadata.add(new KeyValue("long").setValue("x".repeat(3_000)));
        return new FileMetaData(1, schema.elements(), 0, new ArrayList<>())
                .setCreated_by("a test")
                .setKey_value_metadata(metadata);
    }

    private byte[] bytes(FileMetaData footer) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(writer.write(footer));
        writer.copyTo(Memory.address(bytes));
        byte[] array = new byte[bytes.capacity()];
        bytes.get(array);
        return array;
    }

    private FileMetaData read(byte[] bytes) {
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 1).put(bytes);
        long address = Memory.address(direct);
        return reader.read(new FileMetaData(), address, address + bytes.length);
    }
}
