package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * One node of a column that is shredded: takes the entries of the node above, adds the levels of its own, and hands them to the nodes
 * below and at last to a {@link LeafWriter}.
 */
abstract sealed class ShredStep implements AutoCloseable {
    final Node node;
    final Entries entries;
    final Indirections indirections = new Indirections();
    FieldVector vector;
    private boolean hasNulls;

    private ShredStep(Node node, BufferAllocator allocator) {
        this.node = node;
        this.entries = new Entries(allocator);
    }

    /** @param writers of all leaves of the file, by index */
    static ShredStep of(Node node, List<LeafWriter> writers, BufferAllocator allocator) {
        if (node instanceof Node.Leaf leaf) {
            return new OfLeaf(leaf, writers.get(leaf.index()), allocator);
        }
        if (node instanceof Node.Struct struct) {
            return new OfStruct(
                    struct,
                    struct.members().stream()
                            .map(member -> of(member, writers, allocator))
                            .toList(),
                    allocator);
        }
        Node.Repeated repeated = (Node.Repeated) node;
        return new OfRepeated(repeated, of(repeated.element(), writers, allocator), allocator);
    }

    /** The vector of the next batch, and with it those below. */
    void begin(FieldVector newVector, DictionaryProvider dictionaries) {
        vector = indirections.begin(node.field(), newVector, dictionaries);
        hasNulls = vector.getNullCount() > 0;
    }

    /**
     * Finds the entries of this node and of those below.
     *
     * @param maxEntries where to stop
     * @return whether there are no more anywhere
     */
    abstract boolean expand(Entries parent, long maxEntries);

    /** Whether a value below may be one that has no physical form, by a look at all that the vectors hold. */
    abstract boolean suspicious();

    /**
     * Refuses a value that has no physical form.
     *
     * @param firstRow of the entries
     */
    abstract void requireHeld(int firstRow);

    /**
     * Hands what {@link #expand} found to the leaves.
     *
     * @param by what this thread makes pages with
     */
    abstract void write(PageWriter by);

    /** The entries with the levels of this node, which lets those through that have a value here. */
    final Entries resolve(Entries parent) {
        if (!node.nullable() && indirections.none()) {
            return parent;
        }
        entries.copyOf(parent);
        int definition = node.definition();
        indirections.follow(entries, definition - 1);
        if (vector instanceof NullVector) {
            markAll(definition - 1);
        } else if (hasNulls) {
            markNulls(definition);
        } else if (node.nullable()) {
            markPresent(definition);
        }
        return entries;
    }

    private void markAll(int definition) {
        for (int i = 0; i < entries.count; i++) {
            if (Memory.getInt(entries.slots() + 4L * i) >= 0) {
                Memory.putInt(entries.slots() + 4L * i, -1);
                Memory.putByte(entries.definitions() + i, (byte) definition);
            }
        }
    }

    private void markNulls(int definition) {
        long validity = vector.getValidityBuffer().memoryAddress();
        long slots = entries.slots();
        long definitions = entries.definitions();
        for (int i = 0; i < entries.count; i++) {
            int slot = Memory.getInt(slots + 4L * i);
            if (slot >= 0) {
                boolean present = Memory.getBit(validity, slot);
                Memory.putInt(slots + 4L * i, present ? slot : -1);
                Memory.putByte(definitions + i, (byte) (present ? definition : definition - 1));
            }
        }
    }

    private void markPresent(int definition) {
        long slots = entries.slots();
        long definitions = entries.definitions();
        for (int i = 0; i < entries.count; i++) {
            if (Memory.getInt(slots + 4L * i) >= 0) {
                Memory.putByte(definitions + i, (byte) definition);
            }
        }
    }

    long heldBytes() {
        return entries.heldBytes();
    }

    @Override
    public void close() {
        entries.close();
    }

    private static final class OfLeaf extends ShredStep {
        private final LeafWriter writer;
        private final ValueCheck check;
        private Entries resolved;

        OfLeaf(Node.Leaf leaf, LeafWriter writer, BufferAllocator allocator) {
            super(leaf, allocator);
            this.writer = writer;
            this.check = ValueCheck.of(leaf);
        }

        @Override
        void begin(FieldVector newVector, DictionaryProvider dictionaries) {
            super.begin(newVector, dictionaries);
            int rows = indirections.indices();
            writer.beginShredded(rows > 0 ? vector : null, rows);
        }

        @Override
        boolean expand(Entries parent, long maxEntries) {
            resolved = resolve(parent);
            return true;
        }

        @Override
        boolean suspicious() {
            return check != null && check.suspicious(vector);
        }

