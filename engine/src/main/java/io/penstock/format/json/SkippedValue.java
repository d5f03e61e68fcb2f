package io.penstock.format.json;

import io.penstock.buffer.Memory;
import java.io.IOException;

/** Passes over a value of a column that nobody asked for. It must be well-formed JSON, of whatever type. */
final class SkippedValue {
    /** More than a schema nests. */
    private static final int DEEPEST = 512;

    private static final int TRUE = 't' | 'r' << 8 | 'u' << 16 | 'e' << 24;
    private static final int ALSE = 'a' | 'l' << 8 | 's' << 16 | 'e' << 24;
    private static final int NULL = 'n' | 'u' << 8 | 'l' << 16 | 'l' << 24;

    private final JsonSource source;
    private final NumberScanner scanner;
    private final boolean[] isObject = new boolean[DEEPEST];

    SkippedValue(JsonSource source) {
        this.source = source;
        scanner = new NumberScanner(source);
    }

    /** Skips the value at {@code start}, with the lookahead ensured; returns where it ends. */
    long skip(long start, String column) throws IOException {
        int depth = 0;
        long at = start;
        while (true) {
            byte c = Memory.getByte(at);
            if (c == '{' || c == '[') {
                if (depth == DEEPEST) {
                    throw source.expected("a value of at most " + DEEPEST + " levels", at, column);
                }
                isObject[depth++] = c == '{';
                at = source.skipSpace(at + 1);
                if (Memory.getByte(at) != (c == '{' ? '}' : ']')) {
                    at = c == '{' ? skipKey(at, column) : source.ensure(at);
                    continue;
                }
                depth--;
                at++;
            } else {
                at = skipScalar(at, c, column);
            }
            while (true) {
                if (depth == 0) {
                    return at;
                }
                at = source.skipSpace(at);
                byte next = Memory.getByte(at);
                boolean object = isObject[depth - 1];
                if (next == ',') {
                    at = source.skipSpace(at + 1);
                    at = object ? skipKey(at, column) : source.ensure(at);
                    break;
                }
                if (next != (object ? '}' : ']')) {
                    throw source.expected(object ? "',' or '}'" : "',' or ']'", at, column);
                }
                depth--;
                at++;
            }
        }
    }

    private long skipKey(long start, String column) throws IOException {
        long at = source.ensure(start);
        if (Memory.getByte(at) != '"') {
            throw source.expected("a key", at, column);
        }
        at = source.skipSpace(skipString(at, column));
        if (Memory.getByte(at) != ':') {
            throw source.expected("':'", at, column);
        }
        return source.ensure(source.skipSpace(at + 1));
    }

    private long skipScalar(long at, byte first, String column) throws IOException {
        switch (first) {
            case '"':
                return skipString(at, column);
            case 't':
                if (Memory.getInt(at) == TRUE) {
                    return at + 4;
                }
                break;
            case 'f':
                if (Memory.getInt(at + 1) == ALSE) {
                    return at + 5;
                }
                break;
            case 'n':
                if (Memory.getInt(at) == NULL) {
                    return at + 4;
                }
                break;
            default:
                return scanner.scan(at, "a value", column);
        }
        throw source.expected("a value", at, column);
    }

    private long skipString(long start, String column) throws IOException {
        long startOffset = source.offset(start);
        long at = start + 1;
        while (true) {
            long marks = Utf8.special(Memory.getLong(at));
            if (marks == 0) {
                at += 8;
                continue;
            }
            at += Utf8.firstMark(marks);
            byte c = Memory.getByte(at);
            if (c == '"') {
                return at + 1;
            }
            if (c == '\\') {
                at = source.ensure(at);
                at += escapeLength(at, column);
            } else if (source.isWindowEnd(at)) {
                if (source.isEnd(at)) {
                    throw source.broken(column, startOffset, "the file ends within a string");
                }
                at = source.refill(at);
            } else {
                throw source.expected("a string without a bare control character", at, column);
            }
        }
    }

    private int escapeLength(long at, String column) throws IOException {
        byte kind = Memory.getByte(at + 1);
        if (kind == 'u') {
            for (int i = 2; i < 6; i++) {
                if (Character.digit(Memory.getByte(at + i), 16) < 0) {
                    throw source.expected("four hexadecimal digits in an escape", at, column);
                }
            }
            return 6;
        }
        if (kind <= 0 || "\"\\/bfnrt".indexOf(kind) < 0) {
            throw source.expected("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", at, column);
        }
        return 2;
    }
}
