package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import io.penstock.format.BatchCheck;
import io.penstock.format.BatchEncoder;
import io.penstock.format.WriteContext;
import io.penstock.testing.CollectedOutput;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.TimeStampMilliVector;
import org.apache.arrow.vector.TimeStampSecTZVector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;

/** Writes files for the tests. */
final class EncodedFiles {
    private EncodedFiles() {}

    static BatchEncoder encoder(LeakCheck memory, Schema schema, Map<String, String> options) {
        return new ParquetEncoder(
                new WriteContext(schema, options, 1000, memory.allocator(), memory.pool()), SchemaToParquet.of(schema));
    }

    static byte[] write(
            LeakCheck memory,
            Schema schema,
            Map<String, String> options,
            DictionaryProvider dictionaries,
            List<VectorSchemaRoot> batches) {
        BatchCheck check = new BatchCheck(schema);
        try (BatchEncoder encoder = encoder(memory, schema, options);
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            for (VectorSchemaRoot batch : batches) {
                check.require(batch, dictionaries);
                encoder.encode(batch, dictionaries, output.out());
                output.settle();
            }
            encoder.finish(output.out());
            return output.bytes();
        }
    }

    /** The next batch, its timestamps within what is left of an int64 as microseconds, which is what DuckDB makes of them. */
    static VectorSchemaRoot next(RandomBatches source, int rows, Nulls nulls) {
        VectorSchemaRoot batch = source.next(rows, nulls);
        batch.getFieldVectors().forEach(EncodedFiles::bound);
        return batch;
    }

    static void bound(FieldVector vector) {
        if (vector instanceof TimeStampSecVector || vector instanceof TimeStampSecTZVector) {
            divide(vector, 10_000_000);
        } else if (vector instanceof TimeStampMilliVector
                || vector instanceof TimeStampMilliTZVector
                || vector instanceof DateMilliVector) {
            divide(vector, 10_000);
        }
        vector.getChildrenFromFields().forEach(EncodedFiles::bound);
    }

    private static void divide(FieldVector vector, long by) {
        long data = vector.getDataBuffer().memoryAddress();
        for (int i = 0; i < vector.getValueCount(); i++) {
            Memory.putLong(data + 8L * i, Memory.getLong(data + 8L * i) / by);
        }
    }
}
