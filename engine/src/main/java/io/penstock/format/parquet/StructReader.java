package io.penstock.format.parquet;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Fills the vector of a struct. */
final class StructReader extends NodeReader.Nested {
    private final Node.Struct node;
    private final Places places;
    private final List<NodeReader> members;
    private final Validity validity;
    private final Scratch picked;
    private int count;

    StructReader(Node.Struct node, Places places, List<NodeReader> members, BufferAllocator allocator) {
        this.node = node;
        this.places = places;
        this.members = members;
        this.validity = new Validity(allocator);
        this.picked = new Scratch(allocator);
    }

    @Override
    void begin(int rows) {
        count = 0;
        validity.begin(rows);
        members.forEach(member -> member.begin(rows));
    }

    @Override
    void append(long repetitions, long definitions, int levels) {
        long from = definitions;
        int added = levels;
        if (repetitions != 0) {
            added = places.pick(repetitions, definitions, levels, picked);
            from = picked.address();
        }
        validity.require((long) count + added);
        if (node.nullable()) {
            validity.put(count, from, added, node.definition());
        }
        count = Math.addExact(count, added);
    }

    @Override
    int count() {
        return count;
    }

    @Override
    long bytes() {
        long bytes = 0;
        for (NodeReader member : members) {
            bytes += member.bytes();
        }
        return bytes;
    }

    @Override
    void load(FieldVector outer) {
        FieldVector vector = storage(outer);
        vector.loadFieldBuffers(new ArrowFieldNode(count, 0), List.of(validity.buffer(count)));
        List<FieldVector> vectors = vector.getChildrenFromFields();
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).count() != count) {
                throw new MalformedPageException("struct '" + node.field().getName() + "' is there " + count
                        + " times, but its member '" + vectors.get(i).getName() + "' "
                        + members.get(i).count() + " times");
            }
            members.get(i).load(vectors.get(i));
        }
    }

    @Override
    public void close() {
        members.forEach(NodeReader::close);
        validity.close();
        picked.close();
    }
}
