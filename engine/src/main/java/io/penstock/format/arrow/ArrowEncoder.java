package io.penstock.format.arrow;

import io.penstock.buffer.OutputBuffer;
import io.penstock.format.BatchEncoder;
import io.penstock.format.WriteContext;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** Writes an IPC file: one record batch for each batch, straight from its vectors. */
final class ArrowEncoder implements BatchEncoder {
    private final MessageWriter messages;
    private final WrittenDictionaries dictionaries;
    private final BatchBody body = new BatchBody();
    private boolean begun;

    ArrowEncoder(WriteContext context) {
        messages = new MessageWriter(context.schema());
        dictionaries = new WrittenDictionaries(context.schema(), context.allocator());
    }

    @Override
    public boolean accepts(VectorSchemaRoot batch, DictionaryProvider provider) {
        return dictionaries.accept(provider);
    }

    @Override
    public void encode(VectorSchemaRoot batch, DictionaryProvider provider, OutputBuffer out) {
        dictionaries.prepare(provider, body);
        begin(out);
        dictionaries.put(body, messages, out);
        body.reset();
        List<FieldVector> columns = batch.getFieldVectors();
        for (int column = 0; column < columns.size(); column++) {
            body.add(columns.get(column));
        }
        messages.putBatch(body, batch.getRowCount(), out);
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
    }
}
