package io.penstock.format.arrow;

import io.penstock.buffer.MemoryExhaustedException;
import io.penstock.format.BatchCheck;
import io.penstock.format.BatchDecoder;
import io.penstock.format.CorruptFileException;
import io.penstock.format.ReadContext;
import io.penstock.format.SchemaReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads an IPC file or stream. Where the input shows its bytes, the vectors lie in them, and are read-only; what is compressed, or has
 * to be read, goes into memory of the allocator. Nothing is believed: whatever the bytes are, a broken file is a {@link
 * CorruptFileException}.
 */
final class ArrowDecoder implements BatchDecoder {
    private final String file;
    private final InputBytes bytes;
    private final Messages messages;
    private final ConstantBuffers constants;
    private final Decompression decompression = new Decompression();
    private final MemorySchema memory;
    private final boolean[] wanted;
    private final boolean[] hasDenseUnion;
    private final int[] positions;
    private final VectorSchemaRoot batch;
    private final BatchCheck check;
    private final boolean requiredAreThere;
    private final LoadedDictionaries dictionaries;
    private final ReadContext context;
    private boolean closed;

    /** Takes ownership of {@code bytes}, also when it throws. */
    static ArrowDecoder open(InputBytes bytes, ReadContext context) throws IOException {
        try {
            return new ArrowDecoder(bytes, context);
        } catch (IOException | RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    private ArrowDecoder(InputBytes bytes, ReadContext context) throws IOException {
        this.bytes = bytes;
        this.context = context;
        file = context.name();
        messages = Messages.open(bytes, file);
        constants = new ConstantBuffers(context.allocator());
        Schema schema = schema();
        List<Field> all = schema.getFields();
        positions = context.positions(all);
        wanted = new boolean[all.size()];
        List<Field> selected = new ArrayList<>();
        for (int position : positions) {
            wanted[position] = true;
            selected.add(all.get(position));
        }
        Schema selection = new Schema(selected, schema.getCustomMetadata());
        try {
            check = new BatchCheck(selection);
            requiredAreThere = context.schema() != null;
            memory = MemorySchema.of(schema);
            MemorySchema visible = MemorySchema.of(selection);
            dictionaries = new LoadedDictionaries(memory, visible, context.allocator());
            batch = newBatch(visible.fields(), schema);
            hasDenseUnion = new boolean[all.size()];
            for (int position : positions) {
                hasDenseUnion[position] = hasDenseUnion(memory.fields().get(position));
            }
        } catch (RuntimeException e) {
            throw new CorruptFileException(file, "its schema: " + Messages.problem(e), e);
        }
    }

    private Schema schema() throws CorruptFileException {
        Schema schema = messages.schema();
        if (context.schema() == null) {
            return schema;
        }
        String difference = SchemaReader.difference(context.schema().getFields(), schema.getFields(), "");
        if (difference != null) {
            throw new CorruptFileException(file, "it has " + difference);
        }
        return context.schema();
    }

    private VectorSchemaRoot newBatch(List<Field> fields, Schema schema) {
        List<FieldVector> vectors = new ArrayList<>();
        for (Field field : fields) {
            vectors.add(field.createVector(context.allocator()));
        }
        return new VectorSchemaRoot(new Schema(fields, schema.getCustomMetadata()), vectors, 0);
    }

    @Override
    public VectorSchemaRoot batch() {
        return batch;
    }

    @Override
    public DictionaryProvider dictionaries() {
        return dictionaries.provider();
    }

    @Override
    public boolean loadNext() throws IOException {
        boolean loaded = false;
        try {
            batch.clear();
            loaded = loadMessages();
        } catch (OutOfMemoryException e) {
            throw new MemoryExhaustedException(file + ": " + messages.place() + " does not fit: " + e.getMessage());
        } catch (RuntimeException e) {
            throw new CorruptFileException(file, messages.place() + ": " + Messages.problem(e), e);
        } finally {
            if (!loaded) {
                batch.clear();
            }
        }
        return loaded;
    }

    private boolean loadMessages() throws IOException {
        while (messages.next()) {
            if (messages.message().headerType() == MessageHeader.DictionaryBatch) {
                dictionaries.load(messages, bytes, constants, decompression);
            } else {
                load();
                return true;
            }
        }
        return false;
    }

    private void load() throws IOException {
        RecordBatch header = (RecordBatch) messages.message().header(new RecordBatch());
        try (MessageParts parts = new MessageParts(header, messages, bytes, decompression)) {
            int rows = (int) parts.rows();
            parts.select(memory.fields(), wanted);
            load(parts, false);
            if (requiredAreThere) {
                check.require(batch.getFieldVectors(), rows, dictionaries.provider());
            } else {
                check.requireSound(batch.getFieldVectors(), rows, dictionaries.provider());
            }
            batch.setRowCount(rows);
            load(parts, true);
        }
    }

    /**
     * @param again only what lost values when the row count was set: Arrow for Java takes the variants of a dense union to be as long as
     *     they are often used
     */
    private void load(MessageParts parts, boolean again) throws IOException {
        BodyLoader loader = new BodyLoader(parts, constants, context.allocator());
        List<FieldVector> vectors = batch.getFieldVectors();
        for (int field = 0; field < wanted.length; field++) {
            Field type = memory.fields().get(field);
            if (wanted[field] && (!again || hasDenseUnion[field])) {
                loader.load(vectors.get(column(field)), type);
            } else {
                loader.skip(type);
            }
        }
    }

    private int column(int field) {
        int column = 0;
        while (positions[column] != field) {
            column++;
        }
        return column;
    }

    private static boolean hasDenseUnion(Field field) {
        boolean dense = field.getType() instanceof ArrowType.Union union && union.getMode() == UnionMode.Dense;
        return dense || field.getChildren().stream().anyMatch(ArrowDecoder::hasDenseUnion);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        batch.close();
        dictionaries.close();
        constants.close();
        decompression.close();
        bytes.close();
    }
}
