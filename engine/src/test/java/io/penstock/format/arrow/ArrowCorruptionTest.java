package io.penstock.format.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.MemoryExhaustedException;
import io.penstock.format.BatchDecoder;
import io.penstock.format.CorruptFileException;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ArrowCorruptionTest {
    private static final int DEFAULT_MUTATIONS = 3000;

    /** More for a long search: {@code -Dpenstock.test.mutations=1000000}. */
    private static final int MUTATIONS = Integer.getInteger("penstock.test.mutations", DEFAULT_MUTATIONS);

    private static final long MEMORY_BYTES = 64 << 20;
    private static final int[] EXTREMES = {0, -1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x7fff, 64, -64};

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void mutatedFilesAreRefusedOrReadSafely() throws IOException {
        List<byte[]> originals = new ArrayList<>();
        for (long seed = 0; seed < 6; seed++) {
            originals.add(file(RandomSchemas.random(seed, 5, 3), seed));
        }
        originals.add(file(new Schema(RandomSchemas.exotic()), 1));
        originals.add(file(new Schema(RandomSchemas.dictionaries()), 1));
        for (byte codec : new byte[] {CompressionType.LZ4_FRAME, CompressionType.ZSTD}) {
            originals.add(CompressedStream.of(RandomSchemas.random(7, 5, 2), 7, codec, memory.allocator(), 20, 5));
        }
        int refused = 0;
        int mutations = 0;
        long deadline = System.nanoTime() + 20_000_000_000L / DEFAULT_MUTATIONS * MUTATIONS;
        for (long seed = 0; seed < MUTATIONS && System.nanoTime() < deadline; seed++, mutations++) {
            Random random = new Random(seed);
            byte[] bytes = mutated(originals.get((int) (seed % originals.size())), random);
            if (isRefused(bytes, Views.values()[random.nextInt(3)], seed)) {
                refused++;
            }
        }
        assertTrue(refused > mutations / 5, refused + " of " + mutations + " were refused");
    }

    private byte[] file(Schema schema, long seed) {
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed)) {
            return ArrowFiles.write(batches, memory.allocator(), memory.pool(), 20, 0, 5);
        }
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] bytes = original.clone();
        switch (random.nextInt(5)) {
            case 0 -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            case 1 -> {
                int at = random.nextInt(bytes.length / 4) * 4;
                if (at + 4 <= bytes.length) {
                    ByteBuffer.wrap(bytes)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(at, EXTREMES[random.nextInt(EXTREMES.length)]);
                }
            }
            case 2 -> {
                int from = random.nextInt(bytes.length);
                int to = random.nextInt(bytes.length);
                int length = Math.min(random.nextInt(64), bytes.length - Math.max(from, to));
                System.arraycopy(original, from, bytes, to, length);
            }
            default -> {
                for (int k = random.nextInt(6); k >= 0; k--) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
        }
        return bytes;
    }

    private boolean isRefused(byte[] bytes, Views views, long seed) throws IOException {
        MemoryInput input = new MemoryInput(bytes, views);
        boolean refused = false;
        try (BufferAllocator limited = memory.allocator().newChildAllocator("limited", 0, MEMORY_BYTES)) {
            try (BatchDecoder decoder = ArrowFiles.open(input, null, null, limited)) {
                while (decoder.loadNext()) {
                    BatchAssert.assertEqual(
                            decoder.batch(),
                            decoder.dictionaries(),
                            decoder.batch(),
                            decoder.dictionaries(),
                            "seed " + seed);
                }
            } catch (CorruptFileException | MemoryExhaustedException e) {
                assertTrue(e.getMessage().startsWith("test.arrow: "), e.getMessage());
                refused = true;
            } catch (RuntimeException | IOException | OutOfMemoryError | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", " + views, e);
            }
        }
        assertEquals(0, input.openViews(), "seed " + seed);
        return refused;
    }

    @Test
    void everyTruncationOfAFileIsRefused() throws IOException {
        byte[] file = file(RandomSchemas.random(1, 3, 1), 1);
        for (int length = 0; length < file.length; length++) {
            assertTrue(isRefused(Arrays.copyOf(file, length), Views.ALL, length), "of " + length + " bytes");
        }
    }

    @Test
    void whatIsNoArrowFileIsRefusedByName() {
        for (String text : List.of("", "A", "ARROW1", "PAR1 and some more bytes", "[[1,2]]\n[[3,4]]\n")) {
            MemoryInput input = new MemoryInput(text.getBytes(StandardCharsets.US_ASCII), Views.ALL);
            CorruptFileException refusal = assertThrows(
                    CorruptFileException.class, () -> ArrowFiles.open(input, null, null, memory.allocator()), text);
            assertTrue(refusal.getMessage().startsWith("test.arrow: "), refusal.getMessage());
        }
    }

    @Test
    void deepSchemaIsRefused() {
        Field field = RandomSchemas.nullable("leaf", new ArrowType.Int(32, true));
        for (int depth = 0; depth < 100; depth++) {
            field = RandomSchemas.nullable("level", ArrowType.Struct.INSTANCE, field);
        }
        Schema schema = new Schema(List.of(field));
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> new ArrowFormat().check(schema));
        assertTrue(refusal.getMessage().contains("nested deeper than 64"), refusal.getMessage());
        MemoryInput input = new MemoryInput(schema.serializeAsMessage(), Views.NONE);
        CorruptFileException corrupt =
                assertThrows(CorruptFileException.class, () -> ArrowFormat.readSchema(input, "deep.arrows"));
        assertTrue(corrupt.getMessage().contains("nested deeper than 64"), corrupt.getMessage());
    }
}
