package io.penstock.bench;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel;

/** Reads a contender's output with arrow-java and compares every value with the batches it was made from. */
final class ArrowCheck {
    private ArrowCheck() {}

    /**
     * @throws IllegalStateException naming the first batch and column that differ
     */
    static void requireSameRows(
            String contender, List<VectorSchemaRoot> batches, byte[] file, BufferAllocator allocator)
            throws IOException {
        try (ArrowFileReader reader = new ArrowFileReader(
                new ByteArrayReadableSeekableByteChannel(file), allocator, CommonsCompressionFactory.INSTANCE)) {
            VectorSchemaRoot read = reader.getVectorSchemaRoot();
            for (int i = 0; i < batches.size(); i++) {
                VectorSchemaRoot expected = batches.get(i);
                if (!reader.loadNextBatch() || read.getRowCount() != expected.getRowCount()) {
                    throw new IllegalStateException(contender + ": batch " + i + " should have "
                            + expected.getRowCount() + " rows and has " + read.getRowCount());
                }
                for (int column = 0; column < expected.getFieldVectors().size(); column++) {
                    if (!VectorEqualsVisitor.vectorEquals(expected.getVector(column), read.getVector(column))) {
                        throw new IllegalStateException(contender + ": batch " + i + " differs in column '"
                                + expected.getVector(column).getName() + "'");
                    }
                }
            }
            if (reader.loadNextBatch()) {
                throw new IllegalStateException(contender + " wrote more than " + batches.size() + " batches");
            }
        }
    }
}
