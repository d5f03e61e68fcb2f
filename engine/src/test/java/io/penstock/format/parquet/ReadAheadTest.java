package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Input;
import io.penstock.format.ReadContext;
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
        public Optional<View> view(long offset, long length) {
            return Optional.empty();
        }
    }

    @Test
    void rowGroupsAreReadOnceAndInTheBackground() throws IOException {
        byte[] file = file();
        Remote input = new Remote(file);
        assertEquals(sum(ROWS), sum(input, memory.allocator()));
        // The footer, its length, and each row group.
        assertEquals(2 + ROWS / ROWS_OF_GROUP, input.readers.size());
        assertTrue(input.bytesRead <= file.length, () -> input.bytesRead + " of " + file.length);
        assertSame(Thread.currentThread(), input.readers.get(0));
        assertFalse(input.readers.subList(2, input.readers.size()).contains(Thread.currentThread()));
    }

    @Test
    void whereMemoryIsScarceColumnsAreReadPieceByPiece() throws IOException {
        Remote input = new Remote(file());
        try (BufferAllocator small = memory.allocator().newChildAllocator("small", 0, 600_000)) {
            assertEquals(sum(ROWS), sum(input, small));
        }
        assertTrue(input.readers.contains(Thread.currentThread()));
    }

    @Test
    void failureInTheBackgroundIsThatOfTheNextBatch() {
        Remote input = new Remote(file());
        input.failFrom = input.bytes.length / 2;
        IOException failure = assertThrows(IOException.class, () -> sum(input, memory.allocator()));
        assertEquals("the store is gone", failure.getMessage());
    }

    private static long sum(long rows) {
        return rows * (rows - 1) / 2;
    }

    private long sum(Remote input, BufferAllocator allocator) throws IOException {
        long sum = 0;
        ReadContext context =
                new ReadContext("remote.parquet", null, Map.of(), null, 1000, 1 << 20, allocator, memory.pool());
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
        try (VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, memory.allocator())) {
            for (int i = 0; i < ROWS; i++) {
                ((BigIntVector) batch.getVector(0)).setSafe(i, i);
                ((BigIntVector) batch.getVector(1)).setSafe(i, i * 0x9E3779B97F4A7C15L);
            }
            batch.setRowCount(ROWS);
            return EncodedFiles.write(
                    memory,
                    SCHEMA,
                    Map.of("row.group.rows", Integer.toString(ROWS_OF_GROUP), "compression", "none"),
                    new DictionaryProvider.MapDictionaryProvider(),
                    List.of(batch));
        }
    }
}
