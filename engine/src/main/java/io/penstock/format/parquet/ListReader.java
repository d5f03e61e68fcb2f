package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import io.penstock.format.VectorMemory;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Fills the vector of a list of any layout, or of a map. */
final class ListReader extends NodeReader.Nested {
    private final Node.Repeated node;
    private final Places places;
    private final NodeReader element;
    private final ArrowType type;

    /** Of a fixed-size list; otherwise -1. */
    private final int fixedSize;

    private final Validity validity;

    /** Where the elements of each list begin, 32 bits each; after the last list their number. */
    private final VectorMemory offsets;

    private final VectorMemory longOffsets;
    private final VectorMemory sizes;
    private final Scratch picked;
    private int count;
    private int elements;

    /** How many elements the current list of a fixed-size one is still to get. */
    private int missing;

    ListReader(Node.Repeated node, Places places, NodeReader element, BufferAllocator allocator) {
        this.node = node;
        this.places = places;
        this.element = element;
        this.type = ParquetTypes.storage(node.field().getType());
        this.fixedSize = type instanceof ArrowType.FixedSizeList list ? list.getListSize() : -1;
        this.validity = new Validity(allocator);
        this.offsets = new VectorMemory(allocator);
        this.longOffsets = new VectorMemory(allocator);
        this.sizes = new VectorMemory(allocator);
        this.picked = new Scratch(allocator);
    }

    @Override
    void begin(int rows) {
        count = 0;
        elements = 0;
        missing = 0;
        validity.begin(rows);
        offsets.begin(Integer.BYTES * (rows + 1L));
        Memory.putInt(offsets.address(), 0);
        element.begin(rows);
    }

    @Override
    void append(long repetitions, long definitions, int levels) {
        int added = places.pick(repetitions, definitions, levels, picked);
        validity.require((long) count + added);
        if (node.nullable()) {
            validity.put(count, picked.address(), added, node.definition());
        }
        if (fixedSize >= 0) {
            checkSizes(repetitions, definitions, levels);
        } else {
            BatchTooLargeException.grow(offsets, Integer.BYTES * (1L + count + added), Integer.BYTES * (count + 1L));
            putOffsets(repetitions, definitions, levels);
        }
        count = Math.addExact(count, added);
    }

    private void putOffsets(long repetitions, long definitions, int levels) {
        int maxRepetition = places.repetition();
        int elementDefinition = node.definition() + 1;
        long at = offsets.address() + 4L * count;
        int total = elements;
        for (int i = 0; i < levels; i++) {
            int repetition = Memory.getByte(repetitions + i);
            int definition = Memory.getByte(definitions + i);
            if (repetition <= maxRepetition) {
                for (int lists = places.at(definition); lists > 0; lists--) {
                    Memory.putInt(at, total);
                    at += 4;
                }
            }
            boolean isElement = definition >= elementDefinition & repetition <= maxRepetition + 1;
            total += isElement ? 1 : 0;
        }
        if (total < elements) {
            throw new BatchTooLargeException(4L * elements);
        }
        Memory.putInt(at, total);
        elements = total;
    }

    private void checkSizes(long repetitions, long definitions, int levels) {
        int elementDefinition = node.definition() + 1;
        for (int i = 0; i < levels; i++) {
            int definition = Memory.getByte(definitions + i);
            int repetition = Memory.getByte(repetitions + i);
            if (repetition <= places.repetition()) {
                requireFull();
                missing = definition >= node.definition() ? fixedSize : 0;
            }
            if (definition >= elementDefinition && repetition <= places.repetition() + 1 && --missing < 0) {
                throw new MalformedPageException("a list of more than the " + fixedSize + " elements that '"
                        + node.field().getName() + "' has");
            }
        }
    }

    private void requireFull() {
        if (missing != 0) {
            throw new MalformedPageException("a list of " + (fixedSize - missing) + " elements in '"
                    + node.field().getName() + "', which has " + fixedSize);
        }
    }

    @Override
    int count() {
        return count;
    }

    @Override
    long bytes() {
        return 4L * count + element.bytes();
    }

    @Override
    void load(FieldVector outer) {
        FieldVector vector = storage(outer);
        ArrowFieldNode lists = new ArrowFieldNode(count, 0);
        if (fixedSize >= 0) {
            requireFull();
            elements = Math.multiplyExact(count, fixedSize);
            vector.loadFieldBuffers(lists, List.of(validity.buffer(count)));
        } else if (type instanceof ArrowType.LargeList || type instanceof ArrowType.LargeListView) {
            widenOffsets();
            vector.loadFieldBuffers(
                    lists,
                    type instanceof ArrowType.LargeList
                            ? List.of(validity.buffer(count), longOffsets.buffer())
                            : List.of(
                                    validity.buffer(count),
                                    longOffsets.buffer(),
                                    sizes(Long.BYTES).buffer()));
        } else {
            vector.loadFieldBuffers(
                    lists,
                    type instanceof ArrowType.ListView
                            ? List.of(
                                    validity.buffer(count),
                                    offsets.buffer(),
                                    sizes(Integer.BYTES).buffer())
                            : List.of(validity.buffer(count), offsets.buffer()));
        }
        if (element.count() != elements) {
            throw new MalformedPageException("the lists of '" + node.field().getName() + "' have " + elements
                    + " elements, but there are " + element.count());
        }
        element.load(vector.getChildrenFromFields().get(0));
    }

    private void widenOffsets() {
        longOffsets.begin(8L * (count + 1L));
        for (int i = 0; i <= count; i++) {
            Memory.putLong(longOffsets.address() + 8L * i, Memory.getInt(offsets.address() + 4L * i));
        }
    }

    private VectorMemory sizes(int width) {
        sizes.begin((long) width * count);
        for (int i = 0; i < count; i++) {
            long offset = offsets.address() + 4L * i;
            int size = Memory.getInt(offset + 4) - Memory.getInt(offset);
            if (width == Integer.BYTES) {
                Memory.putInt(sizes.address() + 4L * i, size);
            } else {
                Memory.putLong(sizes.address() + 8L * i, size);
            }
        }
        return sizes;
    }

    @Override
    public void close() {
        element.close();
        validity.close();
        offsets.close();
        longOffsets.close();
        sizes.close();
        picked.close();
    }
}
