package io.penstock.format.arrow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Memory;
import io.penstock.format.BatchDecoder;
import io.penstock.format.Lz4Frame;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG.Bits;
import net.jpountz.xxhash.XXHashFactory;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrowCompressionTest {
    private static final int GUARD = 64;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @ParameterizedTest
    @ValueSource(bytes = {CompressionType.LZ4_FRAME, CompressionType.ZSTD})
    void compressedBatchesOfEveryTypeAreRead(byte codec) throws IOException {
        var schema = RandomSchemas.everything();
        byte[] stream = CompressedStream.of(schema, 3, codec, memory.allocator(), 1000, 0, 9);
        for (Views views : Views.values()) {
            MemoryInput input = new MemoryInput(stream, views);
            try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, 3);
                    BatchDecoder decoder = ArrowFiles.open(input, null, null, memory.allocator())) {
                for (int rows : new int[] {1000, 0, 9}) {
                    assertTrue(decoder.loadNext());
                    try (VectorSchemaRoot expected = batches.next(rows)) {
                        BatchAssert.assertEqual(
                                expected,
                                batches.dictionaries(),
                                decoder.batch(),
                                decoder.dictionaries(),
                                views + ", " + rows);
                    }
                }
                assertFalse(decoder.loadNext());
            }
            assertEquals(0, input.openViews());
        }
    }

    @Test
    void framesOfEveryKindAndSizeAreDecompressed() throws IOException {
        for (int length : new int[] {1, 11, 12, 13, 64, 1000, 65535, 65536, 65537, 300_000}) {
            for (int kind = 0; kind < 3; kind++) {
                byte[] plain = data(length, kind);
                assertArrayEquals(plain, decompress(frame(plain, Bits.BLOCK_INDEPENDENCE), length));
                assertArrayEquals(
                        plain,
                        decompress(
                                frame(plain, Bits.BLOCK_INDEPENDENCE, Bits.BLOCK_CHECKSUM, Bits.CONTENT_CHECKSUM),
                                length));
            }
        }
    }

    @Test
    void blocksMayReferToEarlierOnes() {
        byte[] frame = linkedFrame();
        assertEquals("abcdefghijklmnopcdefghijklcdefgh", new String(decompress(frame, 32), StandardCharsets.US_ASCII));
    }

    /** 16 stored bytes, then a block of a match 14 bytes back, of 10 bytes, and 6 literals. */
    private static byte[] linkedFrame() {
        ByteBuffer frame = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(0x184D2204).put((byte) 0x40).put((byte) 0x40);
        int checksum = XXHashFactory.safeInstance().hash32().hash(frame.array(), 4, 2, 0);
        frame.put((byte) (checksum >>> 8));
        frame.putInt(16 | 1 << 31).put("abcdefghijklmnop".getBytes(StandardCharsets.US_ASCII));
        frame.putInt(10)
                .put((byte) 0x06)
                .putShort((short) 14)
                .put((byte) 0x60)
                .put("cdefgh".getBytes(StandardCharsets.US_ASCII));
        frame.putInt(0);
        return Arrays.copyOf(frame.array(), frame.position());
    }

    @Test
    void brokenFramesAreRefusedAndNothingOutsideIsTouched() throws IOException {
        byte[][] originals = {
            linkedFrame(),
            frame(data(32, 0), Bits.BLOCK_INDEPENDENCE),
            frame(data(32, 2), Bits.BLOCK_INDEPENDENCE, Bits.BLOCK_CHECKSUM),
            frame(data(32, 1), Bits.BLOCK_INDEPENDENCE, Bits.CONTENT_CHECKSUM)
        };
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] frame = originals[random.nextInt(originals.length)].clone();
            for (int k = random.nextInt(3); k >= 0; k--) {
                frame[7 + random.nextInt(frame.length - 7)] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                frame = Arrays.copyOf(frame, random.nextInt(frame.length));
            }
            try {
                decompress(frame, 32);
            } catch (IllegalArgumentException refused) {
                assertTrue(refused.getMessage().startsWith("the LZ4 frame of 32 bytes "), refused.getMessage());
            }
        }
    }

    @Test
    void frameOfAnotherLengthIsRefused() throws IOException {
        byte[] frame = frame(data(100, 1), Bits.BLOCK_INDEPENDENCE);
        assertThrows(IllegalArgumentException.class, () -> decompress(frame, 99));
        assertThrows(IllegalArgumentException.class, () -> decompress(frame, 101));
        assertThrows(IllegalArgumentException.class, () -> decompress(frame, 0));
    }

    private static byte[] data(int length, int kind) {
        byte[] data = new byte[length];
        Random random = new Random(length);
        for (int i = 0; i < length; i++) {
            data[i] = (byte)
                    (kind == 0
                            ? random.nextInt()
                            : kind == 1 ? 7 : i < 5 || random.nextInt(20) == 0 ? random.nextInt(4) : data[i - 5]);
        }
        return data;
    }

    private static byte[] frame(byte[] plain, Bits... options) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (LZ4FrameOutputStream out = new LZ4FrameOutputStream(frame, BLOCKSIZE.SIZE_64KB, options)) {
            out.write(plain);
        }
        return frame.toByteArray();
    }

    private static byte[] decompress(byte[] frame, int length) {
        ByteBuffer source = ByteBuffer.allocateDirect(frame.length).put(frame);
        ByteBuffer target = ByteBuffer.allocateDirect(length + 2 * GUARD);
        Memory.fill(Memory.address(target), target.capacity(), (byte) 0x5a);
        try {
            Lz4Frame.decompress(Memory.address(source), frame.length, Memory.address(target) + GUARD, length);
        } finally {
            for (int i = 0; i < GUARD; i++) {
                assertEquals(0x5a, target.get(i));
                assertEquals(0x5a, target.get(GUARD + length + i));
            }
        }
        byte[] plain = new byte[length];
        target.get(GUARD, plain);
        return plain;
    }
}
