package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.buffer.BufferPool;
import io.penstock.log.DataFile;
import io.penstock.storage.file.LocalFileSystem;
import io.penstock.storage.s3.S3FileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Brings files of this machine to S3, whole. The checksum of the log goes with them, so that the server holds what has arrived against it; where it
 * does not, what has arrived is read back.
 */
final class S3Upload implements FileCarrier {
    private static final int BAD_REQUEST = 400;
    private static final int NOT_IMPLEMENTED = 501;

    private final LocalFileSystem from;
    private final S3FileSystem to;
    private final BufferPool pool;
    private final S3Objects objects;
    private final Interruption interruption;

    S3Upload(LocalFileSystem from, S3FileSystem to, Penstock target, Interruption interruption) {
        this.from = from;
        this.to = to;
        this.pool = target.bufferPool();
        this.objects = new S3Objects(to, interruption);
        this.interruption = interruption;
    }

    @Override
    public void carry(String path, DataFile file, LongConsumer sent) throws IOException {
        Path source = from.locate(path);
        CopyChecksum.requireSize(from, path, file, Files.size(source));
        Integer expected = file.checksums() == null ? null : file.checksums().whole();
        Integer found = send(source, path, file, expected, sent);
        if (expected != null && !expected.equals(found)) {
            requireLanded(path, file);
        }
    }

    private Integer send(Path source, String path, DataFile file, Integer expected, LongConsumer sent)
            throws IOException {
        try {
            return objects.upload(source, path, expected, sent);
        } catch (IOException e) {
            if (expected == null || !isRefused(e)) {
                throw e;
            }
            CopyChecksum.requireSum(from, path, file, CopyChecksum.read(from, pool, path, interruption));
            // Not the bytes are wrong, but the server does not know a checksum of the whole.
            return objects.upload(source, path, null, sent);
        }
    }

    private static boolean isRefused(IOException e) {
        return e.getCause() instanceof S3Exception refused
                && (refused.statusCode() == BAD_REQUEST || refused.statusCode() == NOT_IMPLEMENTED);
    }

    private void requireLanded(String path, DataFile file) throws IOException {
        try {
            CopyChecksum.requireSum(to, path, file, CopyChecksum.read(to, pool, path, interruption));
        } catch (IOException e) {
            to.remove(path);
            throw e;
        }
    }

    @Override
    public void close() {
        objects.close();
    }
}
