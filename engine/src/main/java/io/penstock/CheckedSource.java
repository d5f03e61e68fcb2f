package io.penstock;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Input;
import io.penstock.format.CorruptFileException;
import io.penstock.log.DataFile;
import io.penstock.storage.BlockChecksums;
import io.penstock.storage.Source;
import io.penstock.storage.SourceRange;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A data file of which every block is held against the log's checksums before bytes of it are handed out; where it differs, that is a
 * {@link CorruptFileException}. What nobody asks for is not checked, and not read but for the rest of its block.
 */
abstract sealed class CheckedSource implements Source permits CheckedViews, CheckedReads {
    final Source source;
    final BlockChecksums checksums;

    CheckedSource(Source source, BlockChecksums checksums) {
        this.source = source;
        this.checksums = checksums;
    }

    /**
     * {@code source} with a check before it; the result closes it. It is as it was if the log has no checksums of it.
     *
     * @param pool for a buffer at a time
     * @param allocator for {@link #memoryBytes}
     * @throws CorruptFileException if it has another size than the log says
     */
    static Source of(Source source, DataFile expected, BufferPool pool, BufferAllocator allocator) throws IOException {
        if (source.size() != expected.bytes()) {
            throw new CorruptFileException(
                    source.path(), "it is " + source.size() + " bytes long, and the log says " + expected.bytes());
        }
        BlockChecksums checksums = expected.checksums();
        if (checksums == null || checksums.count() == 0) {
            return source;
        }
        Optional<Input.View> shown = source.view(0, 1);
        shown.ifPresent(Input.View::close);
        return shown.isPresent()
                ? new CheckedViews(source, checksums, pool)
                : new CheckedReads(source, checksums, allocator);
    }

    /** The direct memory that checking takes at worst, besides a pooled buffer. */
    static long memoryBytes(DataFile file) {
        return file.checksums() == null ? 0 : CheckedReads.memoryBytes(file.checksums());
    }

    /** Where a block begins. */
    final long start(int block) {
        return (long) block * checksums.blockBytes();
    }

    final int length(int block) {
        return (int) (checksums.end(block) - start(block));
    }

    final void require(int block, int found) throws CorruptFileException {
        if (found != checksums.ofBlock(block)) {
            throw new CorruptFileException(
                    path(),
                    String.format(
                            "checksum mismatch: the CRC32C of its bytes %d to %d is %08x, and the log says %08x",
                            start(block), checksums.end(block) - 1, found, checksums.ofBlock(block)));
        }
    }

    final void requireRange(long offset, long length) throws EOFException {
        SourceRange.require(path(), null, size(), offset, length);
    }

    @Override
    public final String path() {
        return source.path();
    }

    @Override
    public final long size() {
        return source.size();
    }

    @Override
    public final Traffic traffic() {
        return source.traffic();
    }
}
