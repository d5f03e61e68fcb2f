package io.penstock.format;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** Finds the rows of one column that pass a {@link ColumnTest}. It keeps its memory from batch to batch. One thread at a time. */
final class ColumnFilter implements AutoCloseable {
    private final ColumnTest test;
    private final BufferAllocator allocator;
    private final Bitmap passed;
    private final ValueTests valueTests;
    /** For what a dictionary's indices or the ends of runs stand for; null until needed. */
    private ColumnFilter meaning;

    ColumnFilter(ColumnTest test, BufferAllocator allocator) {
        this.test = test;
        this.allocator = allocator;
        this.passed = new Bitmap(allocator);
        this.valueTests = test.ranges() == null ? null : ValueTests.of(test);
    }

    String column() {
        return test.column();
    }

    /** Good until the next run. */
    Bitmap run(FieldVector column, int rows, DictionaryProvider dictionaries) {
        FieldVector vector = column instanceof ExtensionTypeVector<?> extension
                ? (FieldVector) extension.getUnderlyingVector()
                : column;
        passed.begin(rows);
        if (column.getField().getDictionary() != null) {
            Dictionary dictionary =
                    dictionaries.lookup(column.getField().getDictionary().getId());
            runIndices(vector, rows, meaning(dictionary.getVector(), dictionaries));
        } else if (vector instanceof RunEndEncodedVector runs) {
            runRuns(runs, rows, meaning(runs.getValuesVector(), dictionaries));
        } else if (vector instanceof NullVector) {
            passed.fill(test.acceptsNull());
        } else if (valueTests != null) {
            valueTests.run(vector, rows, passed);
            admitNulls(vector, rows);
        } else {
            passed.fill(test.acceptsOthers());
            admitNulls(vector, rows);
        }
        return passed;
    }

    private void admitNulls(FieldVector vector, int rows) {
        if (vector.getNullCount() == 0) {
            return;
        }
        long validity = vector.getValidityBufferAddress();
        for (int i = 0; i < passed.wordCount(); i++) {
            long valid = Bitmap.bits(validity, i * Long.SIZE, rows);
            long word = passed.word(i) & valid;
            passed.setWord(i, test.acceptsNull() ? word | ~valid : word);
        }
    }

    private Bitmap meaning(FieldVector values, DictionaryProvider dictionaries) {
        if (meaning == null) {
            meaning = new ColumnFilter(test, allocator);
        }
        return meaning.run(values, values.getValueCount(), dictionaries);
    }

    private void runIndices(FieldVector indices, int rows, Bitmap ofValues) {
        long data = indices.getDataBufferAddress();
        int width = ((BaseFixedWidthVector) indices).getTypeWidth();
        long[] block = new long[Long.SIZE];
        boolean hasNulls = indices.getNullCount() > 0;
        long validity = hasNulls ? indices.getValidityBufferAddress() : 0;
        for (int from = 0; from < rows; from += Long.SIZE) {
            int count = Math.min(Long.SIZE, rows - from);
            // An index is never negative, so that its sign does not matter; under a null it may be anything.
            LongBlock.load(data + (long) from * width, width, false, count, block);
            long valid = hasNulls ? Bitmap.bits(validity, from, rows) : -1;
            long word = test.acceptsNull() ? ~valid : 0;
            for (int i = 0; i < count; i++) {
                if ((valid >>> i & 1) != 0 && ofValues.get((int) block[i])) {
                    word |= 1L << i;
                }
            }
            passed.setWord(from >>> 6, word);
        }
    }

    private void runRuns(RunEndEncodedVector runs, int rows, Bitmap ofValues) {
        FieldVector ends = runs.getRunEndsVector();
        int width = ((BaseFixedWidthVector) ends).getTypeWidth();
        long data = ends.getDataBufferAddress();
        passed.fill(false);
        int row = 0;
        for (int run = 0; row < rows; run++) {
            long end = width == 2
                    ? Memory.getShort(data + run * 2L)
                    : width == 4 ? Memory.getInt(data + run * 4L) : Memory.getLong(data + run * 8L);
            int last = (int) Math.min(end, rows);
            if (ofValues.get(run)) {
                passed.set(row, last);
            }
            row = last;
        }
    }

    @Override
    public void close() {
        passed.close();
        if (meaning != null) {
            meaning.close();
        }
    }
}
