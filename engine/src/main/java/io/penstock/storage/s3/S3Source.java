package io.penstock.storage.s3;

import io.penstock.storage.Source;
import io.penstock.storage.SourceRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads an object as it was when it was opened: if it is replaced or removed, reading fails. Its end, which is all of a small object and the
 * footer of a file, has come with its opening; what is read in a row is read ahead, and {@link #read(List)} asks for the ranges of the list
 * and nothing else. Interrupts do not disturb it.
 */
final class S3Source implements Source {
    /** How much of the end comes with the opening. */
    static final int TAIL_BYTES = 64 << 10;

    /** The client gathers a reply in a pool of its own, which grows by more than one at a time. */
    private static final int NATIVE_COPIES = 2;

    private final S3FileSystem store;
    private final String path;
    private final PinnedObject object;
    private final Prefetch prefetch;

    /** Null if the object is empty or its server has not sent it; else it holds what lies from {@link #tailFrom} on. */
    private final Block tail;

    private final long tailFrom;
    private boolean closed;

    /** @throws java.nio.file.NoSuchFileException if there is no such object */
    static S3Source open(S3FileSystem store, String path, String key) throws IOException {
        Opening opening = new Opening(store, path, key);
        try {
            return new S3Source(store, path, opening.open(), opening.tail());
        } catch (IOException | RuntimeException | Error e) {
            opening.tail().ifPresent(Block::release);
            throw e;
        }
    }

    /** Takes ownership of {@code tail}, unless it throws. */
    private S3Source(S3FileSystem store, String path, PinnedObject object, Optional<Block> tail) {
        this.store = store;
        this.path = path;
        this.object = object;
        this.tail = tail.orElse(null);
        tailFrom = tail.isEmpty() ? object.size() : Math.max(0, object.size() - TAIL_BYTES);
        prefetch = new Prefetch(object, store.options(), store.pool(), tailFrom);
    }

    /** The memory that each one holds at any time, outside of the JVM's heap: in the pool and in the client. */
    static long memoryBytes(S3Options options, int bufferBytes) {
        return Block.memoryBytes(TAIL_BYTES, bufferBytes)
                + Prefetch.mostPieces(options) * Block.memoryBytes(options.readBytes(), bufferBytes)
                + (long) options.readsInFlight() * NATIVE_COPIES * options.readBytes();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long size() {
        return object.size();
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        requireRange(offset, target.remaining());
        int ahead = (int) Math.min(target.remaining(), Math.max(0, tailFrom - offset));
        if (ahead > 0) {
            prefetch.read(offset, target, ahead);
        }
        readTail(offset + ahead, target);
    }

    @Override
    public void read(List<Range> ranges) throws IOException {
        List<Range> asked = new ArrayList<>(ranges.size());
        for (Range range : ranges) {
            requireRange(range.offset(), range.target().remaining());
            int length = (int) Math.min(range.target().remaining(), Math.max(0, tailFrom - range.offset()));
            if (length > 0) {
                ByteBuffer target = range.target();
                asked.add(new Range(range.offset(), target.slice(target.position(), length)));
            }
        }
        RangeReads.read(object, store.options(), asked);
        for (Range range : ranges) {
            ByteBuffer target = range.target();
            int done = (int) Math.min(target.remaining(), Math.max(0, tailFrom - range.offset()));
            readTail(range.offset() + done, target.position(target.position() + done));
        }
    }

    /** Fills {@code target} from what came with the opening. */
    private void readTail(long offset, ByteBuffer target) {
        if (target.hasRemaining()) {
            tail.read((int) (offset - tailFrom), target, target.remaining());
        }
    }

    /** There is none: bytes that came over a network lie where the reader of them needs them. */
    @Override
    public Optional<View> view(long offset, long length) throws IOException {
        requireRange(offset, length);
        return Optional.empty();
    }

    @Override
    public Traffic traffic() {
        return object.traffic();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            prefetch.close();
            if (tail != null) {
                tail.release();
            }
        }
    }

    private void requireRange(long offset, long length) throws IOException {
        if (closed) {
            throw new IllegalStateException("'" + path + "' in " + store + " is read after the source was closed");
        }
        store.requireOpen();
        SourceRange.require(path, store, size(), offset, length);
    }
}
