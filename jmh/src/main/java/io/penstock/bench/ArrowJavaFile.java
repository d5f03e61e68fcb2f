package io.penstock.bench;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/**
 * arrow-java's writer of IPC files, given batches that are ready: it writes from one root only, and moving every batch into that root
 * first would be more work than {@code writeBatch} itself does.
 */
final class ArrowJavaFile extends ArrowFileWriter {
    private ArrowJavaFile(VectorSchemaRoot schema, WritableByteChannel out) {
        super(schema, new MapDictionaryProvider(), out);
    }

    /** Writes one file; {@code out} stays open. */
    static void write(List<VectorSchemaRoot> batches, WritableByteChannel out) throws IOException {
        write(batches, NoCompressionCodec.INSTANCE, out);
    }

    /** Writes one file whose bodies {@code codec} compresses; {@code out} stays open. */
    static void write(List<VectorSchemaRoot> batches, CompressionCodec codec, WritableByteChannel out)
            throws IOException {
        // Not closed: that would close `out`, and holds nothing else once the file has ended.
        ArrowJavaFile file = new ArrowJavaFile(batches.get(0), out);
        file.start();
        for (VectorSchemaRoot batch : batches) {
            try (ArrowRecordBatch record = new VectorUnloader(batch, true, codec, true).getRecordBatch()) {
                file.writeRecordBatch(record);
            }
        }
        file.end();
    }
}
