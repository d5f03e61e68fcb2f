package io.penstock.format.arrow;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The parts of one record batch in an input. Its {@link #select selected} buffers are fetched in as few runs as they lie in, and
 * nothing between. Lengths and offsets are checked against the body; what is wrong is an {@link IllegalArgumentException}.
 */
final class MessageParts implements BodyParts, AutoCloseable {
    /** Bytes in between that are rather read than left out: a request costs more than they do. */
    private static final long MAX_GAP_BYTES = 64 << 10;

    private final RecordBatch batch;
    private final InputBytes bytes;
    private final Decompression decompression;
    private final long bodyOffset;
    private final long bodyBytes;
    private final byte method;
    private final byte codec;
    private long[] runs = new long[8];
    private ArrowBuf[] fetched = new ArrowBuf[4];
    private int runCount;

    MessageParts(RecordBatch batch, Messages messages, InputBytes bytes, Decompression decompression) {
        this.batch = batch;
        this.bytes = bytes;
        this.decompression = decompression;
        this.bodyOffset = messages.bodyOffset();
        this.bodyBytes = messages.bodyBytes();
        BodyCompression compression = batch.compression();
        method = compression == null ? Decompression.NONE : compression.method();
        codec = compression == null ? Decompression.NONE : compression.codec();
    }

    long rows() {
        return requireCount(batch.length(), "rows");
    }

    /**
     * Finds the runs of what some of the fields need.
     *
     * @param fields all of the batch, in memory format
     */
    void select(List<Field> fields, boolean[] wanted) throws IOException {
        BodyLoader cursor = new BodyLoader(this, null, null);
        for (int field = 0; field < wanted.length; field++) {
            int from = cursor.buffers();
            cursor.skip(fields.get(field));
            if (wanted[field]) {
                for (int buffer = from; buffer < cursor.buffers(); buffer++) {
                    select(buffer);
                }
            }
        }
        if (cursor.nodes() != batch.nodesLength() || cursor.buffers() != batch.buffersLength()) {
            throw new IllegalArgumentException(batch.nodesLength() + " nodes and " + batch.buffersLength()
                    + " buffers where its columns have " + cursor.nodes() + " and " + cursor.buffers());
        }
        requireDistinctRuns();
    }

    private void select(int index) {
        Buffer buffer = place(index);
        long start = buffer.offset();
        long end = start + buffer.length();
        if (buffer.length() == 0) {
            return;
        }
        if (runCount > 0 && start >= runs[2 * runCount - 2] && start - runs[2 * runCount - 1] <= MAX_GAP_BYTES) {
            runs[2 * runCount - 1] = Math.max(runs[2 * runCount - 1], end);
            return;
        }
        if (2 * runCount == runs.length) {
            runs = Arrays.copyOf(runs, 2 * runs.length);
            fetched = Arrays.copyOf(fetched, 2 * fetched.length);
        }
        runs[2 * runCount] = start;
        runs[2 * runCount + 1] = end;
        runCount++;
    }

    /** Buffers in no order could make many runs of the same bytes; those are fetched as one. */
    private void requireDistinctRuns() {
        long total = 0;
        for (int run = 0; run < runCount; run++) {
            total += runs[2 * run + 1] - runs[2 * run];
        }
        if (total > bodyBytes) {
            runs[0] = 0;
            runs[1] = bodyBytes;
            runCount = 1;
        }
    }

    private Buffer place(int index) {
        Buffer buffer = index < batch.buffersLength() ? batch.buffers(index) : null;
        if (buffer == null) {
            throw new IllegalArgumentException("only " + batch.buffersLength() + " buffers");
        }
        long offset = buffer.offset();
        long length = buffer.length();
        if (offset < 0 || length < 0 || offset > bodyBytes || length > bodyBytes - offset) {
            throw new IllegalArgumentException(
                    "buffer " + index + " of " + length + " bytes at " + offset + " in a body of " + bodyBytes);
        }
        return buffer;
    }

    @Override
    public long nodeLength(int node) {
        return requireCount(requireNode(node).length(), "values");
    }

    @Override
    public long nullCount(int node) {
        return requireCount(requireNode(node).nullCount(), "nulls");
    }

    private org.apache.arrow.flatbuf.FieldNode requireNode(int node) {
        if (node >= batch.nodesLength()) {
            throw new IllegalArgumentException("only " + batch.nodesLength() + " nodes");
        }
        return batch.nodes(node);
    }

    @Override
    public long variadicCount(int view) {
        if (view >= batch.variadicBufferCountsLength()) {
            throw new IllegalArgumentException(
                    "only " + batch.variadicBufferCountsLength() + " counts of data buffers");
        }
        long count = batch.variadicBufferCounts(view);
        if (count < 0 || count > batch.buffersLength()) {
            throw new IllegalArgumentException("a view with " + count + " data buffers");
        }
        return count;
    }

    private static long requireCount(long count, String what) {
        if (count < 0 || count > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(count + " " + what);
        }
        return count;
    }

    @Override
    public ArrowBuf buffer(int index, BufferAllocator allocator) throws IOException {
        Buffer place = place(index);
        if (place.length() == 0) {
            return allocator.getEmpty();
        }
        ArrowBuf raw = slice(place.offset(), place.length());
        return codec == Decompression.NONE ? raw : decompression.decompress(raw, method, codec, allocator);
    }

    private ArrowBuf slice(long offset, long length) throws IOException {
        int run = 0;
        while (offset < runs[2 * run] || offset + length > runs[2 * run + 1]) {
            run++;
        }
        if (fetched[run] == null) {
            fetched[run] = bytes.body(bodyOffset + runs[2 * run], runs[2 * run + 1] - runs[2 * run]);
        }
        fetched[run].getReferenceManager().retain();
        return fetched[run].slice(offset - runs[2 * run], length);
    }

    @Override
    public void close() {
        for (int run = 0; run < runCount; run++) {
            if (fetched[run] != null) {
                fetched[run].close();
                fetched[run] = null;
            }
        }
    }
}
