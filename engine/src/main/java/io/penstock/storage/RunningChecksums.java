package io.penstock.storage;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Sums the bytes of a file while it is written, each once: by blocks, and by parts that end wherever the writer says. Not thread-safe.
 *
 * <p>Who reads some columns of a file has to read the rest of the blocks that these begin and end in; the table's log has the sums of all
 * blocks. So blocks get larger with their file, but for very large ones, such that all sums take fewer bytes in the log than one block has:
 * 64 KiB up to a file of 512 MiB, 128 KiB up to 2 GiB, 256 KiB up to 8 GiB.
 */
public final class RunningChecksums {
    /** One takes less than six characters in the log. */
    private static final int BYTES_OF_SUM = 8;

    /** Of the bytes since a block or a part ended last. */
    private final CRC32C crc = new CRC32C();

    private long pieceBytes;
    private long bytes;
    private int blockBytes;
    private int[] sums = new int[16];
    private int count;

    /** Of the current block, as {@link #part} of the current part, without the piece that {@link #crc} sums. */
    private int block;

    private int part;

    public RunningChecksums() {
        this(BlockChecksums.SMALLEST_BLOCK_BYTES);
    }

    /** @param blockBytes of the first block */
    RunningChecksums(int blockBytes) {
        this.blockBytes = blockBytes;
    }

    /** The remaining bytes come next. Their position does not change. */
    public void add(ByteBuffer next) {
        ByteBuffer left = next.duplicate();
        int end = next.limit();
        while (left.position() < end) {
            int filled = (int) (bytes % blockBytes);
            if (filled == 0 && bytes > 0) {
                endBlock();
                filled = (int) (bytes % blockBytes);
            }
            int run = Math.min(end - left.position(), blockBytes - filled);
            crc.update(left.limit(left.position() + run));
            pieceBytes += run;
            bytes += run;
        }
    }

    /** A block ends only when there is something behind it. */
    private void endBlock() {
        endPiece();
        if (count == sums.length) {
            sums = Arrays.copyOf(sums, 2 * count);
        }
        sums[count++] = block;
        block = 0;
        if (count == blockBytes / BYTES_OF_SUM && blockBytes < BlockChecksums.LARGEST_BLOCK_BYTES) {
            count /= 2;
            for (int i = 0; i < count; i++) {
                sums[i] = Crc32c.combine(sums[2 * i], sums[2 * i + 1], blockBytes);
            }
            blockBytes *= 2;
        }
    }

    private void endPiece() {
        if (pieceBytes > 0) {
            int piece = (int) crc.getValue();
            block = Crc32c.combine(block, piece, pieceBytes);
            part = Crc32c.combine(part, piece, pieceBytes);
            crc.reset();
            pieceBytes = 0;
        }
    }

    /** How many bytes were added. */
    public long bytes() {
        return bytes;
    }

    /** Ends a part, and returns the CRC32C of its bytes: of those since the part before, or the beginning. */
    public int endPart() {
        endPiece();
        int ended = part;
        part = 0;
        return ended;
    }

    /** Of the bytes that were added until now. */
    public BlockChecksums checksums() {
        endPiece();
        int[] all = Arrays.copyOf(sums, bytes == 0 ? 0 : count + 1);
        if (bytes > 0) {
            all[count] = block;
        }
        return BlockChecksums.of(bytes, blockBytes, all);
    }
}