        @Override
        void requireHeld(int firstRow) {
            if (check != null) {
                check.requireHeld(vector, resolved, firstRow);
            }
        }

        @Override
        void write(PageWriter by) {
            writer.addShredded(vector, resolved, by);
        }
    }

    private static final class OfStruct extends ShredStep {
        private final List<ShredStep> members;

        OfStruct(Node.Struct struct, List<ShredStep> members, BufferAllocator allocator) {
            super(struct, allocator);
            this.members = members;
        }

        @Override
        void begin(FieldVector newVector, DictionaryProvider dictionaries) {
            super.begin(newVector, dictionaries);
            StructVector struct = (StructVector) vector;
            for (int i = 0; i < members.size(); i++) {
                members.get(i).begin((FieldVector) struct.getChildByOrdinal(i), dictionaries);
            }
        }

        @Override
        boolean expand(Entries parent, long maxEntries) {
            Entries resolved = resolve(parent);
            boolean fits = true;
            for (int i = 0; i < members.size() && fits; i++) {
                fits = members.get(i).expand(resolved, maxEntries);
            }
            return fits;
        }

        @Override
        boolean suspicious() {
            boolean any = false;
            for (int i = 0; i < members.size(); i++) {
                any |= members.get(i).suspicious();
            }
            return any;
        }

        @Override
        void requireHeld(int firstRow) {
            for (int i = 0; i < members.size(); i++) {
                members.get(i).requireHeld(firstRow);
            }
        }

        @Override
        void write(PageWriter by) {
            for (int i = 0; i < members.size(); i++) {
                members.get(i).write(by);
            }
        }

        @Override
        long heldBytes() {
            long sum = super.heldBytes();
            for (int i = 0; i < members.size(); i++) {
                sum += members.get(i).heldBytes();
            }
            return sum;
        }

        @Override
        public void close() {
            super.close();
            members.forEach(ShredStep::close);
        }
    }

    private static final class OfRepeated extends ShredStep {
        private final ShredStep element;
        private final Lists lists = new Lists();
        private final Scratch spans;
        private final Entries items;

        OfRepeated(Node.Repeated repeated, ShredStep element, BufferAllocator allocator) {
            super(repeated, allocator);
            this.element = element;
            this.spans = new Scratch(allocator);
            this.items = new Entries(allocator);
        }

        @Override
        void begin(FieldVector newVector, DictionaryProvider dictionaries) {
            super.begin(newVector, dictionaries);
            lists.begin(vector);
            element.begin(lists.items(), dictionaries);
        }

        @Override
        boolean expand(Entries parent, long maxEntries) {
            Entries resolved = resolve(parent);
            long address = spans.ensure(8L * resolved.count);
            long total = lists.spans(resolved, address);
            if (total > maxEntries) {
                return false;
            }
            items.begin(Math.toIntExact(total));
            fillItems(resolved, address);
            return element.expand(items, maxEntries);
        }

        private void fillItems(Entries resolved, long spanAddress) {
            long slots = items.slots();
            long definitions = items.definitions();
            long repetitions = items.repetitions();
            byte itemDefinition = (byte) (node.definition() + 1);
            byte itemRepetition = (byte) (node.repetition() + 1);
            int at = 0;
            for (int i = 0; i < resolved.count; i++) {
                int start = Memory.getInt(spanAddress + 8L * i);
                int length = Memory.getInt(spanAddress + 8L * i + 4);
                Memory.putByte(repetitions + at, Memory.getByte(resolved.repetitions() + i));
                if (length == 0) {
                    Memory.putInt(slots + 4L * at, -1);
                    Memory.putByte(definitions + at, Memory.getByte(resolved.definitions() + i));
                    at++;
                    continue;
                }
                for (int k = 0; k < length; k++) {
                    Memory.putInt(slots + 4L * (at + k), start + k);
                    Memory.putByte(definitions + at + k, itemDefinition);
                }
                for (int k = 1; k < length; k++) {
                    Memory.putByte(repetitions + at + k, itemRepetition);
                }
                at += length;
            }
        }

        @Override
        boolean suspicious() {
            return element.suspicious();
        }

        @Override
        void requireHeld(int firstRow) {
            element.requireHeld(firstRow);
        }

        @Override
        void write(PageWriter by) {
            element.write(by);
        }

        @Override
        long heldBytes() {
            return super.heldBytes() + spans.capacity() + items.heldBytes() + element.heldBytes();
        }

        @Override
        public void close() {
            super.close();
            spans.close();
            items.close();
            element.close();
        }
    }
}
