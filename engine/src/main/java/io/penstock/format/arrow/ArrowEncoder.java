package io.penstock.format.arrow;

import io.penstock.buffer.OutputBuffer;
import io.penstock.format.BatchEncoder;
import io.penstock.format.WriteContext;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** Writes an IPC file: one record batch for each batch, straight from its vectors or compressed. */
final class ArrowEncoder implements BatchEncoder {
    private final MessageWriter messages;
    private final WrittenDictionaries dictionaries;
    private final BatchBody body = new BatchBody();
    private final BatchBody dictionaryBody = new BatchBody();

    /** Null for none. */
    private final BodyCompressor compressor;

    private boolean begun;

    ArrowEncoder(WriteContext context) {
        messages = new MessageWriter(context.schema());
        dictionaries = new WrittenDictionaries(context.schema(), context.allocator());
        BufferCodec codec = ArrowOptions.of(context.options()).newCodec();
        compressor = codec == null ? null : new BodyCompressor(codec, context.allocator());
    }

    @Override
    public boolean accepts(VectorSchemaRoot batch, DictionaryProvider provider) {
        return dictionaries.accept(provider);
    }

    /**
     * @throws java.io.UncheckedIOException of a {@link io.penstock.buffer.MemoryExhaustedException}, if there is no room to compress the batch;
     *     nothing was put then
     */
    @Override
    public void encode(VectorSchemaRoot batch, DictionaryProvider provider, OutputBuffer out) {
        dictionaries.prepare(provider, dictionaryBody, compressor);
        load(batch);
        begin(out);
        dictionaries.put(dictionaryBody, compressor, messages, out);
        if (compressor != null) {
            compressor.compress(body);
        }
        messages.putBatch(body, batch.getRowCount(), out);
    }

    private void load(VectorSchemaRoot batch) {
        body.reset();
        List<FieldVector> columns = batch.getFieldVectors();
        for (int column = 0; column < columns.size(); column++) {
            body.add(columns.get(column));
        }
        if (compressor != null) {
            compressor.reserve(body);
        }
    }

    @Override
    public void finish(OutputBuffer out) {
        begin(out);
        messages.end(out);
    }

    private void begin(OutputBuffer out) {
        if (!begun) {
            begun = true;
            messages.begin(out);
        }
    }

    @Override
    public void close() {
        dictionaries.close();
        if (compressor != null) {
            compressor.close();
        }
    }
}
