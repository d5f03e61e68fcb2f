package io.penstock.format.json;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Writes some rows at a time column by column: each column is appended to all of the rows in a loop of its own, in memory of this
 * block where they lie apart, and then the rows go to the output one behind the other. Row by row each value would be a virtual call.
 *
 * <p>For tables of some columns, and rows that are not too long. The memory is taken with the first block and given back by
 * {@link #close}.
 */
final class RowBlock implements AutoCloseable {
    /** Of the rows of a block. A few of their lines are touched, and stay in the first cache. */
    static final int BYTES = 128 << 10;

    static final int MOST_ROWS = 64;

    /** With fewer, the loops save less than their beginnings cost. */
    private static final int FEWEST_ROWS = 8;

    private static final int FEWEST_COLUMNS = 4;

    private static final int STEP = 64;

    /** Longer rows are copied by the JDK's routine, which is faster once it has begun. */
    private static final int SHORT = 1024;

    private static final int CACHE_LINE = 64;
    private static final int CLOSING_ROOM = 8;

    private final BufferAllocator allocator;
    private final JsonTarget target;
    private final ValueWriter[] writers;
    private final Key[] keys;
    private final short closing;
    private final int fixedRoom;

    /** Where the text of each row ends so far. */
    private final long[] ends = new long[MOST_ROWS];

    private ArrowBuf memory;

    /** From the begin of a row to that of the next. */
    private long stride;

    /** @param closing the two bytes behind each row */
    RowBlock(BufferAllocator allocator, JsonTarget target, ValueWriter[] writers, Key[] keys, short closing) {
        this.allocator = allocator;
        this.target = target;
        this.writers = writers;
        this.keys = keys;
        this.closing = closing;
        int room = STEP;
        for (Key key : keys) {
            room += key.room;
        }
        fixedRoom = room;
        target.prepare(SHORT + STEP);
    }

    static boolean suits(ValueWriter[] writers) {
        return writers.length >= FEWEST_COLUMNS;
    }

    /** How many of {@code count} rows, at most {@link #MOST_ROWS}, are a block that {@link #write} can write now; 0 if too few are. */
    int fit(int from, int count) {
        if (count < FEWEST_ROWS) {
            return 0;
        }
        long room = fixedRoom;
        for (ValueWriter writer : writers) {
            room += writer.columnRoom(from, from + count);
            if (room > BYTES / FEWEST_ROWS) {
                return 0;
            }
        }
        // An odd number of cache lines: with an even one the rows would compete for a part of the cache.
        stride = (room / CACHE_LINE + 1 | 1) * CACHE_LINE;
        int rows = (int) Math.min(count, BYTES / stride);
        return rows < FEWEST_ROWS ? 0 : rows;
    }

    /** Writes the rows that {@link #fit} has found to fit; returns where their text ends. At least one more byte can be written there. */
    long write(long start, int from, int count) {
        if (memory == null) {
            memory = allocator.buffer(BYTES);
        }
        long first = memory.memoryAddress();
        for (int i = 0; i < count; i++) {
            ends[i] = first + i * stride;
        }
        target.leave();
        for (int i = 0; i < writers.length; i++) {
            writers[i].writeColumn(keys[i], ends, from, count);
        }
        target.comeBack();
        long at = start;
        for (int i = 0; i < count; i++) {
            long row = first + i * stride;
            assert ends[i] - row <= stride : "a row of " + (ends[i] - row) + " bytes in " + stride;
            at = append(at, row, ends[i] - row);
        }
        return at;
    }

    private long append(long start, long row, long length) {
        long at;
        if (length > SHORT) {
            at = target.room(target.copy(start, row, length), CLOSING_ROOM);
        } else {
            long to = target.room(start, (int) length + STEP);
            at = to + length;
            for (long from = row; to < at; to += STEP, from += STEP) {
                Memory.putLong(to, Memory.getLong(from));
                Memory.putLong(to + 8, Memory.getLong(from + 8));
                Memory.putLong(to + 16, Memory.getLong(from + 16));
                Memory.putLong(to + 24, Memory.getLong(from + 24));
                Memory.putLong(to + 32, Memory.getLong(from + 32));
                Memory.putLong(to + 40, Memory.getLong(from + 40));
                Memory.putLong(to + 48, Memory.getLong(from + 48));
                Memory.putLong(to + 56, Memory.getLong(from + 56));
            }
        }
        Memory.putShort(at, closing);
        return at + 2;
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }
}
