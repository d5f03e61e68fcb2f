package io.penstock.format.json;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import io.penstock.format.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The piece of a file that lies in memory, and moves on as it is read. Positions in it are addresses, which go from reader to
 * reader as arguments and results; a method that may move the piece returns where the position lies now.
 *
 * <p>Behind the last byte stand zeros, which are not JSON: a loop over text needs no test for the end, since it stops there.
 */
final class JsonSource implements AutoCloseable {
    /** After {@link #ensure} so many bytes follow in one piece, if the file has them. No number and no date is longer. */
    static final int LOOKAHEAD = 1024;

    private static final int ZEROS = 64;
    private static final int EXCERPT = 32;
    private static final int BYTE_ORDER_MARK = 0xbfbbef;

    private final TextInput text;
    private final String file;
    private final InputMemory memory;
    private final ByteBuffer window;
    private final long base;
    private final int capacity;
    private long end;
    private long baseOffset;
    private boolean last;
    private long line = 1;
    private long row;

    JsonSource(Input input, JsonOptions.Codec codec, String file, BufferPool pool, BufferAllocator allocator) {
        this.file = file;
        memory = new InputMemory(pool, allocator);
        window = memory.bytes();
        base = memory.address();
        capacity = window.capacity() - ZEROS;
        end = base;
        try {
            text = TextInput.of(codec, input, file, pool, allocator);
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    /** Reads the beginning; returns the address of the first byte behind a byte order mark. */
    long open() throws IOException {
        long at = refill(base);
        return (Memory.getInt(at) & 0xffffff) == BYTE_ORDER_MARK ? at + 3 : at;
    }

    /** Makes {@link #LOOKAHEAD} bytes follow, if the file has them. */
    long ensure(long at) throws IOException {
        return end - at >= LOOKAHEAD || last ? at : refill(at);
    }

    /** Whether there is nothing at {@code at} and behind it. */
    boolean isEnd(long at) {
        return at >= end && last;
    }

    /** Whether the bytes that lie in memory end at {@code at}; the file may go on. */
    boolean isWindowEnd(long at) {
        return at >= end;
    }

    /** Reads on; what lies before {@code at} is gone. */
    long refill(long at) throws IOException {
        int kept = (int) (end - at);
        if (last) {
            return at;
        }
        Memory.copy(at, base, kept);
        baseOffset += at - base;
        window.limit(capacity).position(kept);
        last = !text.read(window);
        end = base + window.position();
        Memory.fill(end, ZEROS, (byte) 0);
        return base;
    }

    /** Skips white space. */
    long skipSpace(long at) throws IOException {
        return Memory.getByte(at) > ' ' ? at : skipSpaces(at);
    }

    private long skipSpaces(long start) throws IOException {
        long at = start;
        while (true) {
            byte c = Memory.getByte(at);
            if (c == '\n') {
                line++;
                at++;
            } else if (c == ' ' || c == '\t' || c == '\r') {
                at++;
            } else if (at >= end && !last) {
                at = refill(at);
            } else {
                return at;
            }
        }
    }

    /** The line that is being read, counted from 1. */
    long line() {
        return line;
    }

    /** Tells messages which row is being read, counted from 1; 0 for none. */
    void row(long number) {
        row = number;
    }

    /** How far from the beginning of the file an address is. */
    long offset(long at) {
        return baseOffset + (at - base);
    }

    /** @param column the path of the column that is being read, or null */
    CorruptFileException expected(String what, long at, String column) {
        return broken(column, offset(at), "expected " + what + " but found " + excerpt(at));
    }

    CorruptFileException broken(String column, long offset, String problem) {
        return new CorruptFileException(
                file,
                "line " + line + (row == 0 ? "" : ", row " + row) + (column == null ? "" : ", column '" + column + "'")
                        + ", " + text.counted() + " " + offset + ": " + problem);
    }

    /** What stands at an address, for a message. */
    String excerpt(long at) {
        if (at >= end) {
            return last ? "the end of the file" : "the end of what can be looked at";
        }
        int length = (int) Math.min(EXCERPT, end - at);
        byte[] bytes = new byte[length];
        Memory.copy(at, bytes, 0, length);
        StringBuilder text = new StringBuilder();
        for (char c : new String(bytes, StandardCharsets.UTF_8).toCharArray()) {
            if (c == '\n' || c == '\r') {
                break;
            }
            text.append(c < ' ' ? '\ufffd' : c);
        }
        return text.isEmpty() ? "the end of the line" : "`" + text + (length == EXCERPT ? "..." : "") + "`";
    }

    @Override
    public void close() {
        text.close();
        memory.close();
    }
}
