package io.penstock.format.json;

import io.penstock.buffer.Memory;
import io.penstock.format.VectorMemory;
import java.io.IOException;

/** Reads JSON strings of any length, as UTF-8, to the end of a growing buffer. */
final class QuotedText {
    /** Bytes that a word or an escape may write beyond the text. */
    private static final int SLACK = 16;

    private final JsonSource source;
    private final String column;

    /** Where in the buffer the string that was read ends. */
    long end;

    QuotedText(JsonSource source, String column) {
        this.source = source;
        this.column = column;
    }

    /**
     * Reads the string whose quote is at {@code start}; returns where its text ends in the file. The buffer keeps {@code begin}
     * bytes, and has at least 8 bytes more than the string needs.
     */
    long read(long start, VectorMemory into, long begin, String expectation) throws IOException {
        if (Memory.getByte(start) != '"') {
            throw source.expected(expectation, start, column);
        }
        long startOffset = source.offset(start);
        long base = into.address();
        long to = base + begin;
        long limit = base + into.capacity() - SLACK;
        long high = 0;
        long at = start + 1;
        while (true) {
            if (to > limit) {
                long used = to - base;
                if (!into.grow(used + 2 * SLACK, used)) {
                    throw source.broken(
                            column, startOffset, "one batch holds more than 2 GiB of it; read fewer rows at once");
                }
                base = into.address();
                to = base + used;
                limit = base + into.capacity() - SLACK;
            }
            long word = Memory.getLong(at);
            long marks = Utf8.special(word);
            Memory.putLong(to, word);
            if (marks == 0) {
                high |= word;
                at += 8;
                to += 8;
                continue;
            }
            int plain = Utf8.firstMark(marks);
            high |= word & ~(-1L << 8 * plain);
            at += plain;
            to += plain;
            byte c = Memory.getByte(at);
            if (c == '"') {
                break;
            }
            if (c == '\\') {
                at = source.ensure(at);
                to = unescape(at, to);
                at += Memory.getByte(at + 1) == 'u' ? escapeLength(at) : 2;
            } else if (source.isWindowEnd(at)) {
                if (source.isEnd(at)) {
                    throw source.broken(column, startOffset, "the file ends within a string");
                }
                at = source.refill(at);
            } else {
                throw source.expected("a string without a bare control character", at, column);
            }
        }
        end = to - base;
        if (Utf8.high(high) != 0) {
            long invalid = Utf8.firstInvalid(base + begin, end - begin);
            if (invalid >= 0) {
                throw source.broken(
                        column,
                        startOffset,
                        String.format(
                                "a string that is not UTF-8: byte 0x%02x at offset %d of its text",
                                Memory.getByte(base + begin + invalid), invalid));
            }
        }
        return at + 1;
    }

    /** Puts what the escape at {@code at} stands for; returns where that ends. */
    private long unescape(long at, long to) throws IOException {
        byte kind = Memory.getByte(at + 1);
        int plain = switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> -1;
            default -> throw source.expected("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", at, column);
        };
        if (plain >= 0) {
            Memory.putByte(to, (byte) plain);
            return to + 1;
        }
        int unit = hex(at);
        if (unit < 0x80) {
            Memory.putByte(to, (byte) unit);
            return to + 1;
        }
        if (unit < 0x800) {
            Memory.putByte(to, (byte) (0xc0 | unit >> 6));
            Memory.putByte(to + 1, (byte) (0x80 | unit & 0x3f));
            return to + 2;
        }
        if (unit < 0xd800 || unit > 0xdfff) {
            Memory.putByte(to, (byte) (0xe0 | unit >> 12));
            Memory.putByte(to + 1, (byte) (0x80 | unit >> 6 & 0x3f));
            Memory.putByte(to + 2, (byte) (0x80 | unit & 0x3f));
            return to + 3;
        }
        boolean pair = unit < 0xdc00 && Memory.getByte(at + 6) == '\\' && Memory.getByte(at + 7) == 'u';
        int second = pair ? hex(at + 6) : 0;
        if (second < 0xdc00 || second > 0xdfff) {
            throw source.expected("a pair of surrogates", at, column);
        }
        int character = 0x10000 + (unit - 0xd800 << 10) + (second - 0xdc00);
        Memory.putByte(to, (byte) (0xf0 | character >> 18));
        Memory.putByte(to + 1, (byte) (0x80 | character >> 12 & 0x3f));
        Memory.putByte(to + 2, (byte) (0x80 | character >> 6 & 0x3f));
        Memory.putByte(to + 3, (byte) (0x80 | character & 0x3f));
        return to + 4;
    }

    /** The length of an escape that was found to be right. */
    private int escapeLength(long at) throws IOException {
        return (hex(at) & 0xf800) == 0xd800 ? 12 : 6;
    }

    /** The four hexadecimal digits of the escape at {@code at}. */
    private int hex(long at) throws IOException {
        int unit = 0;
        for (int i = 2; i < 6; i++) {
            int digit = Character.digit(Memory.getByte(at + i), 16);
            if (digit < 0) {
                throw source.expected("four hexadecimal digits in an escape", at, column);
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }
}
