package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.util.List;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * About how many bytes some rows of a batch are, found without a look at each row: exactly where offsets tell, otherwise the average of the
 * batch.
 */
final class BatchExtent {
    private BatchExtent() {}

    static long bytes(VectorSchemaRoot batch, int from, int to) {
        List<FieldVector> vectors = batch.getFieldVectors();
        long sum = 0;
        for (int i = 0; i < vectors.size(); i++) {
            sum += bytes(vectors.get(i), from, to);
        }
        return sum;
    }

    private static long bytes(FieldVector vector, int from, int to) {
        if (from == to) {
            return 0;
        }
        if (vector instanceof BaseFixedWidthVector fixed && vector.getField().getDictionary() == null) {
            return (long) (to - from) * Math.max(1, fixed.getTypeWidth());
        }
        if (vector instanceof BaseVariableWidthVector || vector instanceof ListVector) {
            long offsets = vector.getOffsetBuffer().memoryAddress();
            int start = Memory.getInt(offsets + 4L * from);
            int end = Memory.getInt(offsets + 4L * to);
            return 4L * (to - from) + below(vector, start, end);
        }
        if (vector instanceof BaseLargeVariableWidthVector || vector instanceof LargeListVector) {
            long offsets = vector.getOffsetBuffer().memoryAddress();
            long start = Memory.getLong(offsets + 8L * from);
            long end = Memory.getLong(offsets + 8L * to);
            return 4L * (to - from) + below(vector, start, end);
        }
        if (vector instanceof FixedSizeListVector list) {
            return bytes(list.getDataVector(), from * list.getListSize(), to * list.getListSize());
        }
        if (vector instanceof StructVector struct) {
            long sum = (long) to - from;
            for (int i = 0; i < struct.size(); i++) {
                sum += bytes((FieldVector) struct.getChildByOrdinal(i), from, to);
            }
            return sum;
        }
        if (vector instanceof ExtensionTypeVector<?> extension) {
            return bytes((FieldVector) extension.getUnderlyingVector(), from, to);
        }
        return (long) ((double) vector.getBufferSize() / vector.getValueCount() * (to - from));
    }

    /** What lies between two offsets: bytes or items. */
    private static long below(FieldVector vector, long start, long end) {
        if (vector instanceof ListVector list) {
            return bytes(list.getDataVector(), (int) start, (int) end);
        }
        return vector instanceof LargeListVector list
                ? bytes(list.getDataVector(), (int) start, (int) end)
                : end - start;
    }
}
