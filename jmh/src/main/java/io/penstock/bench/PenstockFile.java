package io.penstock.bench;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Memory;
import io.penstock.buffer.OutputBuffer;
import io.penstock.buffer.PooledBuffer;
import io.penstock.format.BatchEncoder;
import io.penstock.format.Format;
import io.penstock.format.WriteContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A format of Penstock's that writes to a {@link Device}: the engine without its tables and stores. What a batch lends and fills goes
 * out in one gathered write when the batch ends or there is much of it.
 */
final class PenstockFile implements OutputBuffer.Outlet, AutoCloseable {
    /** Far fewer than the 1024 that one system call takes. */
    private static final int MAX_GATHERED = 256;

    private final Format format;
    private final BufferPool pool = new BufferPool(Device.WRITE_BYTES, 256, false);
    private final WriteContext context;
    private final MapDictionaryProvider noDictionaries = new MapDictionaryProvider();
    private Device target;
    private BatchEncoder encoder;
    private OutputBuffer out;

    private final ByteBuffer[] gathered = new ByteBuffer[MAX_GATHERED];
    private final PooledBuffer[] filled = new PooledBuffer[MAX_GATHERED];
    private int gatheredCount;
    private boolean lent;

    PenstockFile(Format format, Schema schema, Map<String, String> options, int batchRows, BufferAllocator allocator) {
        this.format = format;
        this.context = new WriteContext(schema, options, batchRows, allocator, pool);
    }

    /** Writes one file. */
    void write(List<VectorSchemaRoot> batches, Device device) {
        begin(device);
        for (VectorSchemaRoot batch : batches) {
            append(batch);
        }
        finish();
    }

    void begin(Device device) {
        target = device;
        encoder = format.encoder(context);
        out = new OutputBuffer(pool, this);
    }

    void append(VectorSchemaRoot batch) {
        encoder.encode(batch, noDictionaries, out);
        if (lent) {
            out.flush();
            writeGathered();
        }
    }

    void finish() {
        encoder.finish(out);
        out.flush();
        writeGathered();
        out.close();
        encoder.close();
    }

    @Override
    public void take(PooledBuffer buffer) {
        filled[gatheredCount] = buffer;
        gather(buffer.bytes());
        if (!lent) {
            writeGathered();
        }
    }

    @Override
    public void borrow(long address, long length) {
        lent = true;
        gather(Memory.view(address, Math.toIntExact(length)));
    }

    private void gather(ByteBuffer bytes) {
        gathered[gatheredCount++] = bytes;
        if (gatheredCount == gathered.length) {
            writeGathered();
        }
    }

    private void writeGathered() {
        try {
            target.write(gathered, gatheredCount);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            for (int i = 0; i < gatheredCount; i++) {
                gathered[i] = null;
                if (filled[i] != null) {
                    filled[i].release();
                    filled[i] = null;
                }
            }
            gatheredCount = 0;
            lent = false;
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
