package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.util.HexFormat;
import java.util.Random;

/** Bytes in native memory for tests of kernels. */
final class Bytes {
    private Bytes() {}

    static String hex(long address, long end) {
        byte[] bytes = new byte[(int) (end - address)];
        Memory.copy(address, bytes, 0, bytes.length);
        return HexFormat.of().formatHex(bytes);
    }

    /** Puts {@code hex}, in which spaces do not count, and returns where it ends. */
    static long put(String hex, Scratch target) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        Memory.copy(bytes, 0, target.ensure(bytes.length + 16L), bytes.length);
        return target.address() + bytes.length;
    }

    static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
