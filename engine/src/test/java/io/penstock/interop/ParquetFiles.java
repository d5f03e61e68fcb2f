package io.penstock.interop;

import io.penstock.buffer.Memory;
import io.penstock.format.BatchCheck;
import io.penstock.format.BatchDecoder;
import io.penstock.format.BatchEncoder;
import io.penstock.format.Format;
import io.penstock.format.ReadContext;
import io.penstock.format.WriteContext;
import io.penstock.format.parquet.ParquetFormat;
import io.penstock.testing.CollectedOutput;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Penstock's own side: files of random batches, and the rows that it reads of anybody's. */
final class ParquetFiles {
    static final Format FORMAT = new ParquetFormat();

    /** All others have them in milliseconds or microseconds, and some in 64 bits of nanoseconds. */
    private static final long NANOS = 1L << 62;

    private static final long DAYS = 100_000;
    private static final long DAY_MILLIS = 86_400_000;

    private ParquetFiles() {}

    /** The columns that Parquet can hold. */
    static Schema accepted(List<Field> fields) {
        List<Field> accepted = new ArrayList<>();
        for (Field field : fields) {
            try {
                FORMAT.check(new Schema(List.of(field)));
                accepted.add(field);
            } catch (IllegalArgumentException refused) {
                // Says so by name, which other tests look at.
            }
        }
        return new Schema(accepted);
    }

    /** Writes a batch for each number of rows, and returns all of their rows. */
    static List<List<Object>> write(
            LeakCheck memory, Path file, RandomBatches source, Map<String, String> options, Nulls nulls, int... batches)
            throws IOException {
        List<List<Object>> rows = new ArrayList<>();
        BatchCheck check = new BatchCheck(source.schema());
        WriteContext context = new WriteContext(source.schema(), options, 1000, memory.allocator(), memory.pool());
        try (BatchEncoder encoder = FORMAT.encoder(context);
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            for (int count : batches) {
                try (VectorSchemaRoot batch = source.next(count, nulls)) {
                    bound(batch);
                    check.require(batch, source.dictionaries());
                    rows.addAll(ArrowValues.rows(batch, source.dictionaries()));
                    encoder.encode(batch, source.dictionaries(), output.out());
                    output.settle();
                }
            }
            encoder.finish(output.out());
            Files.write(file, output.bytes());
        }
        return rows;
    }

    /** Keeps dates and timestamps where every reader has them. */
    static void bound(VectorSchemaRoot batch) {
        batch.getFieldVectors().forEach(ParquetFiles::bound);
    }

    private static void bound(FieldVector vector) {
        ArrowType type = vector.getField().getType();
        if (type instanceof ArrowType.Timestamp timestamp) {
            bound(vector, 8, NANOS / perUnit(timestamp.getUnit()));
        } else if (type instanceof ArrowType.Date date) {
            boolean days = date.getUnit() == DateUnit.DAY;
            bound(vector, days ? 4 : 8, days ? DAYS : DAYS * DAY_MILLIS);
        }
        vector.getChildrenFromFields().forEach(ParquetFiles::bound);
    }

    private static void bound(FieldVector vector, int width, long limit) {
        for (long row = 0; row < vector.getValueCount(); row++) {
            long address = vector.getDataBuffer().memoryAddress() + width * row;
            if (width == 8) {
                Memory.putLong(address, Memory.getLong(address) % limit);
            } else {
                Memory.putInt(address, (int) (Memory.getInt(address) % limit));
            }
        }
    }

    private static long perUnit(TimeUnit unit) {
        return ArrowValues.nanos(1, unit).longValueExact();
    }

    /** The rows of a file of any writer, by what the file says of itself. */
    static List<List<Object>> rows(LeakCheck memory, Path file) throws IOException {
        List<List<Object>> rows = new ArrayList<>();
        MemoryInput input = new MemoryInput(Files.readAllBytes(file), MemoryInput.Views.PARTS);
        ReadContext context = new ReadContext(
                file.getFileName().toString(), null, Map.of(), null, 777, 1 << 20, memory.allocator(), memory.pool());
        try (BatchDecoder decoder = FORMAT.decoder(input, context)) {
            while (decoder.loadNext()) {
                rows.addAll(ArrowValues.rows(decoder.batch(), decoder.dictionaries()));
            }
        }
        return rows;
    }
}
