package io.penstock;

import io.penstock.buffer.Memory;
import io.penstock.storage.BlockChecksums;
import io.penstock.storage.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Checks a file whose bytes have to be fetched, whenever they are. Blocks that are wanted whole arrive where they are wanted; of others
 * it holds the last few, so that who goes on where he stopped fetches nothing twice.
 */
final class CheckedReads extends CheckedSource {
    /** Both ends of a few ranges that are fetched at once, or where each of a few columns has got to. */
    private static final int MOST_HELD = 8;

    private static final int FEWEST_HELD = 2;

    /** What more than the fewest may take. */
    private static final int HELD_BYTES = 2 << 20;

    private final ArrowBuf memory;
    private final Held[] held;
    private final CRC32C crc = new CRC32C();

    /** What is fetched next, at once: in order, if a single range is read. */
    private final List<Range> fetched = new ArrayList<>();

    private final List<Whole> wholes = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private long round;
    private boolean closed;

    /** A place for a block. */
    private static final class Held {
        final long address;

        /** Which one is there, or is on its way; -1 for none. */
        int block = -1;

        boolean isChecked;

        /** When it was wanted last. */
        long round;

        Held(long address) {
            this.address = address;
        }
    }

    /** Blocks, from {@code first} on, that arrive in a target. */
    private record Whole(int first, ByteBuffer bytes) {}

    /** What a target gets of a block that is held. */
    private record Part(Held block, int from, ByteBuffer target) {}

    CheckedReads(Source source, BlockChecksums checksums, BufferAllocator allocator) {
        super(source, checksums);
        held = new Held[mostHeld(checksums)];
        int largest = length(0);
        memory = allocator.buffer((long) held.length * largest);
        for (int i = 0; i < held.length; i++) {
            held[i] = new Held(memory.memoryAddress() + (long) i * largest);
        }
    }

    private static int mostHeld(BlockChecksums checksums) {
        int fitting = Math.max(FEWEST_HELD, Math.min(MOST_HELD, HELD_BYTES / checksums.blockBytes()));
        return Math.min(fitting, checksums.count());
    }

    static long memoryBytes(BlockChecksums checksums) {
        long bytes = mostHeld(checksums) * Math.min(checksums.blockBytes(), checksums.bytes());
        // The allocator rounds up.
        return bytes <= 1 ? bytes : Long.highestOneBit(bytes - 1) << 1;
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        begin();
        add(offset, target);
        for (Range range : fetched) {
            source.read(range.offset(), range.target());
        }
        finish();
        target.position(target.limit());
    }

    @Override
    public void read(List<Range> ranges) throws IOException {
        begin();
        for (Range range : ranges) {
            if (!hasRoom()) {
                fetch();
            }
            add(range.offset(), range.target());
        }
        fetch();
        for (Range range : ranges) {
            range.target().position(range.target().limit());
        }
    }

    private void fetch() throws IOException {
        if (!fetched.isEmpty()) {
            source.read(List.copyOf(fetched));
        }
        finish();
        begin();
    }

    private void begin() {
        fetched.clear();
        wholes.clear();
        parts.clear();
        round++;
        for (Held place : held) {
            if (!place.isChecked) {
                place.block = -1;
            }
        }
    }

    /** Whether there are places for both ends of a range. */
    private boolean hasRoom() {
        int free = 0;
        for (Held place : held) {
            free += place.round < round ? 1 : 0;
        }
        // Otherwise all blocks of the file have one.
        return free >= 2 || held.length == checksums.count();
    }

    private void add(long offset, ByteBuffer target) throws IOException {
        requireRange(offset, target.remaining());
        long at = offset;
        long end = offset + target.remaining();
        while (at < end) {
            int block = checksums.at(at);
            int run;
            if (at > start(block) || checksums.end(block) > end) {
                run = (int) (Math.min(end, checksums.end(block)) - at);
                parts.add(new Part(place(block), (int) (at - start(block)), slice(target, (int) (at - offset), run)));
            } else {
                long wholesEnd = end == size() ? end : start(checksums.at(end));
                run = (int) (wholesEnd - at);
                ByteBuffer bytes = slice(target, (int) (at - offset), run);
                wholes.add(new Whole(block, bytes));
                fetched.add(new Range(at, bytes.duplicate()));
            }
            at += run;
        }
    }

    private static ByteBuffer slice(ByteBuffer target, int from, int length) {
        return target.slice(target.position() + from, length);
    }

    /** Where a block is held; it will be fetched if it is not there yet. */
    private Held place(int block) {
        Held oldest = held[0];
        for (Held place : held) {
            if (place.block == block) {
                place.round = round;
                return place;
            }
            if (place.round < oldest.round) {
                oldest = place;
            }
        }
        oldest.block = block;
        oldest.isChecked = false;
        oldest.round = round;
        fetched.add(new Range(start(block), Memory.view(oldest.address, length(block))));
        return oldest;
    }

    /** Checks what has arrived, and hands out what of it is held. */
    private void finish() throws IOException {
        for (Whole whole : wholes) {
            ByteBuffer bytes = whole.bytes();
            for (int block = whole.first(); bytes.hasRemaining(); block++) {
                int from = bytes.position();
                require(block, sum(bytes.slice(from, length(block))));
                bytes.position(from + length(block));
            }
        }
        for (Part part : parts) {
            Held place = part.block();
            if (!place.isChecked) {
                require(place.block, sum(Memory.view(place.address, length(place.block))));
                place.isChecked = true;
            }
            part.target()
                    .put(Memory.view(place.address + part.from(), part.target().remaining()));
        }
    }

    private int sum(ByteBuffer bytes) {
        crc.update(bytes);
        int sum = (int) crc.getValue();
        crc.reset();
        return sum;
    }

    /** What a store has to fetch it does not show. */
    @Override
    public Optional<View> view(long offset, long length) throws IOException {
        requireRange(offset, length);
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            try (memory) {
                source.close();
            }
        }
    }
}
