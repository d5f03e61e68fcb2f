package io.penstock;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import io.penstock.buffer.PooledBuffer;
import io.penstock.format.CorruptFileException;
import io.penstock.log.DataFile;
import io.penstock.storage.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Holds a data file against what its commit recorded of it. */
final class Checksum {
    /** How much is mapped at a time. */
    private static final long WINDOW_BYTES = 1 << 26;

    private Checksum() {}

    /** @throws CorruptFileException naming the file, if its size or its bytes are others */
    static void verify(Source source, DataFile expected, BufferPool pool) throws IOException {
        if (source.size() != expected.bytes()) {
            throw new CorruptFileException(
                    source.path(), "it is " + source.size() + " bytes long, and the log says " + expected.bytes());
        }
        if (expected.checksums() == null) {
            return;
        }
        int actual = crc32c(source, pool);
        int logged = expected.checksums().whole();
        if (actual != logged) {
            throw new CorruptFileException(
                    source.path(),
                    String.format("checksum mismatch: CRC32C is %08x, and the log says %08x", actual, logged));
        }
    }

    private static int crc32c(Source source, BufferPool pool) throws IOException {
        CRC32C crc = new CRC32C();
        long offset = 0;
        while (offset < source.size()) {
            long length = Math.min(WINDOW_BYTES, source.size() - offset);
            Optional<Input.View> view = source.view(offset, length);
            if (view.isPresent()) {
                try (Input.View bytes = view.get()) {
                    crc.update(Memory.view(bytes.address(), (int) length));
                }
                offset += length;
            } else {
                offset += update(crc, source, offset, pool);
            }
        }
        return (int) crc.getValue();
    }

    private static int update(CRC32C crc, Source source, long offset, BufferPool pool) throws IOException {
        PooledBuffer buffer = pool.acquire();
        try {
            int length = (int) Math.min(buffer.capacity(), source.size() - offset);
            ByteBuffer bytes = buffer.length(length).bytes();
            source.read(offset, bytes);
            crc.update(bytes.rewind());
            return length;
        } finally {
            buffer.release();
        }
    }
}
