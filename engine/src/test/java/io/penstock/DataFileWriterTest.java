package io.penstock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.OutputBuffer;
import io.penstock.format.BatchEncoder;
import io.penstock.storage.memory.MemoryFileSystem;
import io.penstock.testing.LeakCheck;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A batch is in the file whole or not at all. */
class DataFileWriterTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    /** Refuses its batches, after it has put as many bytes as it is told. */
    private record Refusing(int bytesBefore) implements BatchEncoder {
        @Override
        public boolean accepts(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
            return true;
        }

        @Override
        public void encode(VectorSchemaRoot batch, DictionaryProvider dictionaries, OutputBuffer out) {
            out.putZeros(bytesBefore);
            throw new IllegalArgumentException("refused");
        }

        @Override
        public void finish(OutputBuffer out) {}

        @Override
        public void close() {}
    }

    @Test
    void batchRefusedHalfWayIsNoRefusedInputButAFailure() throws Exception {
        try (MemoryFileSystem store = new MemoryFileSystem(memory.pool(), memory.budget(), "");
                VectorSchemaRoot batch = Orders.batch(memory.allocator(), 1, 2)) {
            try (DataFileWriter whole =
                    new DataFileWriter(new Refusing(0), store.openForWrite("whole"), memory.pool())) {
                assertEquals(
                        "refused",
                        assertThrows(IllegalArgumentException.class, () -> whole.encode(batch, null))
                                .getMessage());
            }
            try (DataFileWriter half = new DataFileWriter(new Refusing(3), store.openForWrite("half"), memory.pool())) {
                IllegalStateException e = assertThrows(IllegalStateException.class, () -> half.encode(batch, null));
                assertTrue(e.getMessage().contains("refused"), e.getMessage());
            }
        }
    }
}
