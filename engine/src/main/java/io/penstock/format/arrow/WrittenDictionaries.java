package io.penstock.format.arrow;

import io.penstock.buffer.OutputBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The dictionaries of one file: a copy of each as it was written, to tell whether the next batch has the same. A file can hold a
 * dictionary once and values that are appended to it, but no other one in its place.
 */
final class WrittenDictionaries implements AutoCloseable {
    private final BufferAllocator allocator;
    private final ConstantBuffers constants;
    private final List<Written> dictionaries = new ArrayList<>();

    WrittenDictionaries(Schema schema, BufferAllocator allocator) {
        this.allocator = allocator;
        this.constants = new ConstantBuffers(allocator);
        MemorySchema.of(schema)
                .dictionaries()
                .forEach((id, field) -> dictionaries.add(new Written(id, field.values())));
    }

    /** Whether every dictionary is new, unchanged, or has only grown in a way the file can express. */
    boolean accept(DictionaryProvider provider) {
        for (int i = 0; i < dictionaries.size(); i++) {
            Written written = dictionaries.get(i);
            FieldVector fresh = provider.lookup(written.id).getVector();
            if (!written.accepts(fresh)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Copies what is new. After it has returned, {@link #put} needs no memory.
     *
     * @param compressor null for none
     */
    void prepare(DictionaryProvider provider, BatchBody body, BodyCompressor compressor) {
        for (int i = 0; i < dictionaries.size(); i++) {
            dictionaries.get(i).prepare(provider.lookup(dictionaries.get(i).id).getVector(), body, compressor);
        }
    }

    /** Puts what was prepared. */
    void put(BatchBody body, BodyCompressor compressor, MessageWriter messages, OutputBuffer out) {
        for (int i = 0; i < dictionaries.size(); i++) {
            dictionaries.get(i).put(body, compressor, messages, out);
        }
    }

    @Override
    public void close() {
        dictionaries.forEach(Written::close);
        constants.close();
    }

    private final class Written {
        private final long id;
        private final Field field;
        private FieldVector copy;
        private FieldVector pending;
        private FieldVector added;

        Written(long id, Field field) {
            this.id = id;
            this.field = field;
        }

        boolean accepts(FieldVector fresh) {
            if (copy == null) {
                return true;
            }
            int written = copy.getValueCount();
            int count = fresh.getValueCount();
            return SameValues.in(copy, fresh, Math.min(written, count)) && (count <= written || Splice.supports(field));
        }

        void prepare(FieldVector fresh, BatchBody body, BodyCompressor compressor) {
            release(pending);
            release(added);
            pending = null;
            added = null;
            if (!accepts(fresh)) {
                throw new IllegalStateException("dictionary " + id + " has changed; the batch begins another file");
            }
            int written = copy == null ? 0 : copy.getValueCount();
            if (copy != null && fresh.getValueCount() > written) {
                List<Splice.Part> rest = List.of(new Splice.Part(fresh, written, fresh.getValueCount()));
                try (Splice splice = Splice.of(rest, allocator)) {
                    added = load(splice);
                }
            }
            if (copy == null || added != null) {
                body.reset();
                body.add(fresh);
                pending = load(body);
                if (compressor != null) {
                    body.reset();
                    body.add(values());
                    compressor.reserve(body);
                }
            }
        }

        /** What goes into the file of the dictionary that is pending. */
        private FieldVector values() {
            return copy == null ? pending : added;
        }

        private FieldVector load(BodyParts parts) {
            FieldVector target = field.createVector(allocator);
            try {
                new BodyLoader(parts, constants, allocator).load(target, field);
            } catch (IOException | RuntimeException e) {
                target.close();
                throw e instanceof RuntimeException unchecked ? unchecked : new UncheckedIOException((IOException) e);
            }
            return target;
        }

        void put(BatchBody body, BodyCompressor compressor, MessageWriter messages, OutputBuffer out) {
            if (pending == null) {
                return;
            }
            FieldVector values = values();
            body.reset();
            body.add(values);
            if (compressor != null) {
                compressor.compress(body);
            }
            messages.putDictionary(id, copy != null, body, values.getValueCount(), out);
            release(copy);
            release(added);
            copy = pending;
            pending = null;
            added = null;
        }

        private void release(FieldVector vector) {
            if (vector != null) {
                vector.close();
            }
        }

        void close() {
            release(pending);
            release(added);
            release(copy);
            pending = null;
            added = null;
            copy = null;
        }
    }
}
