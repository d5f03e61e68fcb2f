package io.penstock.format.arrow;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Puts the parts of a record batch into vectors, one top-level field after the other, in the order of the schema. What it has loaded
 * is not to be trusted before {@link io.penstock.format.BatchCheck} has passed it, and not to be changed in place: vectors
 * share memory.
 */
final class BodyLoader {
    private final BodyParts parts;
    private final ConstantBuffers constants;
    private final BufferAllocator allocator;
    private int node;
    private int buffer;
    private int view;

    BodyLoader(BodyParts parts, ConstantBuffers constants, BufferAllocator allocator) {
        this.parts = parts;
        this.constants = constants;
        this.allocator = allocator;
    }

    int nodes() {
        return node;
    }

    int buffers() {
        return buffer;
    }

    /** Passes over the parts of a field, dictionary-encoded ones in memory format. */
    void skip(Field field) throws IOException {
        node++;
        buffer += bufferCount(field);
        for (Field child : field.getChildren()) {
            skip(child);
        }
    }

    private int bufferCount(Field field) throws IOException {
        ArrowTypeID type = field.getType().getTypeID();
        int count = TypeLayout.getTypeBufferCount(storage(field.getType()));
        if (type == ArrowTypeID.Utf8View || type == ArrowTypeID.BinaryView) {
            count += Math.toIntExact(parts.variadicCount(view++));
        }
        return count;
    }

    private static ArrowType storage(ArrowType type) {
        return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
    }

    void load(FieldVector outer, Field field) throws IOException {
        FieldVector vector = outer instanceof ExtensionTypeVector<?> extension
                ? (FieldVector) extension.getUnderlyingVector()
                : outer;
        int length = Math.toIntExact(parts.nodeLength(node));
        int nulls = Math.toIntExact(parts.nullCount(node));
        node++;
        int count = bufferCount(field);
        List<ArrowBuf> buffers = new ArrayList<>(count);
        try {
            for (int i = 0; i < count; i++) {
                buffers.add(parts.buffer(buffer++, allocator));
            }
            substituteOmitted(field.getType().getTypeID(), length, nulls, buffers);
            vector.loadFieldBuffers(new ArrowFieldNode(length, nulls), buffers);
        } finally {
            buffers.forEach(ArrowBuf::close);
        }
        loadChildren(vector, field);
    }

    /** An empty vector may come without its one offset, a vector without nulls without its validity. */
    private void substituteOmitted(ArrowTypeID type, int length, int nulls, List<ArrowBuf> buffers) {
        switch (type) {
            case Null, Union, RunEndEncoded, NONE -> {}
            case Utf8, Binary, LargeUtf8, LargeBinary, List, Map, LargeList -> {
                if (length == 0 && buffers.get(1).capacity() == 0) {
                    replace(buffers, 1, constants.zeros(8));
                }
                substituteValidity(length, nulls, buffers);
            }
            case Int,
                    FloatingPoint,
                    Bool,
                    Decimal,
                    Date,
                    Time,
                    Timestamp,
                    Interval,
                    Duration,
                    FixedSizeBinary,
                    Utf8View,
                    BinaryView,
                    Struct,
                    ListView,
                    LargeListView,
                    FixedSizeList -> substituteValidity(length, nulls, buffers);
        }
    }

    private void substituteValidity(int length, int nulls, List<ArrowBuf> buffers) {
        if (length > 0 && nulls == 0 && buffers.get(0).capacity() == 0) {
            replace(buffers, 0, constants.ones((length + 7L) / 8));
        }
    }

    private static void replace(List<ArrowBuf> buffers, int index, ArrowBuf substitute) {
        buffers.set(index, substitute).close();
    }

    private void loadChildren(FieldVector vector, Field field) throws IOException {
        List<Field> children = field.getChildren();
        if (children.isEmpty()) {
            return;
        }
        List<FieldVector> vectors = vector.getChildrenFromFields();
        if (vectors.size() != children.size()) {
            throw new IllegalArgumentException("field '" + field.getName() + "' has two children of one name");
        }
        for (int i = 0; i < vectors.size(); i++) {
            load(vectors.get(i), children.get(i));
        }
    }
}
