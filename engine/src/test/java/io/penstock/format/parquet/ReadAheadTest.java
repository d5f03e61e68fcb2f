package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Input;
import io.penstock.format.Predicate;
import io.penstock.format.ReadContext;
import io.penstock.format.RowTest;
import io.penstock.testing.LeakCheck;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReadAheadTest {
    private static final Schema SCHEMA = new Schema(List.of(
            Field.nullable("a", new ArrowType.Int(64, true)), Field.nullable("b", new ArrowType.Int(64, true))));
    private static final int ROWS = 40_000;
    private static final int ROWS_OF_GROUP = 10_000;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    /** An input that has to be read, by one thread at a time. */
    private static final class Remote implements Input {
        private final byte[] bytes;
        private final AtomicBoolean busy = new AtomicBoolean();
        private final List<Thread> readers = new ArrayList<>();
        private long bytesRead;
        private int lists;
        private long failFrom = Long.MAX_VALUE;

        Remote(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void read(long offset, ByteBuffer target) throws IOException {
            assertTrue(busy.compareAndSet(false, true), "two threads read at a time");
            readers.add(Thread.currentThread());
            bytesRead += target.remaining();
            if (offset + target.remaining() > bytes.length) {
                throw new EOFException();
            }
            if (bytesRead > failFrom) {
                busy.set(false);
                throw new IOException("the store is gone");
            }
            target.put(bytes, (int) offset, target.remaining());
            busy.set(false);
        }

        @Override
        public void read(List<Range> ranges) throws IOException {
            lists++;
            Input.super.read(ranges);
        }

        @Override
        public Optional<View> view(long offset, long length) {
            return Optional.empty();
        }
    }

    @Test
    void rowGroupsAreReadOnceAndInTheBackground() throws IOException {
        byte[] file = file();
        Remote input = new Remote(file);
        assertEquals(sum(ROWS), sum(input, memory.allocator(), 1 << 20));
        assertEquals(ROWS / ROWS_OF_GROUP, input.lists);
        assertTrue(input.bytesRead <= file.length, () -> input.bytesRead + " of " + file.length);
        assertSame(Thread.currentThread(), input.readers.get(0));
        assertFalse(input.readers.subList(2, input.readers.size()).contains(Thread.currentThread()));
    }

    @Test
    void whereMemoryIsScarceColumnsAreReadPieceByPiece() throws IOException {
        Remote input = new Remote(file());
        try (BufferAllocator small = memory.allocator().newChildAllocator("small", 0, 600_000)) {
            assertEquals(sum(ROWS), sum(input, small, 100_000));
        }
        assertTrue(input.readers.contains(Thread.currentThread()));
    }

    @Test
    void failureInTheBackgroundIsThatOfTheNextBatch() {
        Remote input = new Remote(file());
        input.failFrom = input.bytes.length / 2;
        IOException failure = assertThrows(IOException.class, () -> sum(input, memory.allocator(), 1 << 20));
        assertEquals("the store is gone", failure.getMessage());
    }

    @Test
    void ofRowGroupsWithFewWantedRowsOnlyTheirPagesAreRead() throws IOException {
        byte[] file = file(100_000, 100_000);
        RowTest one = RowTest.of(Predicate.equal("a", 25_000L), SCHEMA);
        Remote windows = new Remote(file);
        assertEquals(1, rows(windows, one, 0));
        Remote pages = new Remote(file);
        assertEquals(1, rows(pages, one, 1 << 20));
        assertTrue(
                pages.bytesRead < windows.bytesRead / 2 && pages.bytesRead < file.length / 4,
                () -> pages.bytesRead + " bytes, " + windows.bytesRead + " by windows, of " + file.length);
    }

    /** How many rows are 25,000 in the first column. */
    private int rows(Remote input, RowTest test, long aheadBytes) throws IOException {
        int rows = 0;
        ReadContext context = new ReadContext(
                "f", null, Map.of(), null, 1000, 1 << 20, memory.allocator(), memory.pool(), test, aheadBytes);
        try (ParquetDecoder decoder = ParquetDecoder.open(input, context)) {
            while (decoder.loadNext()) {
                BigIntVector numbers = (BigIntVector) decoder.batch().getVector(0);
                BigIntVector others = (BigIntVector) decoder.batch().getVector(1);
                for (int i = 0; i < numbers.getValueCount(); i++) {
                    assertEquals(mixed(numbers.get(i)), others.get(i));
                    rows += numbers.get(i) == 25_000 ? 1 : 0;
                }
            }
        }
        return rows;
    }

    /** Something that takes its eight bytes, however it is encoded. */
    private static long mixed(long value) {
        long mixed = value * 0x9E3779B97F4A7C15L;
        return (mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L;
    }

    private static long sum(long rows) {
        return rows * (rows - 1) / 2;
    }

    private long sum(Remote input, BufferAllocator allocator, long aheadBytes) throws IOException {
        long sum = 0;
        ReadContext context = new ReadContext(
                "remote.parquet", null, Map.of(), null, 1000, 1 << 20, allocator, memory.pool(), null, aheadBytes);
        try (ParquetDecoder decoder = ParquetDecoder.open(input, context)) {
            while (decoder.loadNext()) {
                BigIntVector numbers = (BigIntVector) decoder.batch().getVector(0);
                for (int i = 0; i < numbers.getValueCount(); i++) {
                    sum += numbers.get(i);
                }
            }
        }
        return sum;
    }

    private byte[] file() {
        return file(ROWS, ROWS_OF_GROUP);
    }

    private byte[] file(int rows, int rowsOfGroup) {
        try (VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, memory.allocator())) {
            for (int i = 0; i < rows; i++) {
                ((BigIntVector) batch.getVector(0)).setSafe(i, i);
                ((BigIntVector) batch.getVector(1)).setSafe(i, mixed(i));
            }
            batch.setRowCount(rows);
            return EncodedFiles.write(
                    memory,
                    SCHEMA,
                    Map.of("row.group.rows", Integer.toString(rowsOfGroup), "compression", "none"),
                    new DictionaryProvider.MapDictionaryProvider(),
                    List.of(batch));
        }
    }
}
