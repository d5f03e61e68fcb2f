package io.penstock.storage.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MappedFileTest {
    /** Not a multiple of a page, which the real one is. */
    private static final int STRIDE_BYTES = 5000;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                1,
                STRIDE_BYTES - 1,
                STRIDE_BYTES,
                STRIDE_BYTES + 1,
                2 * STRIDE_BYTES - 1,
                2 * STRIDE_BYTES,
                2 * STRIDE_BYTES + 1,
                7 * STRIDE_BYTES + 3
            })
    void everyRangeIsThatOfTheFile(int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        MappedFile mapped = MappedFile.open(Files.write(directory.resolve("file"), content), STRIDE_BYTES);
        assertEquals(size, mapped.size());
        for (int from = 0; from <= size; from += 499) {
            for (int length : new int[] {0, 1, 17, STRIDE_BYTES - 1, STRIDE_BYTES, STRIDE_BYTES + 1, size - from}) {
                if (length <= size - from) {
                    assertRange(ByteBuffer.wrap(content, from, length), mapped, from);
                }
            }
        }
        mapped.release();
    }

    private static void assertRange(ByteBuffer expected, MappedFile mapped, int from) {
        int length = expected.remaining();
        ByteBuffer target = ByteBuffer.allocate(length);
        mapped.read(from, target);
        assertEquals(expected, target.flip());
        if (mapped.isContiguous(from, length)) {
            if (length > 0) {
                assertEquals(expected, Memory.view(mapped.address(from), length));
            }
        } else {
            assertTrue(length > STRIDE_BYTES, "a view of " + length + " bytes at " + from + " is not contiguous");
        }
    }

    @Test
    void rangeThatIsLongerThanAWindowIsNotContiguous() throws IOException {
        byte[] content = new byte[4 * STRIDE_BYTES];
        MappedFile mapped = MappedFile.open(Files.write(directory.resolve("file"), content), STRIDE_BYTES);
        assertTrue(mapped.isContiguous(0, 2 * STRIDE_BYTES - 1));
        assertFalse(mapped.isContiguous(0, 2 * STRIDE_BYTES));
        assertTrue(mapped.isContiguous(3 * STRIDE_BYTES, STRIDE_BYTES));
        mapped.release();
    }

    @Test
    void fileBeyondTwoGibibytesIsReadAtItsEnd() throws IOException {
        Path file = directory.resolve("sparse");
        long size = (1L << 32) + 5;
        try (var sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(size);
            sparse.seek((1L << 31) - 2);
            sparse.write(new byte[] {1, 2, 3, 4});
            sparse.seek(size - 2);
            sparse.write(new byte[] {5, 6});
        }
        MappedFile mapped = MappedFile.open(file, MappedFile.STRIDE_BYTES);
        assertEquals(size, mapped.size());
        for (long from : new long[] {(1L << 31) - 2, size - 2, (1L << 30) - 1}) {
            ByteBuffer target = ByteBuffer.allocate(2);
            mapped.read(from, target);
            assertTrue(mapped.isContiguous(from, 2));
            assertEquals(target.flip(), Memory.view(mapped.address(from), 2));
        }
        ByteBuffer target = ByteBuffer.allocate(4);
        mapped.read((1L << 31) - 2, target);
        assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), target.flip());
        mapped.read(size - 2, target.clear().limit(2));
        assertEquals(ByteBuffer.wrap(new byte[] {5, 6}), target.flip());
        mapped.release();
    }
}
