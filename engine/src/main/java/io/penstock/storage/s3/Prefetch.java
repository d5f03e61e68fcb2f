package io.penstock.storage.s3;

import io.penstock.buffer.BufferPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Reads an object from its beginning to its end, ahead of who asks for it: by twice of what was read in a row, so that who stops early
 * has paid for little. It holds the piece that is read, and others that have arrived or are on their way. A piece that fails is a failure
 * where it is needed and otherwise none. One thread at a time.
 */
final class Prefetch implements AutoCloseable {
    /** What is read where nothing was read before: as long as headers and small batches are. */
    private static final int FIRST_BYTES = 64 << 10;

    /** A request takes a remote store about as long as so many bytes. */
    private static final int SMALLEST_BYTES = 256 << 10;

    /** How many times more than was read in a row. */
    private static final int AHEAD = 2;

    private final PinnedObject object;
    private final BufferPool pool;
    private final int readBytes;
    private final int readsInFlight;
    private final long end;
    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();

    /** Where the next byte is if it is read in a row. */
    private long next;

    /** How many bytes were. */
    private long run;

    private record Piece(long from, long to, Block block, RangeGet get) {
        void discard() {
            get.cancel();
            block.release();
        }
    }

    /** How many pieces of {@link S3Options#readBytes} it holds at most. */
    static int mostPieces(S3Options options) {
        return options.readsInFlight() + 1;
    }

    /** @param end of what it reads of the object */
    Prefetch(PinnedObject object, S3Options options, BufferPool pool, long end) {
        this.object = object;
        this.pool = pool;
        this.readBytes = options.readBytes();
        this.readsInFlight = options.readsInFlight();
        this.end = end;
    }

    /** Puts {@code length} bytes from an offset on into {@code target}. */
    void read(long offset, ByteBuffer target, int length) throws IOException {
        if (!isInRow(offset)) {
            close();
            run = 0;
        }
        for (long at = offset, to = offset + length; at < to; ) {
            passTo(at);
            begin(at, to);
            Piece piece = arrived();
            // One request fewer is on its way now.
            begin(at, to);
            int count = (int) (Math.min(to, piece.to()) - at);
            piece.block().read((int) (at - piece.from()), target, count);
            at += count;
            run += count;
            next = at;
        }
    }

    /** Whether it is in a piece, or so little behind what was read last that the bytes between are rather skipped. */
    private boolean isInRow(long offset) {
        Piece first = pieces.peekFirst();
        Piece last = pieces.peekLast();
        return first != null && offset >= first.from() && offset < last.to()
                || offset >= next && offset - next <= SMALLEST_BYTES;
    }

    private void passTo(long offset) {
        while (!pieces.isEmpty() && pieces.peekFirst().to() <= offset) {
            pieces.pollFirst().discard();
        }
    }

    /** Asks for what is needed, from {@code at} to {@code to}, and for what may be next. */
    private void begin(long at, long to) {
        long wanted = Math.min(end, to + AHEAD * run);
        long from = pieces.isEmpty() ? at : pieces.peekLast().to();
        long step = run == 0 ? FIRST_BYTES : Math.max(SMALLEST_BYTES, run / readsInFlight);
        while (from < wanted && pieces.size() < readsInFlight + (hasFirst() ? 1 : 0)) {
            // What is not needed yet waits until it is worth a request.
            if (from >= to && wanted - from < Math.min(step, readBytes) && wanted < end) {
                return;
            }
            long pieceEnd = Math.min(end, from + Math.min(readBytes, Math.max(step, to - from)));
            pieces.addLast(ask(from, pieceEnd));
            from = pieceEnd;
        }
    }

    /** Those behind it may have arrived as well. */
    private boolean hasFirst() {
        return !pieces.isEmpty() && pieces.peekFirst().get().isOver();
    }

    private Piece ask(long from, long to) {
        Block block = new Block(pool, (int) (to - from));
        try {
            return new Piece(from, to, block, object.get(from, to, (offset, bytes) -> block.put((int) offset, bytes)));
        } catch (RuntimeException | Error e) {
            block.release();
            throw e;
        }
    }

    /** The first piece, which has arrived. */
    private Piece arrived() throws IOException {
        Piece piece = pieces.peekFirst();
        try {
            object.await(piece.get(), piece.from(), piece.to());
            return piece;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Gives everything back when nothing arrives any more. It may be read on. */
    @Override
    public void close() {
        pieces.forEach(piece -> piece.get().abandon());
        while (!pieces.isEmpty()) {
            pieces.pollFirst().discard();
        }
    }
}
