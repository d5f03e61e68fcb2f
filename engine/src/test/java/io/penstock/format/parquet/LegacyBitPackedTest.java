package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.buffer.Memory;
import io.penstock.testing.LeakCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LegacyBitPackedTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private final LegacyBitPacked decoder = new LegacyBitPacked();
    private Scratch encoded;
    private Scratch decoded;

    @BeforeEach
    void open() {
        encoded = new Scratch(memory.allocator());
        decoded = new Scratch(memory.allocator());
    }

    @AfterEach
    void close() {
        encoded.close();
        decoded.close();
    }

    @Test
    void theSpecificationsExampleIsReadHighestBitFirst() {
        long end = Bytes.put("053977", encoded);
        decoder.begin(encoded.address(), end, 3);
        decoder.readBytes(8, decoded.ensure(8));
        assertEquals("0001020304050607", Bytes.hex(decoded.address(), decoded.address() + 8));
        assertEquals(3, LegacyBitPacked.bytes(8, 3));
    }

    @Test
    void itIsReadAndSkippedInPieces() {
        long end = Bytes.put("053977", encoded);
        decoder.begin(encoded.address(), end, 3);
        decoder.skip(3);
        decoder.readBytes(1, decoded.ensure(8));
        assertEquals(3, Memory.getByte(decoded.address()));
        decoder.skip(1);
        decoder.readBytes(3, decoded.address());
        assertEquals("050607", Bytes.hex(decoded.address(), decoded.address() + 3));
    }

    @Test
    void widthZeroNeedsNoBytes() {
        decoder.begin(encoded.ensure(8), encoded.address(), 0);
        decoder.readBytes(2, decoded.ensure(8));
        assertEquals("0000", Bytes.hex(decoded.address(), decoded.address() + 2));
    }

    @Test
    void moreLevelsThanBytesAreRefused() {
        long end = Bytes.put("053977", encoded);
        decoder.begin(encoded.address(), end, 3);
        decoder.skip(8);
        assertThrows(MalformedPageException.class, () -> decoder.skip(1));
        assertThrows(MalformedPageException.class, () -> decoder.begin(encoded.address(), end, 9));
    }
}
