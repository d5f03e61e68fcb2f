package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PartTest {
    private static final int BUFFER_BYTES = 64;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck(BUFFER_BYTES);

    private Part.Shared shared(byte[] content) {
        Part.Shared shared = new Part.Shared(memory.pool().acquire());
        shared.memory(0, content.length).put(content);
        return shared;
    }

    @Test
    void bytesAreReadFromAnyOffsetIntoTargetsOfAnySize() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] content = new byte[random.nextInt(2000)];
        random.nextBytes(content);
        Part part = new Part(1, content.length);
        for (int done = 0; done < content.length; ) {
            int length = Math.min(content.length - done, 1 + random.nextInt(BUFFER_BYTES));
            Part.Shared buffer = shared(Arrays.copyOfRange(content, done, done + length));
            int middle = random.nextInt(length + 1);
            for (int[] run : new int[][] {{0, middle}, {middle, length}}) {
                if (run[0] < run[1]) {
                    part.append(buffer, run[0], run[1]);
                }
            }
            buffer.release();
            done += length;
        }
        assertEquals(content.length, part.bytes(), "seed " + seed);
        assertEquals(0, part.free(), "seed " + seed);
        for (int i = 0; i < 100; i++) {
            int from = random.nextInt(content.length + 1);
            int room = random.nextInt(content.length + 10);
            ByteBuffer target =
                    random.nextBoolean() ? ByteBuffer.allocate(room + 3) : ByteBuffer.allocateDirect(room + 3);
            target.position(3);
            part.copy(from, target);
            byte[] copied = new byte[target.position() - 3];
            target.get(3, copied);
            int expected = Math.min(room, content.length - from);
            assertArrayEquals(Arrays.copyOfRange(content, from, from + expected), copied, "seed " + seed);
        }
        part.release();
    }

    @Test
    void buffersOfTwoPartsGoBackWithTheSecond() {
        Part.Shared buffer = shared(new byte[BUFFER_BYTES]);
        Part first = new Part(1, 10);
        Part second = new Part(2, 100);
        first.append(buffer, 0, 10);
        second.append(buffer, 10, 20);
        second.append(buffer, 20, BUFFER_BYTES);
        buffer.release();
        second.release();
        assertEquals(1, memory.pool().outstanding());
        first.release();
        assertEquals(0, memory.pool().outstanding());
        first.release();
        second.release();
        assertEquals(0, memory.pool().outstanding());
    }
}
