package io.penstock;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Memory;
import io.penstock.buffer.OutputBuffer;
import io.penstock.buffer.PooledBuffer;
import io.penstock.format.BatchEncoder;
import io.penstock.storage.BlockChecksums;
import io.penstock.storage.Sink;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * One data file: batches go through its encoder into pooled buffers and on into its sink. {@link #finish} publishes the file, {@link
 * #close} without it leaves nothing.
 */
final class DataFileWriter implements AutoCloseable {
    private final BatchEncoder encoder;
    private final Sink sink;
    private final OutputBuffer out;
    private long rows;
    private long writeNanos;

    /** Takes ownership of {@code encoder} and {@code sink}. */
    DataFileWriter(BatchEncoder encoder, Sink sink, BufferPool pool) {
        this.encoder = encoder;
        this.sink = sink;
        this.out = new OutputBuffer(pool, new ToSink());
    }

    boolean accepts(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
        return encoder.accepts(batch, dictionaries);
    }

    /** Encodes a batch; memory of the batch may be on its way to the store until {@link #settle}. */
    void encode(VectorSchemaRoot batch, DictionaryProvider dictionaries) throws IOException {
        long before = out.position();
        try {
            encoder.encode(batch, dictionaries, out);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (IllegalArgumentException e) {
            if (out.position() != before) {
                // The caller would go on behind half a batch.
                throw new IllegalStateException("a batch failed half-way into its file: " + e.getMessage(), e);
            }
            throw e;
        }
        rows += batch.getRowCount();
    }

    /** Returns when the memory of the last batch is the caller's alone again. */
    void settle() throws IOException {
        long start = System.nanoTime();
        sink.settle();
        writeNanos += System.nanoTime() - start;
    }

    /** Ends the file and publishes it. */
    void finish() throws IOException {
        try {
            encoder.finish(out);
            out.flush();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        settle();
        sink.commit();
    }

    long rows() {
        return rows;
    }

    /** What was encoded so far, handed to the sink or not. */
    long bytes() {
        return out.position();
    }

    BlockChecksums checksums() {
        return sink.checksums();
    }

    long writeNanos() {
        return writeNanos;
    }

    @Override
    public void close() throws IOException {
        try (sink;
                encoder) {
            out.close();
        }
    }

    private final class ToSink implements OutputBuffer.Outlet {
        @Override
        public void take(PooledBuffer buffer) {
            long start = System.nanoTime();
            try {
                sink.write(buffer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            writeNanos += System.nanoTime() - start;
        }

        @Override
        public void borrow(long address, long length) {
            long start = System.nanoTime();
            try {
                for (long done = 0; done < length; done += Integer.MAX_VALUE) {
                    sink.write(Memory.view(address + done, (int) Math.min(length - done, Integer.MAX_VALUE)));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            writeNanos += System.nanoTime() - start;
        }
    }
}
