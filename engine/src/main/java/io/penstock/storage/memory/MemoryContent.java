package io.penstock.storage.memory;

import io.penstock.buffer.PooledBuffer;
import io.penstock.storage.memory.MemorySpace.Block;
import io.penstock.storage.memory.MemorySpace.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The bytes of a file while it is written. Not thread-safe. */
final class MemoryContent {
    private final MemorySpace space;
    private final List<Block> blocks = new ArrayList<>();

    MemoryContent(MemorySpace space) {
        this.space = space;
    }

    /**
     * Takes ownership of {@code buffer}, whether it returns or throws, and keeps it as it is; unless it is at most half full and
     * fits behind what came before.
     */
    void append(PooledBuffer buffer) throws IOException {
        int length = buffer.length();
        if (length == 0) {
            buffer.release();
        } else if (length <= buffer.capacity() / 2 && !blocks.isEmpty() && length <= last().free()) {
            last().append(buffer.bytes());
            buffer.release();
        } else {
            blocks.add(space.retain(buffer));
        }
    }

    /** Copies {@code bytes}, which it consumes. */
    void append(ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            if (blocks.isEmpty() || last().free() == 0) {
                blocks.add(space.allocate());
            }
            bytes.limit(bytes.position() + Math.min(end - bytes.position(), last().free()));
            last().append(bytes);
            bytes.limit(end);
        }
    }

    /** The finished file, which the caller holds. Nothing is left here. */
    MemoryFile toFile() {
        List<Segment> segments = new ArrayList<>(blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            segments.add(i < blocks.size() - 1 ? new Segment(block, 0, block.buffer.length()) : space.settle(block));
        }
        blocks.clear();
        return new MemoryFile(space, segments, Instant.now());
    }

    /** Gives everything back; a second call does nothing. */
    void release() {
        blocks.forEach(space::release);
        blocks.clear();
    }

    private Block last() {
        return blocks.get(blocks.size() - 1);
    }
}
