package io.penstock;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import io.penstock.buffer.PooledBuffer;
import io.penstock.storage.BlockChecksums;
import io.penstock.storage.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Checks a file whose bytes lie in memory, or are mapped: each block once, where it lies. */
final class CheckedViews extends CheckedSource {
    private final BufferPool pool;
    private final BitSet checked;
    private final CRC32C crc = new CRC32C();

    CheckedViews(Source source, BlockChecksums checksums, BufferPool pool) {
        super(source, checksums);
        this.pool = pool;
        this.checked = new BitSet(checksums.count());
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        check(offset, target.remaining());
        source.read(offset, target);
    }

    @Override
    public Optional<View> view(long offset, long length) throws IOException {
        check(offset, length);
        return source.view(offset, length);
    }

    private void check(long offset, long length) throws IOException {
        requireRange(offset, length);
        if (length == 0) {
            return;
        }
        int end = checksums.at(offset + length - 1) + 1;
        int from = checked.nextClearBit(checksums.at(offset));
        while (from < end) {
            int set = checked.nextSetBit(from);
            int to = set < 0 ? end : Math.min(end, set);
            check(from, to);
            from = checked.nextClearBit(to);
        }
    }

    private void check(int from, int to) throws IOException {
        Optional<Input.View> view = source.view(start(from), start(to - 1) + length(to - 1) - start(from));
        if (view.isPresent()) {
            try (Input.View bytes = view.get()) {
                for (int block = from; block < to; block++) {
                    crc.update(Memory.view(bytes.address() + (start(block) - start(from)), length(block)));
                    end(block);
                }
            }
        } else if (to - from > 1) {
            for (int block = from; block < to; block++) {
                check(block, block + 1);
            }
        } else {
            sumPieces(from);
            end(from);
        }
    }

    /** Of a block that is not in one piece. */
    private void sumPieces(int block) throws IOException {
        PooledBuffer buffer = pool.acquire();
        try {
            int left = length(block);
            while (left > 0) {
                int run = Math.min(left, buffer.capacity());
                ByteBuffer bytes = buffer.length(run).bytes();
                source.read(checksums.end(block) - left, bytes);
                crc.update(bytes.rewind());
                left -= run;
            }
        } finally {
            buffer.release();
        }
    }

    private void end(int block) throws IOException {
        int found = (int) crc.getValue();
        crc.reset();
        require(block, found);
        checked.set(block);
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
