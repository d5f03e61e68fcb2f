package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The readers of the columns that are wanted of a file, with those of their leaves. It owns what they share, too. */
final class ColumnReaders implements AutoCloseable {
    private final Input input;
    private final BufferAllocator allocator;
    private final Decompressor decompressor = new Decompressor();
    private final ThriftReader thrift = new ThriftReader();
    private final List<NodeReader> columns = new ArrayList<>();
    private final List<LeafReader> leaves = new ArrayList<>();

    ColumnReaders(Input input, BufferAllocator allocator) {
        this.input = input;
        this.allocator = allocator;
    }

    void add(Node column) {
        columns.add(reader(column, Places.OF_ROWS));
    }

    /** As they were added. */
    List<NodeReader> columns() {
        return columns;
    }

    /** Of all columns. */
    List<LeafReader> leaves() {
        return leaves;
    }

    private NodeReader reader(Node node, Places places) {
        int firstLeaf = leaves.size();
        if (node instanceof Node.Leaf leaf) {
            ChunkPages pages = new ChunkPages(input, allocator, decompressor, thrift);
            LeafReader reader = new LeafReader(leaf, places, pages, allocator);
            leaves.add(reader);
            return reader;
        }
        NodeReader.Nested reader;
        if (node instanceof Node.Struct struct) {
            List<NodeReader> members = new ArrayList<>();
            for (Node member : struct.members()) {
                members.add(reader(member, places));
            }
            reader = new StructReader(struct, places, members, allocator);
        } else {
            Node.Repeated list = (Node.Repeated) node;
            ArrowType type = ParquetTypes.storage(list.field().getType());
            Places elements = type instanceof ArrowType.FixedSizeList fixed
                    ? places.elements(list, fixed.getListSize())
                    : places.elements(list);
            reader = new ListReader(list, places, reader(list.element(), elements), allocator);
        }
        driver(leaves.subList(firstLeaf, leaves.size())).drive(reader);
        return reader;
    }

    /** All leaves below a node agree on what it is; the one in the fewest lists says it in the fewest levels. */
    private static LeafReader driver(List<LeafReader> below) {
        return Collections.min(
                below, Comparator.comparingInt(reader -> reader.leaf().repetition()));
    }

    @Override
    public void close() {
        columns.forEach(NodeReader::close);
        decompressor.close();
    }
}
