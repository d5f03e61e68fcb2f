package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Memory;
import io.penstock.testing.Corpus;
import io.penstock.testing.LeakCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jpountz.xxhash.XXHashFactory;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BloomFilterTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private Scratch values;

    @BeforeEach
    void open() {
        values = new Scratch(memory.allocator());
    }

    @AfterEach
    void close() {
        values.close();
    }

    @Test
    void hashesAreThoseOfTheLibrary() {
        Random random = new Random(1);
        for (int length = 0; length < 300; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            long expected = XXHashFactory.safeInstance().hash64().hash(bytes, 0, length, 0);
            long address = values.ensure(length + 1);
            Memory.copy(bytes, 0, address, length);
            assertEquals(expected, XxHash64.hash(address, length), "of " + length + " bytes");
            if (length == 4) {
                assertEquals(expected, XxHash64.hash(Memory.getInt(address)));
            } else if (length == 8) {
                assertEquals(expected, XxHash64.hash(Memory.getLong(address)));
            }
        }
    }

    @Test
    void theFilterOfTheSpecificationsTestSetKnowsItsWords() throws IOException {
        byte[] file = Files.readAllBytes(Corpus.directory("parquet-testing").resolve("bloom_filter.xxhash.bin"));
        int bytes = 1024;
        long address = values.ensure(bytes + 64L);
        Memory.copy(file, file.length - bytes, address, bytes);
        for (String word : List.of("hello", "parquet", "bloom", "filter")) {
            assertTrue(BloomFilter.mayContain(address, bytes, hash(word, address + bytes)), word);
        }
        for (String word : List.of("", "Hello", "penstock", "parquets")) {
            assertEquals(false, BloomFilter.mayContain(address, bytes, hash(word, address + bytes)), word);
        }
    }

    @Test
    void theBitsAreThoseOfParquetJava() throws IOException {
        for (int count : new int[] {0, 1, 100, 5000}) {
            try (BloomFilter filter = new BloomFilter(memory.allocator(), 0.01)) {
                filter.begin(count);
                BlockSplitBloomFilter expected = new BlockSplitBloomFilter(filter.bytes());
                long longs = values.ensure(8L * count + 8);
                Random random = new Random(count);
                for (int i = 0; i < count; i++) {
                    Memory.putLong(longs + 8L * i, random.nextLong());
                    expected.insertHash(expected.hash(Memory.getLong(longs + 8L * i)));
                }
                filter.addFixed(longs, 8, count);
                assertArrayEquals(bits(expected), bits(filter));

                filter.addFixed(longs, 4, count);
                filter.addFixed(longs, 3, count);
                for (int i = 0; i < count; i++) {
                    expected.insertHash(expected.hash(Memory.getInt(longs + 4L * i)));
                    byte[] three = new byte[3];
                    Memory.copy(longs + 3L * i, three, 0, 3);
                    expected.insertHash(expected.hash(Binary.fromConstantByteArray(three)));
                }
                assertArrayEquals(bits(expected), bits(filter));
            }
        }
    }

    @Test
    void byteArraysCountAlikeFromVectorsAndFromDictionaries() {
        try (BloomFilter one = new BloomFilter(memory.allocator(), 0.01);
                BloomFilter other = new BloomFilter(memory.allocator(), 0.01);
                BytesDictionary dictionary = new BytesDictionary(memory.allocator())) {
            int count = 1000;
            long offsets = values.ensure(4L * count + 4 + 20L * count + 4L * count);
            long data = offsets + 4L * count + 4;
            Memory.putInt(offsets, 0);
            for (int i = 0; i < count; i++) {
                byte[] text = ("x".repeat(i % 17) + i % 50).getBytes(StandardCharsets.UTF_8);
                int end = Memory.getInt(offsets + 4L * i);
                Memory.copy(text, 0, data + end, text.length);
                Memory.putInt(offsets + 4L * i + 4, end + text.length);
            }
            one.begin(count);
            one.addBytes(offsets, data, count);
            dictionary.add(offsets, data, 0, count, data + 20L * count, 1 << 20, 1 << 20);
            other.begin(count);
            other.addPlain(dictionary.values(), dictionary.entries());
            assertArrayEquals(bits(one), bits(other));
        }
    }

    @Test
    void aFoldedFilterMissesNothingAndIsWrongAsRarelyAsItShouldBe() {
        for (double share : new double[] {0.1, 0.01, 0.001}) {
            for (int distinct : new int[] {1, 10, 1000, 60_000}) {
                try (BloomFilter filter = new BloomFilter(memory.allocator(), share)) {
                    filter.begin(131_072);
                    int atFirst = filter.bytes();
                    long longs = values.ensure(8L * distinct);
                    Random random = new Random(distinct);
                    for (int i = 0; i < distinct; i++) {
                        Memory.putLong(longs + 8L * i, random.nextLong());
                    }
                    filter.addFixed(longs, 8, distinct);
                    filter.fold();
                    assertTrue(filter.bytes() <= atFirst);
                    int needed = BloomFilter.bytes(distinct, share);
                    assertTrue(filter.bytes() >= needed / 2 && filter.bytes() <= needed * 2, filter.bytes() + " bytes");
                    for (int i = 0; i < distinct; i++) {
                        assertTrue(contains(filter, Memory.getLong(longs + 8L * i)));
                    }
                    int wrong = 0;
                    for (int i = 0; i < 100_000; i++) {
                        wrong += contains(filter, random.nextLong()) ? 1 : 0;
                    }
                    assertTrue(
                            wrong <= 100_000 * share * 1.5 + 20, wrong + " of 100000 for " + share + ", " + distinct);
                }
            }
        }
    }

    private static boolean contains(BloomFilter filter, long value) {
        return BloomFilter.mayContain(filter.address(), filter.bytes(), XxHash64.hash(value));
    }

    private static long hash(String word, long room) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        Memory.copy(bytes, 0, room, bytes.length);
        return XxHash64.hash(room, bytes.length);
    }

    private static byte[] bits(BloomFilter filter) {
        byte[] bytes = new byte[filter.bytes()];
        Memory.copy(filter.address(), bytes, 0, bytes.length);
        return bytes;
    }

    private static byte[] bits(BlockSplitBloomFilter filter) throws IOException {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        filter.writeTo(out);
        return Arrays.copyOf(out.toByteArray(), filter.getBitsetSize());
    }
}
