package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.buffer.PooledBuffer;
import io.penstock.buffer.Reservation;
import io.penstock.log.DataFile;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Sink;
import io.penstock.storage.Source;
import java.io.IOException;
import java.util.function.LongConsumer;

/** Reads a file from one store and writes it to the other, through pooled buffers: for any two stores. */
final class StreamCarrier implements FileCarrier {
    private final Penstock from;
    private final Penstock to;
    private final Interruption interruption;
    private final Reservation memory;
    private final Reservation sourceMemory;

    /** Waits for the memory that a source and a sink need. */
    StreamCarrier(Penstock from, Penstock to, Interruption interruption) throws IOException {
        this.from = from;
        this.to = to;
        this.interruption = interruption;
        FileSystem target = to.fileSystem();
        long buffers = (2L + target.maxBuffersInFlight()) * to.bufferPool().bufferBytes();
        this.memory = to.memoryBudget().reserve(buffers + target.sinkBytes(), "copying to " + target);
        try {
            this.sourceMemory =
                    from.memoryBudget().reserve(from.fileSystem().sourceBytes(), "copying from " + from.fileSystem());
        } catch (IOException | RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    @Override
    public void carry(String path, DataFile file, LongConsumer sent) throws IOException {
        try (Source source = from.fileSystem().openForRead(path);
                Sink sink = to.fileSystem().openForWrite(path)) {
            for (long at = 0; at < source.size(); at = sink.bytes()) {
                interruption.check();
                sink.write(filled(source, at));
                sent.accept(sink.bytes());
            }
            CopyChecksum.require(
                    from.fileSystem(),
                    path,
                    file,
                    sink.bytes(),
                    sink.checksums().whole());
            sink.commit();
        }
    }

    private PooledBuffer filled(Source source, long at) throws IOException {
        PooledBuffer buffer = to.bufferPool().acquire();
        try {
            buffer.length((int) Math.min(buffer.capacity(), source.size() - at));
            source.read(at, buffer.bytes());
            return buffer;
        } catch (IOException | RuntimeException | Error e) {
            buffer.release();
            throw e;
        }
    }

    @Override
    public void close() {
        memory.close();
        sourceMemory.close();
    }
}
