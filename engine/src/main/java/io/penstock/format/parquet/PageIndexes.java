package io.penstock.format.parquet;

import io.penstock.buffer.OutputBuffer;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.OffsetIndex;
import shaded.parquet.org.apache.thrift.TBase;

/** The column and offset indexes of all chunks of a file, encoded at once and put into it at its end, where readers look for them. */
final class PageIndexes implements AutoCloseable {
    private final ThriftWriter thrift;
    private final Scratch columnIndexes;
    private final Scratch offsetIndexes;
    private final Lengths columnLengths = new Lengths();
    private final Lengths offsetLengths = new Lengths();

    PageIndexes(ThriftWriter thrift, BufferAllocator allocator) {
        this.thrift = thrift;
        columnIndexes = new Scratch(allocator);
        offsetIndexes = new Scratch(allocator);
    }

    /** Adds those of the next chunk; a column index may be null. */
    void add(ColumnIndex columnIndex, OffsetIndex offsetIndex) {
        if (columnIndex == null) {
            columnLengths.add(0);
        } else {
            add(columnIndex, columnIndexes, columnLengths);
        }
        add(offsetIndex, offsetIndexes, offsetLengths);
    }

    private void add(TBase<?, ?> index, Scratch target, Lengths lengths) {
        int length = thrift.write(index);
        long address = target.grow(lengths.sum + length, lengths.sum);
        thrift.copyTo(address + lengths.sum);
        lengths.add(length);
    }

    /** Puts them all into the file and says in {@code chunks}, which are in the order they were added, where they are. */
    void finish(List<ColumnChunk> chunks, OutputBuffer out) {
        long at = out.position();
        for (int i = 0; i < chunks.size(); i++) {
            int length = columnLengths.values[i];
            if (length > 0) {
                chunks.get(i).setColumn_index_offset(at).setColumn_index_length(length);
                at += length;
            }
        }
        for (int i = 0; i < chunks.size(); i++) {
            int length = offsetLengths.values[i];
            chunks.get(i).setOffset_index_offset(at).setOffset_index_length(length);
            at += length;
        }
        out.putBytes(columnIndexes.address(), columnLengths.sum);
        out.putBytes(offsetIndexes.address(), offsetLengths.sum);
    }

    long heldBytes() {
        return columnIndexes.capacity() + offsetIndexes.capacity();
    }

    @Override
    public void close() {
        columnIndexes.close();
        offsetIndexes.close();
    }

    private static final class Lengths {
        private int[] values = new int[64];
        private int count;
        private long sum;

        void add(int length) {
            if (count == values.length) {
                values = java.util.Arrays.copyOf(values, 2 * count);
            }
            values[count++] = length;
            sum += length;
        }
    }
}
