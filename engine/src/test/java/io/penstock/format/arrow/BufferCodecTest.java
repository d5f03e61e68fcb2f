package io.penstock.format.arrow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.penstock.buffer.Memory;
import io.penstock.format.Lz4Frame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BufferCodecTest {
    private static final int GUARD = 64;
    private static final int[] LENGTHS = {1, 2, 12, 13, 100, 65535, 65536, 65537, (1 << 18) + 1, (1 << 20) + 1};

    /** Of more than one block of the largest size. */
    private static final int SEVERAL_BLOCKS = (1 << 22) + 1;

    /** How the bytes are to be compressed: not at all, very much, somewhat, and some of the blocks not at all. */
    private enum Data {
        NOISE,
        CONSTANT,
        REPEATING,
        NOISE_IN_PLACES;

        byte[] bytes(int length) {
            byte[] bytes = new byte[length];
            Random random = new Random(length);
            if (this == NOISE) {
                random.nextBytes(bytes);
            } else if (this != CONSTANT) {
                for (int i = 0; i < length; i++) {
                    boolean noise = this == NOISE_IN_PLACES && (i >> 20 & 1) == 1;
                    bytes[i] = (byte) (noise || i < 9 || random.nextInt(12) == 0 ? random.nextInt() : bytes[i - 9]);
                }
            }
            return bytes;
        }
    }

    @Test
    void lz4FramesAreReadByOtherToolsWhateverTheirSize() throws IOException {
        try (BufferCodec codec = codec("lz4")) {
            for (int length : IntStream.concat(IntStream.of(LENGTHS), IntStream.of(SEVERAL_BLOCKS))
                    .toArray()) {
                for (Data data : Data.values()) {
                    byte[] plain = data.bytes(length);
                    byte[] frame = compress(codec, plain);
                    try (LZ4FrameInputStream in = new LZ4FrameInputStream(new ByteArrayInputStream(frame))) {
                        assertArrayEquals(plain, in.readAllBytes(), data + " of " + length);
                    }
                    ByteBuffer source = ByteBuffer.allocateDirect(frame.length).put(frame);
                    ByteBuffer target = ByteBuffer.allocateDirect(length);
                    Lz4Frame.decompress(Memory.address(source), frame.length, Memory.address(target), length);
                    assertEquals(ByteBuffer.wrap(plain), target);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "zstd:1", "zstd:9"})
    void zstdFramesAreReadByOtherToolsWhateverTheirSize(String compression) {
        try (BufferCodec codec = codec(compression)) {
            for (int length : LENGTHS) {
                for (Data data : Data.values()) {
                    byte[] plain = data.bytes(length);
                    assertArrayEquals(plain, Zstd.decompress(compress(codec, plain), length), data + " of " + length);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "zstd", "zstd:9"})
    void whatWasCompressedBeforeChangesNothing(String compression) {
        try (BufferCodec used = codec(compression)) {
            for (int length : new int[] {5, 300, 4000, 70_000, 20, 70_000}) {
                for (Data data : Data.values()) {
                    try (BufferCodec fresh = codec(compression)) {
                        byte[] plain = data.bytes(length);
                        assertArrayEquals(compress(fresh, plain), compress(used, plain), data + " of " + length);
                    }
                }
            }
        }
    }

    private static BufferCodec codec(String compression) {
        return ArrowOptions.of(Map.of("compression", compression)).newCodec();
    }

    private static byte[] compress(BufferCodec codec, byte[] plain) {
        ByteBuffer source = ByteBuffer.allocateDirect(plain.length).put(plain);
        int room = (int) codec.maxBytes(plain.length);
        ByteBuffer target = ByteBuffer.allocateDirect(room + GUARD);
        Memory.fill(Memory.address(target) + room, GUARD, (byte) 0x5a);
        int length = (int) codec.compress(Memory.address(source), plain.length, Memory.address(target));
        for (int i = 0; i < GUARD; i++) {
            assertEquals(0x5a, target.get(room + i));
        }
        assertTrue(length <= room);
        byte[] compressed = new byte[length];
        target.get(0, compressed);
        return compressed;
    }
}
