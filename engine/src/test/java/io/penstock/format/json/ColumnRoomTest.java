package io.penstock.format.json;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.penstock.buffer.Memory;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A block of rows trusts what each writer says of its room: nothing stops a writer that needs more. */
class ColumnRoomTest {
    private static final int ROWS = 40;
    private static final byte UNTOUCHED = (byte) 0xfe;
    private static final int BEHIND = 128;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void noWriterOfAnyTypeTouchesMoreThanTheRoomOfItsColumn() {
        Schema schema = RandomSchemas.everything();
        for (int seed = 0; seed < 10; seed++) {
            try (RandomBatches source = new RandomBatches(memory.allocator(), schema, seed);
                    JsonTarget target = new JsonTarget(memory.allocator());
                    VectorSchemaRoot batch = source.next(ROWS)) {
                target.leave();
                List<Field> fields = schema.getFields();
                ValueWriter[] writers = new ValueWriters(target).all(fields);
                DictionaryProvider dictionaries = source.dictionaries();
                for (int i = 0; i < writers.length; i++) {
                    writers[i].bind(batch.getVector(i), dictionaries);
                    writers[i].isClean(0, ROWS);
                    requireWithinRoom(writers[i], fields.get(i).getName() + " of " + source.label());
                }
            }
        }
    }

    private void requireWithinRoom(ValueWriter writer, String label) {
        Key key = new Key(",\"key\":");
        for (int from = 0; from < ROWS; from += 8) {
            long room = writer.columnRoom(from, from + 8);
            assertTrue(room >= writer.room, label);
            if (room >= ValueWriter.UNKNOWN) {
                continue;
            }
            for (int row = from; row < from + 8; row++) {
                requireWithin(key.room + room, writer, key, row, label + ", row " + row);
            }
        }
    }

    private void requireWithin(long room, ValueWriter writer, Key key, int row, String label) {
        try (ArrowBuf text = memory.allocator().buffer(room + BEHIND)) {
            long start = text.memoryAddress();
            Memory.fill(start, room + BEHIND, UNTOUCHED);
            long[] ends = {start};
            writer.writeColumn(key, ends, row, 1);
            if (ends[0] > start + room) {
                fail(label + ": " + (ends[0] - start) + " bytes of text in " + room);
            }
            for (int i = 0; i < BEHIND; i++) {
                if (Memory.getByte(start + room + i) != UNTOUCHED) {
                    fail(label + ": touches byte " + i + " behind its " + room);
                }
            }
        }
    }
}
