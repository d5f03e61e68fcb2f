package io.penstock.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.buffer.Memory;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RowCopyTest {
    private static final Schema FLAT = new Schema(
            List.of(Field.nullable("n", new ArrowType.Int(64, true)), Field.nullable("s", ArrowType.Utf8.INSTANCE)));
    private static final DictionaryProvider NONE = new DictionaryProvider.MapDictionaryProvider();

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void anyRowsInAnyOrderAreCopiedWhateverTheirType() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Schema schema = RandomSchemas.everything();
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed);
                VectorSchemaRoot source = batches.next(200);
                RowCopy copy = new RowCopy(source, schema, memory.allocator());
                ArrowBuf selection = memory.allocator().buffer(4 * 300)) {
            for (int count : new int[] {0, 1, 7, 8, 9, 63, 64, 65, 200, 300}) {
                int[] rows = random.ints(count, 0, 200).toArray();
                for (int i = 0; i < count; i++) {
                    Memory.putInt(selection.memoryAddress() + i * 4L, rows[i]);
                }
                copy.clear();
                copy.select(selection.memoryAddress(), count);
                assertEquals(count, copy.batch().getRowCount());
                for (int i = 0; i < count; i++) {
                    BatchAssert.assertEqualRow(
                            source,
                            batches.dictionaries(),
                            rows[i],
                            copy.batch(),
                            batches.dictionaries(),
                            i,
                            "seed " + seed);
                }
            }
        }
    }

    private VectorSchemaRoot flat(int rows) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(FLAT, memory.allocator());
        for (int row = 0; row < rows; row++) {
            ((BigIntVector) batch.getVector(0)).setSafe(row, row);
            ((VarCharVector) batch.getVector(1)).setSafe(row, new byte[row % 50]);
        }
        batch.setRowCount(rows);
        return batch;
    }

    @Test
    void whatItAllocatesDoesNotGrowWithTheRows() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        RowTest test = RowTest.of(Predicate.less("n", 5_000).and(Predicate.notEqual("s", "x")), FLAT);
        try (VectorSchemaRoot source = flat(10_000);
                RowFilter filter = new RowFilter(test, memory.allocator());
                RowCopy copy = new RowCopy(source, FLAT, memory.allocator())) {
            long direct = 0;
            long heap = 0;
            for (int i = 0; i < 50; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                copy.clear();
                int selected = filter.select(source, NONE, Integer.MAX_VALUE);
                copy.select(filter.selection(), selected);
                heap = threads.getCurrentThreadAllocatedBytes() - before;
                assertEquals(5_000, selected);
                long now = memory.allocator().getAllocatedMemory();
                assertTrue(i == 0 || now == direct, "direct memory grew from " + direct + " to " + now);
                direct = now;
            }
            assertTrue(heap < 10_000, heap + " bytes of heap for a batch");
        }
    }

    @Test
    void whatSomebodyHasTakenHoldOfIsNotOverwritten() {
        try (VectorSchemaRoot source = flat(100);
                RowCopy copy = new RowCopy(source, FLAT, memory.allocator());
                ArrowBuf selection = memory.allocator().buffer(4)) {
            Memory.putInt(selection.memoryAddress(), 7);
            copy.select(selection.memoryAddress(), 1);
            ArrowBuf held = copy.batch().getVector(0).getDataBuffer();
            held.getReferenceManager().retain();
            copy.clear();
            Memory.putInt(selection.memoryAddress(), 8);
            copy.select(selection.memoryAddress(), 1);
            assertEquals(7, held.getLong(0));
            assertEquals(8, ((BigIntVector) copy.batch().getVector(0)).get(0));
            held.getReferenceManager().release();
        }
    }
}
