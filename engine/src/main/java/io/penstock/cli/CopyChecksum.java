package io.penstock.cli;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.PooledBuffer;
import io.penstock.log.DataFile;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Source;
import io.penstock.storage.s3.S3FileSystem;
import java.io.IOException;
import java.util.zip.CRC32C;

/** Holds the bytes of a file against the log that speaks of it. */
final class CopyChecksum {
    private CopyChecksum() {}

    /** The CRC32C of a file, if it is known without bringing the file from a server; null if not. */
    static Integer known(FileSystem files, BufferPool pool, String path, Interruption interruption) throws IOException {
        return files instanceof S3FileSystem s3
                ? S3Objects.crc32c(s3, path)
                : Integer.valueOf(read(files, pool, path, interruption));
    }

    /** The CRC32C of a file, which is read for it. */
    static int read(FileSystem files, BufferPool pool, String path, Interruption interruption) throws IOException {
        CRC32C crc = new CRC32C();
        PooledBuffer buffer = pool.acquire();
        try (Source source = files.openForRead(path)) {
            for (long at = 0; at < source.size(); at += buffer.length()) {
                interruption.check();
                buffer.length((int) Math.min(buffer.capacity(), source.size() - at));
                source.read(at, buffer.bytes());
                crc.update(buffer.bytes());
            }
        } finally {
            buffer.release();
        }
        return (int) crc.getValue();
    }

    /** @throws IOException if the bytes are not those that the log speaks of */
    static void require(FileSystem files, String path, DataFile expected, long bytes, int crc32c) throws IOException {
        requireSize(files, path, expected, bytes);
        requireSum(files, path, expected, crc32c);
    }

    /** As {@link #require}, of the size only. */
    static void requireSize(FileSystem files, String path, DataFile expected, long bytes) throws IOException {
        if (bytes != expected.bytes()) {
            throw new IOException("'" + path + "' in " + files + " is damaged: it has " + bytes
                    + " bytes, and by the table's log " + expected.bytes());
        }
    }

    /** As {@link #require}, of the sum only. */
    static void requireSum(FileSystem files, String path, DataFile expected, int crc32c) throws IOException {
        if (!matches(expected, crc32c)) {
            throw new IOException(String.format(
                    "'%s' in %s is damaged: its CRC32C is %08x, and by the table's log %08x",
                    path, files, crc32c, expected.checksums().whole()));
        }
    }

    /** Whether this is the checksum of the file, as far as the log says one. */
    static boolean matches(DataFile expected, Integer crc32c) {
        return crc32c == null
                || expected.checksums() == null
                || expected.checksums().whole() == crc32c;
    }
}
