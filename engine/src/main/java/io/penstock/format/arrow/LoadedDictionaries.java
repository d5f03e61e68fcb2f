package io.penstock.format.arrow;

import io.penstock.format.BatchCheck;
import io.penstock.format.arrow.MemorySchema.DictionaryField;
import io.penstock.format.arrow.Splice.Part;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The dictionaries of the columns that are read, as the last message left them. What is wrong is an {@link IllegalArgumentException};
 * that the indices inside of a dictionary lead into another is for the check of the batch that uses them.
 */
final class LoadedDictionaries implements AutoCloseable {
    private final Map<Long, DictionaryField> all;
    private final BufferAllocator allocator;
    private final DictionaryProvider.MapDictionaryProvider provider = new DictionaryProvider.MapDictionaryProvider();
    private final Map<Long, FieldVector> vectors = new HashMap<>();
    private final Map<Long, BatchCheck> checks = new HashMap<>();
    private final Set<Long> loaded = new HashSet<>();

    /** @param wanted of the dictionaries in {@code all} */
    LoadedDictionaries(MemorySchema all, MemorySchema wanted, BufferAllocator allocator) {
        this.all = all.dictionaries();
        this.allocator = allocator;
        wanted.dictionaries().forEach((id, field) -> {
            checks.put(id, new BatchCheck(new Schema(List.of(field.message()))));
            hold(id, field.values().createVector(allocator));
        });
    }

    private void hold(long id, FieldVector vector) {
        vectors.put(id, vector);
        provider.put(new Dictionary(vector, all.get(id).encoding()));
    }

    DictionaryProvider provider() {
        return provider;
    }

    void load(Messages messages, InputBytes bytes, ConstantBuffers constants, Decompression decompression)
            throws IOException {
        DictionaryBatch header = (DictionaryBatch) messages.message().header(new DictionaryBatch());
        long id = header.id();
        DictionaryField field = all.get(id);
        if (field == null) {
            throw new IllegalArgumentException("dictionary " + id + ", which no column uses");
        }
        if (!vectors.containsKey(id)) {
            return;
        }
        boolean first = loaded.add(id);
        if (messages.isFile() && !header.isDelta() && !first) {
            throw new IllegalArgumentException("dictionary " + id + " once more: a file can only append to it");
        }
        RecordBatch data = header.data();
        if (data == null) {
            throw new IllegalArgumentException("dictionary " + id + " without values");
        }
        FieldVector fresh = field.values().createVector(allocator);
        try (MessageParts parts = new MessageParts(data, messages, bytes, decompression)) {
            parts.select(List.of(field.values()), new boolean[] {true});
            new BodyLoader(parts, constants, allocator).load(fresh, field.values());
            checks.get(id).requireSoundButIndices(List.of(fresh), (int) parts.rows());
            if (header.isDelta()) {
                fresh = appended(vectors.get(id), fresh, field.values(), constants);
            }
        } catch (IOException | RuntimeException e) {
            fresh.close();
            throw e;
        }
        vectors.get(id).close();
        hold(id, fresh);
    }

    /** Takes ownership of {@code added}, if it returns. */
    private FieldVector appended(FieldVector before, FieldVector added, Field field, ConstantBuffers constants)
            throws IOException {
        FieldVector both = field.createVector(allocator);
        try (Splice splice = Splice.of(List.of(Part.whole(before), Part.whole(added)), allocator)) {
            new BodyLoader(splice, constants, allocator).load(both, field);
        } catch (IOException | RuntimeException e) {
            both.close();
            throw e;
        }
        added.close();
        return both;
    }

    @Override
    public void close() {
        vectors.values().forEach(FieldVector::close);
    }
}
