package io.penstock.format;

import io.penstock.buffer.Memory;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * Decompresses one LZ4 frame whose decompressed length is known, from memory to memory. It reads and writes nothing outside of what
 * it is given, whatever the bytes are. Blocks may refer to earlier ones, which the libraries for Java do not do.
 *
 * <p>After the <a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md">frame</a> and <a
 * href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md">block</a> format descriptions.
 */
public final class Lz4Frame {
    /** What every frame begins with, as a little-endian int32. */
    public static final int MAGIC = 0x184D2204;

    private static final int CONTENT_SIZE = 1 << 3;
    private static final int CONTENT_CHECKSUM = 1 << 2;
    private static final int BLOCK_CHECKSUM = 1 << 4;
    private static final int DICTIONARY = 1;
    private static final int RESERVED = 1 << 1;
    private static final int STORED = 1 << 31;
    private static final int MIN_MATCH = 4;
    private static final XXHash32 HASH = XXHashFactory.safeInstance().hash32();

    private final long sourceEnd;
    private final long targetStart;
    private final long targetEnd;
    private long source;
    private long target;

    private Lz4Frame(long source, long sourceLength, long target, long targetLength) {
        this.source = source;
        this.sourceEnd = source + sourceLength;
        this.target = target;
        this.targetStart = target;
        this.targetEnd = target + targetLength;
    }

    /** @throws IllegalArgumentException if it is not a frame of exactly {@code targetLength} decompressed bytes */
    public static void decompress(long source, long sourceLength, long target, long targetLength) {
        new Lz4Frame(source, sourceLength, target, targetLength).decompress();
    }

    private void decompress() {
        need(4 + 2);
        if (Memory.getInt(source) != MAGIC) {
            throw malformed("does not begin with the magic number");
        }
        long descriptor = source + 4;
        int flags = Memory.getByte(descriptor) & 0xff;
        int blockSize = Memory.getByte(descriptor + 1) >> 4 & 7;
        if (flags >>> 6 != 1 || (flags & (RESERVED | DICTIONARY)) != 0 || blockSize < 4) {
            throw malformed("has the flags " + flags + " and the block size " + blockSize);
        }
        source = descriptor + 2;
        if ((flags & CONTENT_SIZE) != 0) {
            need(8);
            if (Memory.getLong(source) != targetEnd - targetStart) {
                throw malformed("says it has " + Memory.getLong(source) + " bytes");
            }
            source += 8;
        }
        need(1);
        if ((byte) (hash(descriptor, source - descriptor) >>> 8) != Memory.getByte(source)) {
            throw malformed("has a header that does not match its checksum");
        }
        source++;
        blocks(1L << (8 + 2 * blockSize), (flags & BLOCK_CHECKSUM) != 0);
        if (target != targetEnd) {
            throw malformed("has " + (target - targetStart) + " bytes");
        }
        if ((flags & CONTENT_CHECKSUM) != 0) {
            requireChecksum(targetStart, targetEnd - targetStart);
        }
    }

    private void blocks(long maxBlockBytes, boolean checksums) {
        while (true) {
            need(4);
            int size = Memory.getInt(source);
            source += 4;
            if (size == 0) {
                return;
            }
            boolean stored = (size & STORED) != 0;
            long length = size & ~STORED;
            if (length > maxBlockBytes) {
                throw malformed("has a block of " + length + " bytes");
            }
            need(length);
            long block = source;
            long start = target;
            if (stored) {
                copy(length);
            } else {
                block(block + length);
            }
            if (target - start > maxBlockBytes) {
                throw malformed("has a block of " + (target - start) + " bytes");
            }
            if (checksums) {
                requireChecksum(block, length);
            }
        }
    }

    private void block(long end) {
        while (source < end) {
            int token = Memory.getByte(source++) & 0xff;
            long literals = length(token >>> 4, end);
            if (literals > end - source) {
                throw malformed("has literals beyond their block");
            }
            copy(literals);
            if (source == end) {
                return;
            }
            if (end - source < 2) {
                throw malformed("ends in a match");
            }
            int distance = Memory.getShort(source) & 0xffff;
            source += 2;
            match(distance, length(token & 15, end) + MIN_MATCH);
        }
        throw malformed("has a block without an end");
    }

    private long length(int nibble, long end) {
        long length = nibble;
        if (nibble == 15) {
            int more;
            do {
                if (source >= end) {
                    throw malformed("ends in a length");
                }
                more = Memory.getByte(source++) & 0xff;
                length += more;
            } while (more == 255);
        }
        return length;
    }

    private void copy(long length) {
        if (length > targetEnd - target) {
            throw malformed("has more bytes");
        }
        Memory.copy(source, target, length);
        source += length;
        target += length;
    }

    private void match(int distance, long length) {
        if (distance == 0 || distance > target - targetStart) {
            throw malformed("refers to before its beginning");
        }
        if (length > targetEnd - target) {
            throw malformed("has more bytes");
        }
        long from = target - distance;
        long end = target + length;
        if (distance >= 8) {
            for (; target + 8 <= end; target += 8, from += 8) {
                Memory.putLong(target, Memory.getLong(from));
            }
        }
        for (; target < end; target++, from++) {
            Memory.putByte(target, Memory.getByte(from));
        }
    }

    private void requireChecksum(long address, long length) {
        need(4);
        if (hash(address, length) != Memory.getInt(source)) {
            throw malformed("does not match its checksum");
        }
        source += 4;
    }

    private static int hash(long address, long length) {
        return HASH.hash(Memory.view(address, Math.toIntExact(length)), 0, (int) length, 0);
    }

    private void need(long bytes) {
        if (sourceEnd - source < bytes) {
            throw malformed("ends early");
        }
    }

    private IllegalArgumentException malformed(String problem) {
        return new IllegalArgumentException("the LZ4 frame of " + (targetEnd - targetStart) + " bytes " + problem);
    }
}
