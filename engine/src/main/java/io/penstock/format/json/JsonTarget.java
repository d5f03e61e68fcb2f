package io.penstock.format.json;

import io.penstock.buffer.Memory;
import io.penstock.buffer.OutputBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The room that the writers of one encoder write into. The position is not kept here: it goes from writer to writer, as an
 * argument and a result, and stays in a register.
 *
 * <p>The room is the output's own buffer. Only if the output's buffers are smaller than the largest piece of text that a writer
 * needs at once is it a piece of memory of this target, from which the text is copied on.
 */
final class JsonTarget implements AutoCloseable {
    /** Strings are escaped in chunks of this many bytes at most. */
    static final int CHUNK = 512;

    private static final int SMALLEST_ROOM = 6 * CHUNK + 64;

    private final BufferAllocator allocator;
    private int largestRoom = SMALLEST_ROOM;
    private OutputBuffer out;
    private ArrowBuf staging;
    private boolean staged;
    private long start;
    private long limit;
    private long limitOfOutput;

    JsonTarget(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** Says before the first batch that somebody will claim so many bytes at once. */
    void prepare(int room) {
        largestRoom = Math.max(largestRoom, room);
    }

    /** Begins a batch; returns the position to begin at. */
    long open(OutputBuffer output) {
        out = output;
        staged = output.maxClaim() < largestRoom;
        if (staged) {
            if (staging == null) {
                staging = allocator.buffer(largestRoom);
            }
            start = staging.memoryAddress();
            limit = start + largestRoom;
            return start;
        }
        long at = output.claim(0);
        limit = output.limit();
        return at;
    }

    /** Where to go on when at least {@code bytes} are needed in one piece. */
    long room(long at, int bytes) {
        return limit - at >= bytes ? at : next(at, bytes);
    }

    /** Lets the writers write elsewhere, where there is all the room that they are going to claim. */
    void leave() {
        limitOfOutput = limit;
        limit = Long.MAX_VALUE;
    }

    /** Lets the writers write here again. */
    void comeBack() {
        limit = limitOfOutput;
    }

    private long next(long at, int bytes) {
        if (staged) {
            out.putBytes(start, at - start);
            return start;
        }
        out.advance(at);
        long next = out.claim(bytes);
        limit = out.limit();
        return next;
    }

    /** Puts a run of any length as it is. */
    long copy(long at, long source, long length) {
        if (limit - at >= length) {
            Memory.copy(source, at, length);
            return at + length;
        }
        if (staged) {
            out.putBytes(start, at - start);
            out.putBytes(source, length);
            return start;
        }
        out.advance(at);
        out.putBytes(source, length);
        long next = out.claim(0);
        limit = out.limit();
        return next;
    }

    /** Ends a batch: everything up to {@code at} is put. */
    void finish(long at) {
        if (staged) {
            out.putBytes(start, at - start);
        } else {
            out.advance(at);
        }
        out = null;
    }

    @Override
    public void close() {
        if (staging != null) {
            staging.close();
            staging = null;
        }
    }
}
