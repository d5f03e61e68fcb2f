package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.TableReader;
import io.penstock.buffer.Memory;
import io.penstock.buffer.OutputBuffer;
import io.penstock.buffer.PooledBuffer;
import io.penstock.format.BatchEncoder;
import io.penstock.format.Format;
import io.penstock.format.WriteContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** A format's own bytes, from the encoder straight to standard output. */
final class EncodedOutput implements RowsOutput, OutputBuffer.Outlet {
    /** The most that one call of the system is given, so that it needs no address space of the size of a column. */
    private static final int MAX_RUN_BYTES = 1 << 20;

    private final Console.Output out;
    private final BatchEncoder encoder;
    private final OutputBuffer buffer;

    EncodedOutput(
            Console.Output out,
            Penstock penstock,
            Format format,
            Schema schema,
            Map<String, String> options,
            BufferAllocator allocator) {
        this.out = out;
        this.encoder = format.encoder(new WriteContext(schema, options, 1, allocator, penstock.bufferPool()));
        this.buffer = new OutputBuffer(penstock.bufferPool(), this);
    }

    @Override
    public void write(TableReader reader) throws IOException {
        if (!encoder.accepts(reader.batch(), reader.dictionaries())) {
            throw new IOException(
                    "the dictionaries of this table change between its files, which one Arrow file cannot hold; "
                            + "read it with --as jsonl");
        }
        try {
            encoder.encode(reader.batch(), reader.dictionaries(), buffer);
            buffer.flush();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void finish() throws IOException {
        try {
            encoder.finish(buffer);
            buffer.flush();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void take(PooledBuffer full) {
        try {
            out.write(full.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            full.release();
        }
    }

    @Override
    public void borrow(long address, long length) {
        try {
            for (long done = 0; done < length; done += MAX_RUN_BYTES) {
                ByteBuffer run = Memory.view(address + done, (int) Math.min(MAX_RUN_BYTES, length - done));
                out.write(run);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        buffer.close();
        encoder.close();
    }
}
