package io.penstock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import io.penstock.format.CorruptFileException;
import io.penstock.log.DataFile;
import io.penstock.storage.BlockChecksums;
import io.penstock.storage.Source;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.WatchedSource;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of a file are those that were written, or a refusal that names the block; and no more is fetched than it takes. */
class CheckedSourceTest {
    private static final int NOTHING_SHOWN = 0;
    private static final int ALL_SHOWN = Integer.MAX_VALUE;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck(300);

    /** Shown: nothing, pieces that are smaller and larger than blocks, everything. */
    @ParameterizedTest
    @ValueSource(ints = {NOTHING_SHOWN, 7, 100, 5000, ALL_SHOWN})
    void whatIsHandedOutIsWhatWasWritten(int segmentBytes) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 150; i++) {
            byte[] good = bytes(random, 1 + random.nextInt(random.nextBoolean() ? 100 : 5000));
            BlockChecksums checksums = checksums(good, 1 + random.nextInt(random.nextBoolean() ? 50 : 1000));
            byte[] bad = good.clone();
            for (int flips = random.nextInt(3); flips > 0; flips--) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            BitSet broken = new BitSet();
            for (int at = Arrays.mismatch(good, bad); at >= 0 && at < bad.length; at++) {
                if (bad[at] != good[at]) {
                    broken.set(checksums.at(at));
                }
            }
            try (Source source = open(new WatchedSource("f", bad, segmentBytes), checksums)) {
                useUntilBroken(source, good, checksums, broken, random, "seed " + seed + ", case " + i);
            }
        }
    }

    private void useUntilBroken(
            Source source, byte[] good, BlockChecksums checksums, BitSet broken, Random random, String label)
            throws IOException {
        for (int use = 0; use < 40; use++) {
            List<Input.Range> ranges = new ArrayList<>();
            BitSet touched = new BitSet();
            for (int count = 1 + random.nextInt(6); count > 0; count--) {
                int from = random.nextInt(good.length + 1);
                int length = random.nextInt(Math.min(good.length - from, random.nextBoolean() ? 30 : 2000) + 1);
                ByteBuffer target = random.nextBoolean() ? ByteBuffer.allocate(length + 5) : direct(length + 5);
                ranges.add(new Input.Range(from, target.position(3).limit(3 + length)));
                if (length > 0) {
                    touched.set(from / checksums.blockBytes(), checksums.at(from + length - 1) + 1);
                }
            }
            touched.and(broken);
            try {
                use(source, ranges, good, random.nextInt(3), label);
            } catch (CorruptFileException e) {
                assertFalse(touched.isEmpty(), label + ": " + e.getMessage());
                assertTrue(
                        touched.stream()
                                .anyMatch(block -> e.getMessage()
                                        .contains("bytes " + (long) block * checksums.blockBytes() + " to "
                                                + (checksums.end(block) - 1) + " ")),
                        label + ": " + e.getMessage());
                return;
            }
            assertTrue(touched.isEmpty(), label + ": blocks " + touched + " were handed out");
        }
    }

    private static void use(Source source, List<Input.Range> ranges, byte[] good, int how, String label)
            throws IOException {
        if (how == 0) {
            source.read(ranges);
        }
        for (Input.Range range : ranges) {
            ByteBuffer target = range.target();
            int length = target.limit() - 3;
            byte[] found = new byte[length];
            Optional<Input.View> view = how == 2 ? source.view(range.offset(), length) : Optional.<Input.View>empty();
            if (view.isPresent()) {
                try (Input.View bytes = view.get()) {
                    Memory.copy(bytes.address(), found, 0, length);
                }
            } else {
                if (how > 0) {
                    source.read(range.offset(), target);
                }
                assertEquals(0, target.remaining(), label);
                target.get(3, found);
            }
            int from = (int) range.offset();
            assertArrayEquals(Arrays.copyOfRange(good, from, from + length), found, label);
        }
    }

    @Test
    void readingInARowFetchesEveryByteOnce() throws IOException {
        Random random = new Random(1);
        byte[] bytes = bytes(random, 10_000);
        WatchedSource fetched = new WatchedSource("f", bytes, NOTHING_SHOWN);
        try (Source source = open(fetched, checksums(bytes, 64))) {
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(bytes.length - at, random.nextInt(300));
                source.read(at, ByteBuffer.allocate(length));
                at += length;
            }
        }
        assertEquals(bytes.length, fetched.askedBytes());
        for (int i = 1; i < fetched.asked().size(); i++) {
            assertEquals(fetched.asked().get(i - 1).to(), fetched.asked().get(i).from());
        }
    }

    @Test
    void rangesAreFetchedAtOnceWithNoMoreThanTheirBlocks() throws IOException {
        byte[] bytes = bytes(new Random(2), 10_000);
        WatchedSource fetched = new WatchedSource("f", bytes, NOTHING_SHOWN);
        try (Source source = open(fetched, checksums(bytes, 100))) {
            source.read(List.of(range(150, 500), range(650, 400), range(5010, 10), range(9990, 10)));
            assertEquals(1, fetched.lists());
            // From 100 to 1100, where the second goes on in the block in which the first ends; 5000 to 5100; 9900 to
            // 10000.
            assertEquals(1000 + 100 + 100, fetched.askedBytes());
            source.read(List.of(range(5020, 10), range(110, 10), range(660, 10)));
            assertEquals(1, fetched.lists());
        }
    }

    @Test
    void manyRangesAreFetchedWithAFewBlocksOfMemory() throws IOException {
        byte[] bytes = bytes(new Random(3), 10_000);
        WatchedSource fetched = new WatchedSource("f", bytes, NOTHING_SHOWN);
        BlockChecksums checksums = checksums(bytes, 100);
        try (Source source = open(fetched, checksums)) {
            List<Input.Range> ranges = new ArrayList<>();
            for (int at = 50; at < 9_900; at += 200) {
                ranges.add(range(at, 120));
            }
            source.read(ranges);
            for (Input.Range range : ranges) {
                int from = (int) range.offset();
                assertArrayEquals(
                        Arrays.copyOfRange(bytes, from, from + 120),
                        range.target().array());
            }
            assertEquals(1024, CheckedSource.memoryBytes(file(bytes.length, checksums)));
            assertTrue(memory.allocator().getAllocatedMemory() <= 1024);
        }
    }

    @Test
    void blocksOfWhichNobodyWantsAnythingAreNeitherFetchedNorChecked() throws IOException {
        byte[] bytes = bytes(new Random(4), 1000);
        BlockChecksums checksums = checksums(bytes, 100);
        Arrays.fill(bytes, 300, 900, (byte) 0);
        for (int segmentBytes : new int[] {NOTHING_SHOWN, ALL_SHOWN, 30}) {
            WatchedSource asked = new WatchedSource("f", bytes, segmentBytes);
            try (Source source = open(asked, checksums)) {
                source.read(0, ByteBuffer.allocate(300));
                source.read(900, ByteBuffer.allocate(1));
                assertTrue(asked.asked().stream().noneMatch(extent -> extent.from() < 900 && extent.to() > 300));
                assertThrows(CorruptFileException.class, () -> source.read(299, ByteBuffer.allocate(2)));
            }
        }
    }

    @Test
    void anotherSizeIsRefusedAndNoChecksumsCheckNothingElse() throws IOException {
        WatchedSource source = new WatchedSource("dir/f", new byte[5], NOTHING_SHOWN);
        CorruptFileException e =
                assertThrows(CorruptFileException.class, () -> CheckedSource.of(source, file(4, null), null, null));
        assertEquals("dir/f: it is 5 bytes long, and the log says 4", e.getMessage());
        assertSame(source, CheckedSource.of(source, file(5, null), null, null));
    }

    @ParameterizedTest
    @ValueSource(ints = {NOTHING_SHOWN, ALL_SHOWN})
    void rangesOutsideOfTheFileAreRefusedAsByAnySource(int segmentBytes) throws IOException {
        byte[] bytes = new byte[100];
        WatchedSource watched = new WatchedSource("f", bytes, segmentBytes);
        try (Source source = open(watched, checksums(bytes, 10))) {
            assertThrows(EOFException.class, () -> source.read(91, ByteBuffer.allocate(10)));
            assertThrows(EOFException.class, () -> source.view(91, 10));
            assertThrows(EOFException.class, () -> source.read(List.of(range(91, 10))));
            assertThrows(IllegalArgumentException.class, () -> source.read(-1, ByteBuffer.allocate(1)));
            source.read(100, ByteBuffer.allocate(0));
        }
        assertTrue(watched.isClosed());
    }

    private Source open(Source source, BlockChecksums checksums) throws IOException {
        return CheckedSource.of(source, file(source.size(), checksums), memory.pool(), memory.allocator());
    }

    private static DataFile file(long bytes, BlockChecksums checksums) {
        return new DataFile("f", bytes, 1, checksums, null, 0);
    }

    private static Input.Range range(int offset, int length) {
        return new Input.Range(offset, ByteBuffer.allocate(length));
    }

    private static ByteBuffer direct(int length) {
        return ByteBuffer.allocateDirect(length);
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static BlockChecksums checksums(byte[] bytes, int blockBytes) {
        int[] sums = new int[(bytes.length + blockBytes - 1) / blockBytes];
        CRC32C crc = new CRC32C();
        for (int block = 0; block < sums.length; block++) {
            int from = block * blockBytes;
            crc.update(bytes, from, Math.min(blockBytes, bytes.length - from));
            sums[block] = (int) crc.getValue();
            crc.reset();
        }
        return BlockChecksums.of(bytes.length, blockBytes, sums);
    }
}
