package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.luben.zstd.Zstd;
import io.penstock.buffer.Memory;
import io.penstock.testing.LeakCheck;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.apache.parquet.format.CompressionCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.Snappy;

class CodecTest {
    private static final int[] SIZES = {0, 1, 7, 8, 9, 31, 32, 33, 127, 128, 129, 4096, 65_535, 65_536, 1 << 20};
    private static final byte GUARD = 0x5a;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private Scratch source;
    private Scratch target;
    private Decompressor decompressor;

    @BeforeEach
    void open() {
        source = new Scratch(memory.allocator());
        target = new Scratch(memory.allocator());
        decompressor = new Decompressor();
    }

    @AfterEach
    void close() {
        decompressor.close();
        source.close();
        target.close();
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, mode = EnumSource.Mode.EXCLUDE, names = "LZ4")
    void whatIsCompressedComesBack(Codec codec) throws IOException {
        for (int level : codec == Codec.ZSTD || codec == Codec.GZIP ? new int[] {1, 3, 9} : new int[] {0}) {
            try (Compressor compressor = Compressor.of(codec, level)) {
                for (int size : SIZES) {
                    byte[] raw = compressible(size);
                    byte[] compressed = compress(compressor, raw);
                    assertArrayEquals(raw, decompress(codec, compressed, size), codec + " of " + size);
                    assertArrayEquals(raw, byItsLibrary(codec, compressed, size), codec + " of " + size);
                    byte[] noise = noise(size);
                    assertArrayEquals(noise, decompress(codec, compress(compressor, noise), size));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void aPageThatIsLongerOrShorterThanItSaysIsRefused(Codec codec) throws IOException {
        byte[] compressed = byItsLibrary(codec, compressible(1000));
        assertArrayEquals(compressible(1000), decompress(codec, compressed, 1000));
        for (int size : new int[] {0, 1, 999, 1001, 100_000}) {
            assertThrows(
                    MalformedPageException.class, () -> decompress(codec, compressed, size), codec + " as " + size);
        }
        for (int length = 0; length < compressed.length; length += 7) {
            byte[] cut = Arrays.copyOf(compressed, length);
            assertThrows(MalformedPageException.class, () -> decompress(codec, cut, 1000), codec + " cut to " + length);
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void noBytesMakeItWriteElsewhere(Codec codec) throws IOException {
        byte[] sound = byItsLibrary(codec, compressible(2000));
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] broken = sound.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                broken[random.nextInt(random.nextBoolean() ? 16 : broken.length)] = (byte) random.nextInt();
            }
            try {
                // What its guard finds fails the test; what it gives is one of the ways to read the broken bytes.
                decompress(codec, broken, 2000);
            } catch (MalformedPageException e) {
                // The usual end.
                assertEquals(MalformedPageException.class, e.getClass(), "seed " + seed);
            }
        }
    }

    @Test
    void gzipMembersThatFollowEachOtherAreOnePage() throws IOException {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.write(byItsLibrary(Codec.GZIP, compressible(300)));
        members.write(byItsLibrary(Codec.GZIP, new byte[0]));
        members.write(byItsLibrary(Codec.GZIP, noise(200)));
        byte[] expected = Arrays.copyOf(compressible(300), 500);
        System.arraycopy(noise(200), 0, expected, 300, 200);
        assertArrayEquals(expected, decompress(Codec.GZIP, members.toByteArray(), 500));
    }

    @Test
    void aGzipHeaderMayHaveExtraFields() throws IOException {
        byte[] member = byItsLibrary(Codec.GZIP, compressible(300));
        ByteArrayOutputStream full = new ByteArrayOutputStream();
        full.write(member, 0, 3);
        full.write(2 | 4 | 8 | 16);
        full.write(member, 4, 6);
        full.write(new byte[] {3, 0, 7, 7, 7, 'n', 'a', 0, 'c', 0, 1, 2});
        full.write(member, 10, member.length - 10);
        assertArrayEquals(compressible(300), decompress(Codec.GZIP, full.toByteArray(), 300));
    }

    @Test
    void aWrongGzipChecksumIsFound() throws IOException {
        byte[] member = byItsLibrary(Codec.GZIP, compressible(300));
        member[member.length - 8] ^= 1;
        assertThrows(MalformedPageException.class, () -> decompress(Codec.GZIP, member, 300));
    }

    @Test
    void hadoopsFramingOfLz4MayHaveSeveralRunsAndBlocks() throws IOException {
        byte[] raw = noise(100);
        byte[] first = byItsLibrary(Codec.LZ4_RAW, Arrays.copyOfRange(raw, 0, 40));
        byte[] second = byItsLibrary(Codec.LZ4_RAW, Arrays.copyOfRange(raw, 40, 70));
        byte[] third = byItsLibrary(Codec.LZ4_RAW, Arrays.copyOfRange(raw, 70, 100));
        ByteBuffer framed = ByteBuffer.allocate(first.length + second.length + third.length + 20);
        framed.putInt(70).putInt(first.length).put(first).putInt(second.length).put(second);
        framed.putInt(30).putInt(third.length).put(third);
        assertArrayEquals(raw, decompress(Codec.LZ4, framed.array(), 100));
    }

    @Test
    void lz4WithoutFramingIsReadUnderItsDeprecatedNameToo() throws IOException {
        assertArrayEquals(
                compressible(5000), decompress(Codec.LZ4, byItsLibrary(Codec.LZ4_RAW, compressible(5000)), 5000));
    }

    @Test
    void framesOfLz4AreReadUnderItsDeprecatedNameToo() throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (LZ4FrameOutputStream lz4 = new LZ4FrameOutputStream(frame)) {
            lz4.write(compressible(70_000));
        }
        assertArrayEquals(compressible(70_000), decompress(Codec.LZ4, frame.toByteArray(), 70_000));
        assertThrows(MalformedPageException.class, () -> decompress(Codec.LZ4, frame.toByteArray(), 69_999));
        assertThrows(
                MalformedPageException.class,
                () -> decompress(Codec.LZ4, Arrays.copyOf(frame.toByteArray(), frame.size() - 9), 70_000));
    }

    @Test
    void codecsThatAreNotReadAreRefusedByName() {
        for (CompressionCodec codec : new CompressionCodec[] {CompressionCodec.BROTLI, CompressionCodec.LZO}) {
            MalformedPageException refused = assertThrows(MalformedPageException.class, () -> Codec.of(codec));
            assertEquals("the pages are compressed with " + codec + ", which is not read", refused.getMessage());
        }
        assertThrows(MalformedPageException.class, () -> Codec.of(null));
        assertThrows(IllegalArgumentException.class, () -> Compressor.of(Codec.LZ4, 0));
    }

    @Test
    void aPageOfManyPartsHasTheChecksumOfTheWhole() {
        byte[] raw = noise(1000);
        long address = put(raw);
        PageChecksum checksum = new PageChecksum();
        int whole = checksum.add(address, 1000).finish();
        assertEquals(
                whole,
                checksum.add(address, 0).add(address, 10).add(address + 10, 990).finish());
        java.util.zip.CRC32 expected = new java.util.zip.CRC32();
        expected.update(raw);
        assertEquals((int) expected.getValue(), whole);
    }

    private byte[] compress(Compressor compressor, byte[] raw) {
        long address = put(raw);
        long capacity = compressor.maxBytes(raw.length);
        long out = target.ensure(capacity);
        byte[] compressed = new byte[(int) compressor.compress(address, raw.length, out, capacity)];
        Memory.copy(out, compressed, 0, compressed.length);
        return compressed;
    }

    private byte[] decompress(Codec codec, byte[] compressed, int size) {
        long address = put(compressed);
        long out = target.ensure(size + 16L);
        Memory.fill(out, size + 16L, GUARD);
        try {
            decompressor.decompress(codec, address, compressed.length, out + 8, size);
        } finally {
            for (int i = 0; i < 8; i++) {
                assertEquals(GUARD, Memory.getByte(out + i), "before the page");
                assertEquals(GUARD, Memory.getByte(out + 8 + size + i), "after the page");
            }
        }
        byte[] raw = new byte[size];
        Memory.copy(out + 8, raw, 0, size);
        return raw;
    }

    private long put(byte[] bytes) {
        long address = source.ensure(bytes.length);
        Memory.copy(bytes, 0, address, bytes.length);
        return address;
    }

    private static byte[] byItsLibrary(Codec codec, byte[] compressed, int size) throws IOException {
        return switch (codec) {
            case NONE -> compressed;
            case SNAPPY -> Snappy.uncompress(compressed);
            case GZIP -> new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes();
            case ZSTD -> Zstd.decompress(compressed, size);
            case LZ4_RAW -> LZ4Factory.safeInstance().safeDecompressor().decompress(compressed, size);
            case LZ4 -> throw new IllegalArgumentException();
        };
    }

    private static byte[] byItsLibrary(Codec codec, byte[] raw) throws IOException {
        switch (codec) {
            case NONE:
                return raw;
            case SNAPPY:
                return Snappy.compress(raw);
            case GZIP:
                ByteArrayOutputStream member = new ByteArrayOutputStream();
                try (GZIPOutputStream gzip = new GZIPOutputStream(member)) {
                    gzip.write(raw);
                }
                return member.toByteArray();
            case ZSTD:
                return Zstd.compress(raw, 3);
            case LZ4_RAW:
                return LZ4Factory.safeInstance().fastCompressor().compress(raw);
            case LZ4:
                byte[] block = byItsLibrary(Codec.LZ4_RAW, raw);
                return ByteBuffer.allocate(block.length + 8)
                        .putInt(raw.length)
                        .putInt(block.length)
                        .put(block)
                        .array();
        }
        throw new IllegalArgumentException(codec.toString());
    }

    private static byte[] compressible(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i / 5 % 23 + i % 3);
        }
        return bytes;
    }

    private static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
