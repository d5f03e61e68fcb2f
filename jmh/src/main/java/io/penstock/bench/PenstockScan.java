package io.penstock.bench;

import io.penstock.Penstock;
import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Memory;
import io.penstock.format.BatchDecoder;
import io.penstock.format.ReadContext;
import io.penstock.format.parquet.ParquetFormat;
import io.penstock.storage.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Penstock reading lineitem: Arrow batches, without a table around them, from the files of its own store. */
final class PenstockScan implements AutoCloseable {
    private static final int BATCH_ROWS = 8192;
    private static final long BATCH_BYTES = 16 << 20;

    private final ParquetFormat format = new ParquetFormat();
    private final BufferPool pool = new BufferPool(Device.WRITE_BYTES, 64, false);
    private final BufferAllocator allocator;
    private final Penstock penstock;

    PenstockScan(Path directory, BufferAllocator allocator) throws IOException {
        this.allocator = allocator;
        this.penstock = Penstock.open(directory.toString());
    }

    ColumnSums columns(Path file) throws IOException {
        ColumnSums result = new ColumnSums();
        String name = file.getFileName().toString();
        ReadContext context = new ReadContext(name, null, Map.of(), null, BATCH_ROWS, BATCH_BYTES, allocator, pool);
        try (Source source = penstock.fileSystem().openForRead(name);
                BatchDecoder decoder = format.decoder(source, context)) {
            while (decoder.loadNext()) {
                add(decoder.batch(), result.sums);
            }
        }
        return result;
    }

    private static void add(VectorSchemaRoot batch, long[] sums) {
        int rows = batch.getRowCount();
        for (int column = 0; column < sums.length; column++) {
            FieldVector vector = batch.getVector(column);
            long data = vector.getDataBuffer().memoryAddress();
            if (vector instanceof BigIntVector) {
                sums[column] += longs(data, Long.BYTES, rows);
            } else if (vector instanceof DecimalVector) {
                sums[column] += longs(data, DecimalVector.TYPE_WIDTH, rows);
            } else if (vector instanceof IntVector || vector instanceof DateDayVector) {
                sums[column] += ints(data, rows);
            } else {
                sums[column] += texts(((VarCharVector) vector).getOffsetBuffer().memoryAddress(), data, rows);
            }
        }
    }

    private static long longs(long data, int width, int rows) {
        long sum = 0;
        for (long row = 0; row < rows; row++) {
            sum += Memory.getLong(data + width * row);
        }
        return sum;
    }

    private static long ints(long data, int rows) {
        long sum = 0;
        for (long row = 0; row < rows; row++) {
            sum += Memory.getInt(data + Integer.BYTES * row);
        }
        return sum;
    }

    private static long texts(long offsets, long data, int rows) {
        long sum = 0;
        int from = Memory.getInt(offsets);
        for (long row = 1; row <= rows; row++) {
            int to = Memory.getInt(offsets + Integer.BYTES * row);
            sum += ColumnSums.text(to - from, Memory.getByte(data + to - 1));
            from = to;
        }
        return sum;
    }

    @Override
    public void close() throws IOException {
        penstock.close();
        pool.close();
    }
}
