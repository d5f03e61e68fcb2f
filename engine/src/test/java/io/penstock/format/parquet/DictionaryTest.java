package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Memory;
import io.penstock.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DictionaryTest {
    private static final long NO_LIMIT = 1 << 30;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private Scratch source;
    private Scratch offsets;
    private Scratch indices;

    @BeforeEach
    void open() {
        source = new Scratch(memory.allocator());
        offsets = new Scratch(memory.allocator());
        indices = new Scratch(memory.allocator());
    }

    @AfterEach
    void close() {
        source.close();
        offsets.close();
        indices.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 33})
    void indicesLeadBackToValuesOfAnyWidth(int width) {
        try (FixedDictionary dictionary = new FixedDictionary(memory.allocator(), width)) {
            for (int distinct : new int[] {1, 2, 255, 5000}) {
                dictionary.reset();
                Random random = new Random(width);
                byte[][] pool = new byte[distinct][width];
                for (byte[] value : pool) {
                    random.nextBytes(value);
                }
                int before = 0;
                for (int count : new int[] {0, 1, 31, 1000, 9000}) {
                    byte[][] values = choose(pool, count, random);
                    long address = source.ensure((long) count * width);
                    for (int i = 0; i < count; i++) {
                        Memory.copy(values[i], 0, address + (long) i * width, width);
                    }
                    long out = indices.ensure(4L * count);
                    assertEquals(count, dictionary.add(address, count, out, 1 << 20, NO_LIMIT));
                    for (int i = 0; i < count; i++) {
                        int index = Memory.getInt(out + 4L * i);
                        assertTrue(index >= 0 && index < dictionary.entries());
                        assertTrue(index <= before, "entries come in the order of the values");
                        before = Math.max(before, index + 1);
                        assertEquals(
                                ByteBuffer.wrap(values[i]),
                                ByteBuffer.wrap(bytes(dictionary.values() + (long) index * width, width)),
                                "seed " + width);
                    }
                }
                assertEquals((long) dictionary.entries() * width, dictionary.bytes());
                assertTrue(dictionary.entries() <= distinct);
            }
        }
    }

    @Test
    void zerosOfBothSignsAndAllNotANumbersAreDifferentValues() {
        long[] bits = {
            Double.doubleToRawLongBits(0.0),
            Double.doubleToRawLongBits(-0.0),
            0x7ff8000000000000L,
            0x7ff8000000000001L,
            Double.doubleToRawLongBits(0.0)
        };
        try (FixedDictionary dictionary = new FixedDictionary(memory.allocator(), 8)) {
            long address = source.ensure(8 * bits.length);
            for (int i = 0; i < bits.length; i++) {
                Memory.putLong(address + 8L * i, bits[i]);
            }
            assertEquals(5, dictionary.add(address, 5, indices.ensure(20), 100, NO_LIMIT));
            assertEquals(4, dictionary.entries());
            assertEquals(0, Memory.getInt(indices.address() + 16));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 12})
    void whatWasAddedBeforeALimitStays(int width) {
        try (FixedDictionary dictionary = new FixedDictionary(memory.allocator(), width)) {
            long address = source.ensure(300L * width);
            Memory.fill(address, 300L * width, (byte) 0);
            for (int i = 0; i < 300; i++) {
                Memory.putShort(address + (long) i * width, (short) (i % 200));
            }
            long out = indices.ensure(4 * 300);
            assertEquals(50, dictionary.add(address, 300, out, 50, NO_LIMIT));
            assertEquals(50, dictionary.entries());
            assertEquals(70, dictionary.add(address, 300, out, 1000, 70L * width + width - 1));
            assertEquals(70, dictionary.entries());
            assertEquals(0, dictionary.add(address + 70L * width, 1, out, 70, NO_LIMIT));
            assertEquals(300, dictionary.add(address, 300, out, 200, NO_LIMIT));
            assertEquals(99, Memory.getInt(out + 4 * 299));
        }
    }

    @Test
    void valuesThatAreChosenToCollideStopIt() {
        try (FixedDictionary dictionary = new FixedDictionary(memory.allocator(), 8)) {
            int count = 20_000;
            long address = source.ensure(8L * count);
            long value = 0;
            for (int i = 0; i < count; i++) {
                while (Words.hash(++value) >>> 54 != 0) {}
                Memory.putLong(address + 8L * i, value);
            }
            int added = dictionary.add(address, count, indices.ensure(4L * count), 1 << 20, NO_LIMIT);
            assertTrue(added >= 256 && added < 5000, added + " values added");
        }
    }

    @Test
    void byteArraysOfAllLengthsAreTold() {
        try (BytesDictionary dictionary = new BytesDictionary(memory.allocator())) {
            List<String> texts = new ArrayList<>();
            for (int length = 0; length < 70; length++) {
                for (char last : new char[] {'a', 'b', '\0'}) {
                    texts.add("x".repeat(length) + last);
                }
                texts.add("\0".repeat(length));
                texts.add("y" + "x".repeat(length));
            }
            int distinct = (int) texts.stream().distinct().count();
            List<String> twice = new ArrayList<>(texts);
            twice.addAll(texts);
            // The second time each stands at the end of the data once, where no word may be read beyond it.
            for (int count = 1; count <= twice.size(); count++) {
                addOne(dictionary, twice.get(count - 1));
            }
            assertEquals(distinct, dictionary.entries());
            dictionary.reset();
            add(dictionary, twice, 0, twice.size(), 1 << 20, NO_LIMIT);
            assertEquals(distinct, dictionary.entries());
        }
    }

    @Test
    void byteArraysComeBackFromTheirIndices() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            byte[][] pool = new byte[1 + random.nextInt(8000)][];
            int longest = 1 + random.nextInt(40);
            for (int i = 0; i < pool.length; i++) {
                pool[i] = new byte[random.nextInt(longest)];
                random.nextBytes(pool[i]);
            }
            try (BytesDictionary dictionary = new BytesDictionary(memory.allocator())) {
                for (int round = 0; round < 3; round++) {
                    List<String> texts = new ArrayList<>();
                    for (byte[] value : choose(pool, random.nextInt(10_000), random)) {
                        texts.add(new String(value, StandardCharsets.ISO_8859_1));
                    }
                    int from = texts.isEmpty() ? 0 : random.nextInt(texts.size());
                    assertEquals(
                            texts.size() - from,
                            add(dictionary, texts, from, texts.size() - from, 1 << 20, NO_LIMIT),
                            "seed " + seed);
                }
                long size = dictionary.plainBytes();
                long page = source.ensure(size + 1);
                assertEquals(page + size, dictionary.writePlain(page));
                for (int entry = 0; entry < dictionary.entries(); entry++) {
                    assertEquals(dictionary.length(entry), Memory.getInt(page));
                    assertEquals(
                            ByteBuffer.wrap(bytes(dictionary.address(entry), dictionary.length(entry))),
                            ByteBuffer.wrap(bytes(page + 4, dictionary.length(entry))));
                    page += 4 + dictionary.length(entry);
                }
            }
        }
    }

    @Test
    void byteArraysAddedBeforeALimitStay() {
        try (BytesDictionary dictionary = new BytesDictionary(memory.allocator())) {
            List<String> texts = List.of("a", "bb", "a", "ccc", "dddd", "bb");
            assertEquals(3, add(dictionary, texts, 0, 6, 2, NO_LIMIT));
            assertEquals(3, add(dictionary, texts, 0, 6, 100, 5 + 6 + 6));
            assertEquals(4, add(dictionary, texts, 0, 6, 100, 5 + 6 + 7));
            assertEquals(18, dictionary.plainBytes());
            assertEquals(6, add(dictionary, texts, 0, 6, 4, NO_LIMIT));
            assertEquals(1, Memory.getInt(indices.address() + 20));
        }
    }

    private void addOne(BytesDictionary dictionary, String text) {
        int entries = dictionary.entries();
        add(dictionary, List.of(text), 0, 1, 1 << 20, NO_LIMIT);
        assertTrue(dictionary.entries() - entries <= 1);
    }

    private int add(BytesDictionary dictionary, List<String> texts, int from, int count, int entries, long maxBytes) {
        long ends = offsets.ensure(4L * (texts.size() + 1));
        byte[] all = String.join("", texts).getBytes(StandardCharsets.ISO_8859_1);
        // The data may begin anywhere.
        long data = source.ensure(all.length + 5L) + 5;
        Memory.copy(all, 0, data, all.length);
        int end = 0;
        Memory.putInt(ends, 0);
        for (int i = 0; i < texts.size(); i++) {
            end += texts.get(i).length();
            Memory.putInt(ends + 4L * (i + 1), end);
        }
        long out = indices.ensure(4L * count);
        int added = dictionary.add(ends, data, from, count, out, entries, maxBytes);
        for (int i = 0; i < added; i++) {
            int index = Memory.getInt(out + 4L * i);
            byte[] value = bytes(dictionary.address(index), dictionary.length(index));
            assertEquals(texts.get(from + i), new String(value, StandardCharsets.ISO_8859_1));
        }
        return added;
    }

    private static byte[][] choose(byte[][] pool, int count, Random random) {
        byte[][] values = new byte[count][];
        for (int i = 0; i < count; i++) {
            values[i] = pool[random.nextInt(pool.length)];
        }
        return values;
    }

    private static byte[] bytes(long address, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        Memory.copy(address, bytes.array(), 0, length);
        return bytes.array();
    }
}
