package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Memory;
import io.penstock.testing.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.deltalengthbytearray.DeltaLengthByteArrayValuesReader;
import org.apache.parquet.column.values.deltalengthbytearray.DeltaLengthByteArrayValuesWriter;
import org.apache.parquet.column.values.deltastrings.DeltaByteArrayReader;
import org.apache.parquet.column.values.deltastrings.DeltaByteArrayWriter;
import org.apache.parquet.column.values.plain.BinaryPlainValuesReader;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BytesEncodingTest {
    private static final int[] COUNTS = {0, 1, 2, 7, 8, 9, 31, 32, 33, 127, 128, 129, 130, 1023, 1024, 1025, 5000};
    private static final int GUARD = 0x5a5a5a5a;

    private enum Kind {
        PLAIN,
        DELTA_LENGTH,
        DELTA
    }

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private Scratch offsets;
    private Scratch data;
    private Scratch page;
    private BufferAllocator limited;
    private BytesTarget decoded;

    @BeforeEach
    void open() {
        offsets = new Scratch(memory.allocator());
        data = new Scratch(memory.allocator());
        page = new Scratch(memory.allocator());
        limited = memory.allocator().newChildAllocator("limited", 0, 64 << 20);
        decoded = new BytesTarget(limited);
    }

    @AfterEach
    void close() {
        offsets.close();
        data.close();
        page.close();
        decoded.close();
        limited.close();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsEncodedComesBackHereAndInParquetJava(Kind kind) throws IOException {
        for (int count : COUNTS) {
            for (int seed = 0; seed < 6; seed++) {
                byte[][] values = values(count, seed);
                byte[] encoded = encode(kind, values);
                assertValues(values, read(kind, encoded, 0, count, count), "seed " + seed);
                ValuesReader reader = reader(kind);
                reader.initFromPage(count, ByteBufferInputStream.wrap(ByteBuffer.wrap(encoded)));
                for (byte[] value : values) {
                    assertArrayEquals(value, reader.readBytes().getBytes(), kind + " seed " + seed);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatParquetJavaEncodesIsRead(Kind kind) throws IOException {
        for (int count : COUNTS) {
            byte[][] values = values(count, count);
            ValuesWriter writer = writer(kind);
            for (byte[] value : values) {
                writer.writeBytes(Binary.fromConstantByteArray(value));
            }
            assertValues(values, read(kind, bytes(writer.getBytes()), 0, count, count), "count " + count);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void skippingAndReadingInStepsGivesTheSameValues(Kind kind) {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            byte[][] values = values(4000, seed);
            byte[] encoded = encode(kind, values);
            long address = put(encoded);
            try (BytesCursor cursor = cursor(kind)) {
                cursor.begin(address, address + encoded.length, values.length);
                for (int at = 0; at < values.length; ) {
                    int skipped = Math.min(values.length - at, random.nextInt(3) * random.nextInt(1500));
                    cursor.skip(skipped);
                    at += skipped;
                    int count = Math.min(values.length - at, random.nextInt(1500));
                    decoded.begin(0, 0);
                    cursor.read(count, decoded);
                    assertValues(Arrays.copyOfRange(values, at, at + count), decoded(), "seed " + seed);
                    at += count;
                }
                assertThrows(MalformedPageException.class, () -> cursor.skip(1));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aCutPageIsMalformed(Kind kind) {
        byte[][] values = values(300, 1);
        byte[] encoded = encode(kind, values);
        for (int length = 0; length < encoded.length; length += 3) {
            byte[] cut = Arrays.copyOf(encoded, length);
            assertThrows(MalformedPageException.class, () -> read(kind, cut, 0, 300, 300), "cut to " + length);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void noBytesMakeItReadElsewhere(Kind kind) {
        byte[] sound = encode(kind, values(500, 2));
        int refused = 0;
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] broken = sound.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                broken[random.nextInt(random.nextBoolean() ? 40 : broken.length)] = (byte) random.nextInt();
            }
            try {
                read(kind, broken, random.nextInt(100), 400, 500);
            } catch (MalformedPageException | BatchTooLargeException | OutOfMemoryException e) {
                refused++;
            }
        }
        assertTrue(refused > 300, refused + " refused");
    }

    @Test
    void aFrontCodedPageUnfoldsOnlyAsFarAsThereIsMemory() {
        // One array of a megabyte, and ten thousand that repeat it.
        byte[][] values = new byte[10_000][];
        Arrays.fill(values, new byte[1 << 20]);
        byte[][] few = Arrays.copyOf(values, 3);
        byte[] encoded = encode(Kind.DELTA, few);
        assertValues(few, read(Kind.DELTA, encoded, 0, 3, 3), "three");
        long ends = offsets.ensure(8L * values.length);
        for (int i = 0; i < values.length; i++) {
            Memory.putInt(ends + 4L * i, i == 0 ? 0 : 1 << 20);
            Memory.putInt(ends + 4L * values.length + 4L * i, i == 0 ? 1 << 20 : 0);
        }
        long address = page.ensure(2 * DeltaBinaryEncoder.maxBytes(values.length, 4) + (1 << 20));
        long end = DeltaBinaryEncoder.encodeInts(ends, values.length, address);
        end = DeltaBinaryEncoder.encodeInts(ends + 4L * values.length, values.length, end) + (1 << 20);
        try (BytesCursor cursor = cursor(Kind.DELTA)) {
            cursor.begin(address, end, values.length);
            cursor.skip(values.length);
            cursor.begin(address, end, values.length);
            decoded.begin(0, 0);
            assertThrows(OutOfMemoryException.class, () -> cursor.read(100, decoded));
        }
    }

    @Test
    void byteStreamsAreSplitAndJoined() {
        for (int width : new int[] {1, 2, 3, 4, 7, 8, 12, 16, 33}) {
            for (int count : COUNTS) {
                byte[] values = new byte[width * count];
                new Random(width).nextBytes(values);
                long source = put(values);
                long target = data.ensure(values.length + 8L);
                Memory.putInt(target + values.length, GUARD);
                ByteStreamSplit.encode(source, count, width, target);
                assertEquals(GUARD, Memory.getInt(target + values.length));
                for (int i = 0; i < count; i++) {
                    for (int octet = 0; octet < width; octet++) {
                        assertEquals(values[i * width + octet], Memory.getByte(target + (long) octet * count + i));
                    }
                }
                for (int from : new int[] {0, 1, 8, count / 2, count}) {
                    int some = Math.max(0, count - from);
                    long joined = offsets.ensure((long) some * width + 8);
                    Memory.putInt(joined + (long) some * width, GUARD);
                    ByteStreamSplit.decode(target, count, from, some, width, joined);
                    assertEquals(GUARD, Memory.getInt(joined + (long) some * width));
                    byte[] back = new byte[some * width];
                    Memory.copy(joined, back, 0, back.length);
                    assertArrayEquals(Arrays.copyOfRange(values, values.length - back.length, values.length), back);
                }
            }
        }
    }

    private byte[] encode(Kind kind, byte[][] values) {
        int bytes = Arrays.stream(values).mapToInt(value -> value.length).sum();
        long ends = offsets.ensure(4L * values.length + 4);
        // Offsets need not begin with zero, and nothing may be read behind the last array.
        long address = data.ensure(bytes + 3L);
        int end = 3;
        Memory.putInt(ends, end);
        for (int i = 0; i < values.length; i++) {
            Memory.copy(values[i], 0, address + end, values[i].length);
            end += values[i].length;
            Memory.putInt(ends + 4L * i + 4, end);
        }
        int count = values.length;
        long max = switch (kind) {
            case PLAIN -> BytesEncoders.maxPlainBytes(count, bytes);
            case DELTA_LENGTH -> BytesEncoders.maxDeltaLengthBytes(count, bytes);
            case DELTA -> BytesEncoders.maxDeltaBytes(count, bytes);
        };
        long target = page.ensure(max + 4);
        Memory.putInt(target + max, GUARD);
        long encodedEnd = switch (kind) {
            case PLAIN -> BytesEncoders.plain(ends, address, count, target);
            case DELTA_LENGTH -> BytesEncoders.deltaLength(ends, address, count, target);
            case DELTA -> BytesEncoders.deltaBytes(ends, address, count, target);
        };
        assertEquals(GUARD, Memory.getInt(target + max));
        byte[] encoded = new byte[(int) (encodedEnd - target)];
        Memory.copy(target, encoded, 0, encoded.length);
        return encoded;
    }

    private byte[][] read(Kind kind, byte[] encoded, int skipped, int count, int most) {
        long address = put(encoded);
        try (BytesCursor cursor = cursor(kind)) {
            cursor.begin(address, address + encoded.length, most);
            cursor.skip(skipped);
            decoded.begin(0, 0);
            cursor.read(count, decoded);
            return decoded();
        }
    }

    private static byte[] bytes(BytesInput input) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        input.writeAllTo(copy);
        return copy.toByteArray();
    }

    private byte[][] decoded() {
        byte[][] values = new byte[decoded.count()][];
        for (int i = 0; i < values.length; i++) {
            int from = Memory.getInt(decoded.offsets() + 4L * i);
            values[i] = new byte[Memory.getInt(decoded.offsets() + 4L * i + 4) - from];
            Memory.copy(decoded.data() + from, values[i], 0, values[i].length);
        }
        return values;
    }

    private long put(byte[] bytes) {
        // At the end of what is allocated, so that reading beyond it has a chance to be noticed.
        long address = page.ensure(bytes.length);
        Memory.copy(bytes, 0, address, bytes.length);
        return address;
    }

    private BytesCursor cursor(Kind kind) {
        return switch (kind) {
            case PLAIN -> new PlainBytes();
            case DELTA_LENGTH -> new DeltaLengthBytes(memory.allocator());
            case DELTA -> new DeltaBytes(memory.allocator());
        };
    }

    private static ValuesReader reader(Kind kind) {
        return switch (kind) {
            case PLAIN -> new BinaryPlainValuesReader();
            case DELTA_LENGTH -> new DeltaLengthByteArrayValuesReader();
            case DELTA -> new DeltaByteArrayReader();
        };
    }

    private static ValuesWriter writer(Kind kind) {
        HeapByteBufferAllocator heap = new HeapByteBufferAllocator();
        return switch (kind) {
            case PLAIN -> new PlainValuesWriter(1024, 1 << 20, heap);
            case DELTA_LENGTH -> new DeltaLengthByteArrayValuesWriter(1024, 1 << 20, heap);
            case DELTA -> new DeltaByteArrayWriter(1024, 1 << 20, heap);
        };
    }

    private static byte[][] values(int count, int seed) {
        Random random = new Random(seed);
        int longest = new int[] {1, 9, 17, 60, 300, 80}[seed % 6];
        byte[][] values = new byte[count][];
        for (int i = 0; i < count; i++) {
            byte[] value = new byte[random.nextInt(longest)];
            int kept = i == 0 ? 0 : random.nextInt(Math.min(value.length, values[i - 1].length) + 1);
            for (int j = 0; j < value.length; j++) {
                value[j] = j < kept ? values[i - 1][j] : (byte) random.nextInt();
            }
            values[i] = value;
        }
        return values;
    }

    private static void assertValues(byte[][] expected, byte[][] actual, String message) {
        assertEquals(expected.length, actual.length, message);
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], actual[i], message + ", value " + i);
        }
    }
}
