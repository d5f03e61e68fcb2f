package io.penstock.format.arrow;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Input;
import io.penstock.format.BatchCheck;
import io.penstock.format.BatchDecoder;
import io.penstock.format.BatchEncoder;
import io.penstock.format.ReadContext;
import io.penstock.format.WriteContext;
import io.penstock.testing.CollectedOutput;
import io.penstock.testing.RandomBatches;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** Writes and opens files for the tests. */
final class ArrowFiles {
    private static final ArrowFormat FORMAT = new ArrowFormat();

    private ArrowFiles() {}

    /** A file of batches with so many rows each. */
    static byte[] write(RandomBatches batches, BufferAllocator allocator, BufferPool pool, int... rows) {
        return write(batches, "none", allocator, pool, rows);
    }

    /** As {@link #write(RandomBatches, BufferAllocator, BufferPool, int...)}, compressed. */
    static byte[] write(
            RandomBatches batches, String compression, BufferAllocator allocator, BufferPool pool, int... rows) {
        BatchCheck check = new BatchCheck(batches.schema());
        try (BatchEncoder encoder = encoder(batches.schema(), compression, allocator);
                CollectedOutput output = new CollectedOutput(pool)) {
            for (int count : rows) {
                try (VectorSchemaRoot batch = batches.next(count)) {
                    check.require(batch, batches.dictionaries());
                    encoder.encode(batch, batches.dictionaries(), output.out());
                    output.settle();
                }
            }
            encoder.finish(output.out());
            return output.bytes();
        }
    }

    static BatchEncoder encoder(Schema schema, BufferAllocator allocator) {
        return encoder(schema, "none", allocator);
    }

    static BatchEncoder encoder(Schema schema, String compression, BufferAllocator allocator) {
        return FORMAT.encoder(new WriteContext(schema, Map.of("compression", compression), 1000, allocator, null));
    }

    static BatchDecoder open(Input input, Schema schema, List<String> columns, BufferAllocator allocator)
            throws IOException {
        return FORMAT.decoder(
                input, new ReadContext("test.arrow", schema, Map.of(), columns, 1000, 1 << 20, allocator, null));
    }
}
