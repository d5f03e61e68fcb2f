package io.penstock.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;

/**
 * Batches of one schema with values drawn from a seed, boundary values often among them. It owns the dictionaries, which all its
 * batches share, and frees them when it is closed; the batches are the caller's.
 *
 * <p>The vectors are legal and unfriendly: buffers end with the last value, bytes under nulls are garbage, offsets need not begin
 * at zero, null lists need not be empty.
 */
public final class RandomBatches implements AutoCloseable {
    /** Which values of a nullable vector are null. */
    public enum Nulls {
        NONE,
        ALL,
        RANDOM,
        /** Long stretches without nulls and of nulls only. */
        RUNS,
        /** Any of the others for each vector. */
        MIXED
    }

    private final long seed;
    private final Schema schema;
    private final BufferAllocator allocator;
    private final List<Field> fields = new ArrayList<>();
    private final Map<Long, Dictionary> dictionaries = new LinkedHashMap<>();
    private final RandomVectors vectors;

    /** @param schema in message format, as {@link RandomSchemas} has them */
    public RandomBatches(BufferAllocator allocator, Schema schema, long seed) {
        this.allocator = allocator;
        this.schema = schema;
        this.seed = seed;
        this.vectors = new RandomVectors(new Random(seed), allocator, dictionaries);
        for (Field field : schema.getFields()) {
            fields.add(DictionaryUtility.toMemoryFormat(field, allocator, dictionaries));
        }
        redrawDictionaries();
    }

    public Schema schema() {
        return schema;
    }

    /** For messages: the seed that makes these batches again. */
    public String label() {
        return "seed " + seed;
    }

    /** The dictionaries of every batch that {@link #next} returned since they were last drawn. */
    public DictionaryProvider dictionaries() {
        DictionaryProvider.MapDictionaryProvider provider = new DictionaryProvider.MapDictionaryProvider();
        dictionaries.values().forEach(provider::put);
        return provider;
    }

    /** Fills every dictionary with other values. */
    public void redrawDictionaries() {
        for (Dictionary dictionary : dictionaries.values()) {
            vectors.fill(
                    dictionary.getVector(), dictionary.getVector().getField(), vectors.dictionarySize(), Nulls.RANDOM);
        }
    }

    /** The next batch, with nulls of every kind. */
    public VectorSchemaRoot next(int rows) {
        return next(rows, Nulls.MIXED);
    }

    /** The next batch; the caller closes it. */
    public VectorSchemaRoot next(int rows, Nulls nulls) {
        List<FieldVector> columns = new ArrayList<>();
        for (Field field : fields) {
            FieldVector column = field.createVector(allocator);
            columns.add(column);
            vectors.fill(column, field, rows, nulls);
        }
        return new VectorSchemaRoot(fields, columns, rows);
    }

    @Override
    public void close() {
        dictionaries.values().forEach(dictionary -> dictionary.getVector().close());
    }
}
