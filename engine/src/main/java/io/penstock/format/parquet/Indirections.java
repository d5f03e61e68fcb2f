package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;

/** The way from the slots of a vector to those of the vector that has its values: through indices into a dictionary, and runs. */
final class Indirections {
    private final List<FieldVector> hops = new ArrayList<>();

    /**
     * Follows {@code vector} to the vector of its values, which it returns.
     *
     * @param field as the schema has it
     */
    FieldVector begin(Field field, FieldVector vector, DictionaryProvider dictionaries) {
        hops.clear();
        FieldVector next = vector;
        // To ask a nested vector for its field makes one.
        boolean looked = field.getDictionary() == null;
        while (true) {
            DictionaryEncoding encoding = looked ? null : next.getField().getDictionary();
            if (encoding != null) {
                hops.add(next);
                next = dictionaries.lookup(encoding.getId()).getVector();
                // The dictionary's own field may name its encoding, too.
                looked = true;
            } else if (next instanceof RunEndEncodedVector runs) {
                hops.add(runs);
                next = runs.getValuesVector();
                looked = false;
            } else if (next instanceof ExtensionTypeVector<?> extension) {
                next = (FieldVector) extension.getUnderlyingVector();
            } else {
                return next;
            }
        }
    }

    boolean none() {
        return hops.isEmpty();
    }

    /** How many indices refer to the values, if they are those of a dictionary; otherwise 0. */
    int indices() {
        FieldVector last = hops.isEmpty() ? null : hops.get(hops.size() - 1);
        return last instanceof BaseFixedWidthVector ? last.getValueCount() : 0;
    }

    /** Replaces the slots; where there is no value on the way, by a negative one, and the level by {@code missing}. */
    void follow(Entries entries, int missing) {
        for (int i = 0; i < hops.size(); i++) {
            FieldVector hop = hops.get(i);
            if (hop instanceof RunEndEncodedVector runs) {
                followRuns(runs, entries);
            } else {
                followIndices((BaseFixedWidthVector) hop, entries, missing);
            }
        }
    }

    private static void followIndices(BaseFixedWidthVector indices, Entries entries, int missing) {
        long slots = entries.slots();
        long definitions = entries.definitions();
        long validity =
                indices.getValueCount() == 0 ? 0 : indices.getValidityBuffer().memoryAddress();
        long data = indices.getValueCount() == 0 ? 0 : indices.getDataBuffer().memoryAddress();
        boolean unsigned = !((ArrowType.Int) indices.getMinorType().getType()).getIsSigned();
        int width = unsigned ? -indices.getTypeWidth() : indices.getTypeWidth();
        for (int i = 0; i < entries.count; i++) {
            int slot = Memory.getInt(slots + 4L * i);
            if (slot < 0) {
                continue;
            }
            if (Memory.getBit(validity, slot)) {
                Memory.putInt(slots + 4L * i, index(data, width, slot));
            } else {
                Memory.putInt(slots + 4L * i, -1);
                Memory.putByte(definitions + i, (byte) missing);
            }
        }
    }

    /** @param width of an index; negative if it is unsigned */
    private static int index(long data, int width, int slot) {
        return switch (width) {
            case 1 -> Memory.getByte(data + slot);
            case -1 -> Memory.getByte(data + slot) & 0xff;
            case 2 -> Memory.getShort(data + 2L * slot);
            case -2 -> Memory.getShort(data + 2L * slot) & 0xffff;
            case 4, -4 -> Memory.getInt(data + 4L * slot);
            default -> (int) Memory.getLong(data + 8L * slot);
        };
    }

    private static void followRuns(RunEndEncodedVector runs, Entries entries) {
        BaseFixedWidthVector ends = (BaseFixedWidthVector) runs.getRunEndsVector();
        int width = ends.getTypeWidth();
        int count = ends.getValueCount();
        long data = count == 0 ? 0 : ends.getDataBuffer().memoryAddress();
        long slots = entries.slots();
        int run = 0;
        for (int i = 0; i < entries.count; i++) {
            int slot = Memory.getInt(slots + 4L * i);
            if (slot < 0) {
                continue;
            }
            boolean inRun = slot < index(data, width, run) && (run == 0 || slot >= index(data, width, run - 1));
            run = inRun ? run : runOf(data, width, count, slot);
            Memory.putInt(slots + 4L * i, run);
        }
    }

    /** The first run that ends behind {@code slot}. */
    private static int runOf(long ends, int width, int count, int slot) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = low + high >>> 1;
            if (index(ends, width, middle) > slot) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
