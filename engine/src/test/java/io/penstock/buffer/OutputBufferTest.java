package io.penstock.buffer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.testing.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OutputBufferTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck(16);

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final OutputBuffer.Outlet toReceived = new OutputBuffer.Outlet() {
        @Override
        public void take(PooledBuffer buffer) {
            receive(buffer.bytes());
            buffer.release();
        }

        @Override
        public void borrow(long address, long length) {
            receive(Memory.view(address, (int) length));
        }

        private void receive(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            received.writeBytes(copy);
        }
    };

    @Test
    void putsOfEverySizeArriveInOrder() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        ByteBuffer direct = ByteBuffer.allocateDirect(100);
        try (OutputBuffer out = new OutputBuffer(memory.pool(), toReceived)) {
            for (int i = 0; i < 2_000; i++) {
                byte[] bytes = new byte[random.nextInt(0, 60)];
                random.nextBytes(bytes);
                switch (random.nextInt(6)) {
                    case 0 -> out.putBytes(bytes);
                    case 1 -> out.putBytes(ByteBuffer.wrap(bytes));
                    case 2 -> {
                        direct.clear().put(bytes).flip();
                        out.putBytes(Memory.address(direct), bytes.length);
                    }
                    case 3 -> {
                        direct.clear().put(bytes).flip();
                        out.borrow(Memory.address(direct), bytes.length);
                    }
                    case 4 -> {
                        bytes = new byte[bytes.length];
                        out.putZeros(bytes.length);
                    }
                    default -> {
                        bytes = ByteBuffer.allocate(13)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putLong(i * 77L)
                                .putInt(i)
                                .put((byte) i)
                                .array();
                        out.putLong(i * 77L);
                        out.putInt(i);
                        out.putByte((byte) i);
                    }
                }
                expected.writeBytes(bytes);
                assertEquals(expected.size(), out.position(), "seed " + seed);
            }
            out.flush();
        }
        assertArrayEquals(expected.toByteArray(), received.toByteArray(), "seed " + seed);
    }

    @Test
    void claimGivesContiguousMemoryAndAdvanceKeepsIt() {
        try (OutputBuffer out = new OutputBuffer(memory.pool(), toReceived)) {
            out.putBytes(new byte[10]);
            long at = out.claim(10);
            for (int i = 0; i < 7; i++) {
                Memory.putByte(at + i, (byte) i);
            }
            out.advance(at + 7);
            assertEquals(17, out.position());
            out.flush();
        }
        assertEquals(17, received.size());
        assertEquals(6, received.toByteArray()[16]);
    }

    @Test
    void writingBeyondAClaimIsFound() {
        try (OutputBuffer out = new OutputBuffer(memory.pool(), toReceived)) {
            long at = out.claim(4);
            assertThrows(IllegalStateException.class, () -> out.advance(at + 17));
            assertThrows(IllegalStateException.class, () -> out.advance(at - 1));
            assertThrows(IllegalArgumentException.class, () -> out.claim(17));
        }
    }

    @Test
    void closeReleasesWhatWasNotHandedOver() {
        OutputBuffer out = new OutputBuffer(memory.pool(), toReceived);
        out.putBytes(new byte[40]);
        out.close();
        out.close();
        assertEquals(32, received.size());
    }

    @Test
    void failingOutletLeavesNoBufferBehind() {
        OutputBuffer.Outlet failing = new OutputBuffer.Outlet() {
            @Override
            public void take(PooledBuffer buffer) {
                buffer.release();
                throw new IllegalStateException("full");
            }

            @Override
            public void borrow(long address, long length) {
                throw new IllegalStateException("full");
            }
        };
        try (OutputBuffer out = new OutputBuffer(memory.pool(), failing)) {
            assertThrows(IllegalStateException.class, () -> out.putBytes(new byte[100]));
        }
    }
}
