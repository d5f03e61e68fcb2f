package io.penstock.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunningChecksumsTest {
    private static final long SEED = 20262;
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    /** Around the ends of blocks, and where blocks become larger. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 300, 511, 512, 513, 512 + 192, 2047, 2048, 2049, 70_001, 3_000_000})
    void everyBlockAndEveryPartHasItsSum(int length) {
        Random random = new Random(SEED);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        RunningChecksums running = new RunningChecksums(64);
        int partStart = 0;
        int largestStep = Math.max(10, length / 50);
        for (int at = 0; at < length; ) {
            int step = Math.min(length - at, 1 + random.nextInt(largestStep));
            ByteBuffer next = ByteBuffer.wrap(bytes, at, step);
            running.add(random.nextBoolean() ? next : next.asReadOnlyBuffer());
            assertEquals(at, next.position());
            at += step;
            if (random.nextInt(3) == 0) {
                assertEquals(crc(bytes, partStart, at), running.endPart(), "the part from " + partStart + " to " + at);
                partStart = at;
            }
            if (random.nextInt(7) == 0) {
                // Looking does not disturb.
                running.checksums();
            }
        }
        assertEquals(length, running.bytes());
        assertEquals(crc(bytes, partStart, length), running.endPart());
        BlockChecksums blocks = running.checksums();
        assertEquals(crc(bytes, 0, length), blocks.whole());
        assertEquals((length + blocks.blockBytes() - 1) / blocks.blockBytes(), blocks.count());
        for (int block = 0; block < blocks.count(); block++) {
            int from = block * blocks.blockBytes();
            assertEquals(crc(bytes, from, (int) blocks.end(block)), blocks.ofBlock(block), "block " + block);
            assertEquals(block, blocks.at(from));
            assertEquals(block, blocks.at(blocks.end(block) - 1));
        }
        assertEquals(blocks, BlockChecksums.parse(blocks.toString(), length));
    }

    @Test
    void allSumsTakeLessThanABlock() {
        RunningChecksums running = new RunningChecksums();
        ByteBuffer zeros = ByteBuffer.allocateDirect(4 * MIB);
        for (long bytes = 4L * MIB; bytes <= 2L << 30; bytes += 4L * MIB) {
            running.add(zeros.clear());
            if (Long.bitCount(bytes) == 1) {
                BlockChecksums blocks = running.checksums();
                assertEquals(bytes <= 512 * MIB ? 64 * KIB : 128 * KIB, blocks.blockBytes());
                assertTrue(blocks.toString().length() < blocks.blockBytes(), blocks.count() + " blocks in " + bytes);
            }
        }
        running.add(zeros.clear());
        assertEquals(256 * KIB, running.checksums().blockBytes());
    }

    @Test
    void blocksHaveToFitTheFile() {
        assertThrows(IllegalArgumentException.class, () -> BlockChecksums.of(65_537, 65_536, new int[1]));
        assertThrows(IllegalArgumentException.class, () -> BlockChecksums.of(65_536, 65_536, new int[2]));
        assertThrows(IllegalArgumentException.class, () -> BlockChecksums.of(1, 0, new int[1]));
        assertThrows(IllegalArgumentException.class, () -> BlockChecksums.of(1, 8 << 20, new int[1]));
        assertThrows(IllegalArgumentException.class, () -> BlockChecksums.of(-1, 65_536, new int[0]));
    }

    private static int crc(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }
}
