package io.penstock.format.json;

import io.penstock.buffer.Memory;

/** Base64 (RFC 4648, section 4: with padding, {@code +} and {@code /}) from address to address. */
final class Base64 {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /** Two characters for each twelve bits. */
    private static final short[] PAIRS = new short[1 << 12];

    /** By character: its six bits, or -1. */
    private static final byte[] VALUES = new byte[256];

    static {
        for (int i = 0; i < PAIRS.length; i++) {
            PAIRS[i] = (short) (ALPHABET.charAt(i >> 6) | ALPHABET.charAt(i & 63) << 8);
        }
        for (int c = 0; c < VALUES.length; c++) {
            VALUES[c] = (byte) ALPHABET.indexOf(c);
        }
    }

    private Base64() {}

    /** Encodes whole groups of three bytes, and the rest if there is one; returns where the text ends. */
    static long encode(long start, long source, int length) {
        long at = start;
        long from = source;
        long lastGroup = source + length - 3;
        for (; from <= lastGroup; from += 3) {
            int bits = (Memory.getByte(from) & 0xff) << 16
                    | (Memory.getByte(from + 1) & 0xff) << 8
                    | Memory.getByte(from + 2) & 0xff;
            Memory.putInt(at, PAIRS[bits >>> 12] & 0xffff | PAIRS[bits & 0xfff] << 16);
            at += 4;
        }
        int rest = (int) (source + length - from);
        if (rest == 1) {
            int bits = (Memory.getByte(from) & 0xff) << 4;
            Memory.putInt(at, PAIRS[bits] & 0xffff | '=' << 16 | '=' << 24);
            at += 4;
        } else if (rest == 2) {
            int bits = (Memory.getByte(from) & 0xff) << 16 | (Memory.getByte(from + 1) & 0xff) << 8;
            Memory.putInt(at, PAIRS[bits >>> 12] & 0xffff | PAIRS[bits & 0xfff] << 16);
            Memory.putByte(at + 3, (byte) '=');
            at += 4;
        }
        return at;
    }

    /** The six bits that a character stands for, or -1. */
    static int value(byte character) {
        return VALUES[character & 0xff];
    }
}
