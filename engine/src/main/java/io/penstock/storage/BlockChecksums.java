package io.penstock.storage;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/**
 * The CRC32C (RFC 3720) of each block of a file: all of one size, but for the last, which may be shorter. Immutable; {@link
 * RunningChecksums} makes them.
 */
public final class BlockChecksums {
    /** Also what {@link RunningChecksums} begins with: a server takes longer to find bytes than to send so many more of them. */
    public static final int SMALLEST_BLOCK_BYTES = 64 << 10;

    /** Who reads a few bytes of a file has to have memory for a whole block, so that blocks do not grow with their file for ever. */
    public static final int LARGEST_BLOCK_BYTES = 4 << 20;

    private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();

    private final long bytes;
    private final int blockBytes;
    private final int[] sums;

    /** Takes ownership of {@code sums}. */
    private BlockChecksums(long bytes, int blockBytes, int[] sums) {
        if (blockBytes < 1 || blockBytes > LARGEST_BLOCK_BYTES) {
            throw new IllegalArgumentException("checksums of blocks of " + blockBytes
                    + " bytes; a block has between 1 and " + LARGEST_BLOCK_BYTES);
        }
        if (bytes < 0 || sums.length != (bytes + blockBytes - 1) / blockBytes) {
            throw new IllegalArgumentException(
                    sums.length + " checksums of blocks of " + blockBytes + " bytes, for " + bytes + " bytes");
        }
        this.bytes = bytes;
        this.blockBytes = blockBytes;
        this.sums = sums;
    }

    /** @throws IllegalArgumentException if so many bytes do not have so many blocks of that size */
    public static BlockChecksums of(long bytes, int blockBytes, int[] sums) {
        return new BlockChecksums(bytes, blockBytes, sums.clone());
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @param bytes of the file
     * @throws IllegalArgumentException if it is something else, or not of so many bytes
     */
    public static BlockChecksums parse(String text, long bytes) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("checksums of blocks without their size: " + text);
        }
        ByteBuffer decoded = ByteBuffer.wrap(Base64.getDecoder().decode(text.substring(colon + 1)));
        if (decoded.remaining() % Integer.BYTES != 0) {
            throw new IllegalArgumentException("checksums of blocks in " + decoded.remaining() + " bytes");
        }
        int[] sums = new int[decoded.remaining() / Integer.BYTES];
        decoded.asIntBuffer().get(sums);
        return new BlockChecksums(bytes, Integer.parseInt(text.substring(0, colon)), sums);
    }

    /** Of the file. */
    public long bytes() {
        return bytes;
    }

    /** Of a block that is not the last. */
    public int blockBytes() {
        return blockBytes;
    }

    public int count() {
        return sums.length;
    }

    /** Where a block ends and the next one begins. */
    public long end(int block) {
        return Math.min(bytes, (block + 1L) * blockBytes);
    }

    /** The block that has the byte at {@code offset}. */
    public int at(long offset) {
        return (int) (offset / blockBytes);
    }

    public int ofBlock(int block) {
        return sums[block];
    }

    /** Of all bytes of the file. */
    public int whole() {
        int whole = 0;
        for (int block = 0; block < sums.length; block++) {
            whole = Crc32c.combine(whole, sums[block], end(block) - (long) block * blockBytes);
        }
        return whole;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlockChecksums that
                && bytes == that.bytes
                && blockBytes == that.blockBytes
                && Arrays.equals(sums, that.sums);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bytes) * 31 + Arrays.hashCode(sums);
    }

    /** The size of a block, and the checksums, high byte first, in base64 without padding: six characters a block, or less. */
    @Override
    public String toString() {
        ByteBuffer encoded = ByteBuffer.allocate(sums.length * Integer.BYTES);
        encoded.asIntBuffer().put(sums);
        return blockBytes + ":" + BASE64.encodeToString(encoded.array());
    }
}
