package io.penstock.cli;

import io.penstock.log.DataFile;
import io.penstock.storage.file.LocalFileSystem;
import io.penstock.storage.s3.S3FileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/** Brings files from S3 to this machine, whole, where they appear when they are what the log speaks of. */
final class S3Download implements FileCarrier {
    private static final int READ_BYTES = 1 << 18;

    private final S3FileSystem from;
    private final LocalFileSystem to;
    private final S3Objects objects;
    private final Interruption interruption;

    S3Download(S3FileSystem from, LocalFileSystem to, Interruption interruption) {
        this.from = from;
        this.to = to;
        this.objects = new S3Objects(from, interruption);
        this.interruption = interruption;
    }

    @Override
    public void carry(String path, DataFile file, LongConsumer sent) throws IOException {
        Path place = to.openForFilling(path);
        try {
            // The client fails at an object without a byte.
            if (file.bytes() > 0) {
                objects.download(path, place, sent);
            }
            requireSame(path, place, file);
            to.publish(path);
        } catch (IOException | RuntimeException | Error e) {
            try {
                to.discard(path);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private void requireSame(String path, Path place, DataFile file) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer bytes = ByteBuffer.allocate(READ_BYTES);
        try (FileChannel arrived = FileChannel.open(place)) {
            while (arrived.read(bytes.clear()) >= 0) {
                interruption.check();
                crc.update(bytes.flip());
            }
            CopyChecksum.require(from, path, file, arrived.size(), (int) crc.getValue());
        }
    }

    @Override
    public void close() {
        objects.close();
    }
}
