package io.penstock.format;

import io.penstock.buffer.Memory;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * Finds the rows of batches that pass a {@link RowTest}, column after column. It keeps the memory of the largest batch, a bit a row for
 * each test and four bytes for each row. One thread at a time.
 */
public final class RowFilter implements AutoCloseable {
    private final BufferAllocator allocator;
    private final Step step;
    private ArrowBuf selected;

    public RowFilter(RowTest test, BufferAllocator allocator) {
        this.allocator = allocator;
        this.step = step(test);
    }

    private Step step(RowTest test) {
        if (test instanceof ColumnTest column) {
            return new OneColumn(new ColumnFilter(column, allocator));
        }
        boolean and = test instanceof RowTest.AllOf;
        List<Step> steps = new ArrayList<>();
        for (RowTest operand : and ? ((RowTest.AllOf) test).tests() : ((RowTest.AnyOf) test).tests()) {
            steps.add(step(operand));
        }
        return new Combination(and, steps);
    }

    /**
     * Finds the rows that pass.
     *
     * @param batch has the columns that are tested, and may have others
     * @param limit stops after so many
     * @return how many
     */
    public int select(VectorSchemaRoot batch, DictionaryProvider dictionaries, int limit) {
        int rows = batch.getRowCount();
        if (rows == 0) {
            return 0;
        }
        Bitmap passed = step.run(batch, dictionaries);
        int count = Math.min(passed.count(), limit);
        if (count > 0 && count < rows) {
            list(passed, count);
        }
        return count;
    }

    /** The numbers of the rows that were selected, ascending, as int32; nothing unless it was some but not all. */
    public long selection() {
        return selected.memoryAddress();
    }

    private void list(Bitmap passed, int count) {
        long bytes = (long) count * Integer.BYTES;
        if (selected == null || selected.capacity() < bytes) {
            close(selected);
            selected = null;
            selected = allocator.buffer(bytes);
        }
        long target = selected.memoryAddress();
        long end = target + bytes;
        for (int i = 0; target < end; i++) {
            long word = passed.word(i);
            while (word != 0 && target < end) {
                Memory.putInt(target, i * Long.SIZE + Long.numberOfTrailingZeros(word));
                target += Integer.BYTES;
                word &= word - 1;
            }
        }
    }

    @Override
    public void close() {
        close(selected);
        selected = null;
        step.close();
    }

    private static void close(ArrowBuf buffer) {
        if (buffer != null) {
            buffer.close();
        }
    }

    private sealed interface Step {
        /** Good until the next run. */
        Bitmap run(VectorSchemaRoot batch, DictionaryProvider dictionaries);

        void close();
    }

    private record OneColumn(ColumnFilter filter) implements Step {
        @Override
        public Bitmap run(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
            return filter.run(batch.getVector(filter.column()), batch.getRowCount(), dictionaries);
        }

        @Override
        public void close() {
            filter.close();
        }
    }

    private record Combination(boolean and, List<Step> steps) implements Step {
        @Override
        public Bitmap run(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
            Bitmap whole = steps.get(0).run(batch, dictionaries);
            for (int i = 1; i < steps.size(); i++) {
                if (whole.count() == (and ? 0 : whole.rows())) {
                    break;
                }
                Bitmap part = steps.get(i).run(batch, dictionaries);
                if (and) {
                    whole.and(part);
                } else {
                    whole.or(part);
                }
            }
            return whole;
        }

        @Override
        public void close() {
            steps.forEach(Step::close);
        }
    }
}
