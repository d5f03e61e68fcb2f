package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Memory;
import io.penstock.format.CorruptFileException;
import io.penstock.testing.Corpus;
import io.penstock.testing.MemoryInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.AesGcmV1;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.EncryptionAlgorithm;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.junit.jupiter.api.Test;

class FooterTest {
    private static final int PAGE_BYTES = 100;

    @Test
    void aSoundFooterIsRead() throws IOException {
        for (MemoryInput.Views views : MemoryInput.Views.values()) {
            Footer footer = Footer.read(new MemoryInput(file(metadata()), views), "f", null);
            assertEquals(metadata(), footer.metadata());
            assertEquals("x", footer.schema().leaves().get(0).path().get(0));
        }
    }

    @Test
    void aFileThatIsNoneIsRefused() {
        refused("it has 0 bytes", new byte[0]);
        refused("it has 11 bytes", new byte[11]);
        refused("it does not end as a Parquet file", new byte[100]);
        byte[] encrypted = file(metadata());
        encrypted[encrypted.length - 1] = 'E';
        refused("it is encrypted", encrypted);
        for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 20}) {
            byte[] bytes = file(metadata());
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length - 8, length);
            refused("its footer has", bytes);
        }
        byte[] empty = file(metadata());
        ByteBuffer.wrap(empty).order(ByteOrder.LITTLE_ENDIAN).putInt(empty.length - 8, 0);
        refused("its footer: no FileMetaData", empty);
    }

    @Test
    void countsAndPlacesThatCannotBeAreRefused() {
        refused("row group 0 has -1 rows", footer -> group(footer).setNum_rows(-1));
        refused(
                "it has 3 rows, and its row groups have 4",
                footer -> group(footer).setNum_rows(4));
        refused("it has -3 rows", footer -> footer.setNum_rows(-3));
        refused("row group 1 has 1 rows", footer -> {
            footer.getRow_groups().add(group(footer).deepCopy().setNum_rows(1));
            group(footer).setNum_rows(Long.MAX_VALUE);
        });
        refused("0 column chunks for 1 columns", footer -> group(footer).setColumns(new ArrayList<>()));
        refused("its metadata is missing", footer -> chunk(footer).unsetMeta_data());
        refused("in another file, other", footer -> chunk(footer).setFile_path("other"));
        refused("INT64 where the schema has INT32", footer -> data(footer).setType(Type.INT64));
        refused("-1 values", footer -> data(footer).setNum_values(-1));
        refused("bytes from offset", footer -> data(footer).setData_page_offset(Long.MAX_VALUE));
        refused("bytes from offset", footer -> data(footer).setData_page_offset(-1));
        refused("its pages are -1 bytes", footer -> data(footer).setTotal_compressed_size(-1));
        refused(
                "its pages are 9223372036854775807 bytes",
                footer -> data(footer).setTotal_compressed_size(Long.MAX_VALUE));
        refused(
                "some of its columns are encrypted",
                footer -> footer.setEncryption_algorithm(EncryptionAlgorithm.AES_GCM_V1(new AesGcmV1())));
        refused("the schema has no root", footer -> footer.setSchema(new ArrayList<>()));
    }

    @Test
    void aDictionaryAtOffsetZeroIsNone() {
        ColumnMetaData chunk = data(metadata());
        assertEquals(4, Footer.start(chunk));
        assertEquals(4, Footer.start(chunk.setDictionary_page_offset(0)));
        chunk.setData_page_offset(50);
        assertEquals(20, Footer.start(chunk.setDictionary_page_offset(20)));
    }

    @Test
    void changedBytesAreReadOrRefused() throws IOException {
        byte[] whole = file(metadata());
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] changed = whole.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = 4 + PAGE_BYTES + random.nextInt(changed.length - 4 - PAGE_BYTES);
                changed[at] = (byte) random.nextInt();
            }
            try {
                Footer.read(new MemoryInput(changed, MemoryInput.Views.NONE), "seed " + seed, null);
            } catch (CorruptFileException e) {
                assertTrue(e.getMessage().startsWith("seed "));
            }
        }
    }

    @Test
    void filesOfOthersHaveTheColumnsThatParquetJavaSees() throws IOException {
        Path corpus = Corpus.directory("parquet-testing");
        int count = 0;
        try (Stream<Path> files = Files.list(corpus)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".parquet"))
                    .sorted()
                    .toList()) {
                Footer footer = Footer.read(
                        new MemoryInput(Files.readAllBytes(file), MemoryInput.Views.ALL), file.toString(), null);
                List<ColumnDescriptor> theirs = new ParquetMetadataConverter()
                        .fromParquetMetadata(
                                new FileMetaData(1, footer.metadata().getSchema(), 0, List.of()))
                        .getFileMetaData()
                        .getSchema()
                        .getColumns();
                List<Node.Leaf> leaves = footer.schema().leaves();
                assertEquals(theirs.size(), leaves.size(), file.toString());
                for (Node.Leaf leaf : leaves) {
                    ColumnDescriptor column = theirs.get(leaf.index());
                    assertEquals(Arrays.asList(column.getPath()), leaf.path(), file.toString());
                    assertEquals(column.getMaxDefinitionLevel(), leaf.definition(), file + " " + column);
                    assertEquals(column.getMaxRepetitionLevel(), leaf.repetition(), file + " " + column);
                }
                count++;
            }
        }
        assertTrue(count > 0);
    }

    private static FileMetaData metadata() {
        Schema schema = new Schema(List.of(Field.nullable("x", new ArrowType.Int(32, true))));
        ColumnMetaData data = new ColumnMetaData(
                Type.INT32,
                new ArrayList<>(List.of(Encoding.PLAIN)),
                new ArrayList<>(List.of("x")),
                CompressionCodec.UNCOMPRESSED,
                3,
                PAGE_BYTES,
                PAGE_BYTES,
                4);
        ColumnChunk chunk = new ColumnChunk(0).setMeta_data(data);
        RowGroup group = new RowGroup(new ArrayList<>(List.of(chunk)), PAGE_BYTES, 3);
        return new FileMetaData(1, SchemaToParquet.of(schema).elements(), 3, new ArrayList<>(List.of(group)));
    }

    private static RowGroup group(FileMetaData footer) {
        return footer.getRow_groups().get(0);
    }

    private static ColumnChunk chunk(FileMetaData footer) {
        return group(footer).getColumns().get(0);
    }

    private static ColumnMetaData data(FileMetaData footer) {
        return chunk(footer).getMeta_data();
    }

    private static byte[] file(FileMetaData metadata) {
        ThriftWriter writer = new ThriftWriter();
        int length = writer.write(metadata);
        ByteBuffer footer = ByteBuffer.allocateDirect(length);
        writer.copyTo(Memory.address(footer));
        byte[] bytes = new byte[length];
        footer.get(bytes);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        byte[] magic = "PAR1".getBytes(StandardCharsets.US_ASCII);
        file.writeBytes(magic);
        file.writeBytes(new byte[PAGE_BYTES]);
        file.writeBytes(bytes);
        file.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .array());
        file.writeBytes(magic);
        return file.toByteArray();
    }

    private static void refused(String message, Consumer<FileMetaData> change) {
        FileMetaData metadata = metadata();
        change.accept(metadata);
        refused(message, file(metadata));
    }

    private static void refused(String message, byte[] file) {
        CorruptFileException e = assertThrows(
                CorruptFileException.class,
                () -> Footer.read(new MemoryInput(file, MemoryInput.Views.PARTS), "the file", null));
        assertTrue(e.getMessage().startsWith("the file: "), e.getMessage());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
