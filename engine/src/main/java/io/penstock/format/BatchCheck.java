package io.penstock.format;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The door through which batches come to an encoder: whether a batch has the columns of a schema, no null where one is required,
 * and vectors whose inside is sound. What has passed can be read by address: no value, offset, view, dictionary index or union
 * type leads out of the buffers, for vectors of any depth.
 *
 * <p>Not thread-safe: it remembers the vectors it saw last, whose types need no second look. It costs about a nanosecond for each
 * value of variable width and each dictionary index, and next to nothing for values of fixed width.
 */
public final class BatchCheck {
    private final List<Field> fields;
    private final FieldCheck[] columns;

    /**
     * @param expected in message format
     * @throws IllegalArgumentException if it has a type that Arrow for Java cannot hold
     */
    public BatchCheck(Schema expected) {
        fields = expected.getFields();
        columns = new FieldCheck[fields.size()];
        for (int column = 0; column < columns.length; column++) {
            columns[column] = FieldCheck.of(fields.get(column));
        }
    }

    /**
     * Refuses a batch that does not have the schema, or is broken. Names are compared, also those of struct fields and union
     * variants, but not the conventional ones of list items and map entries; metadata is not.
     *
     * @param dictionaries of the dictionary-encoded columns; null if there is none
     * @throws IllegalArgumentException naming the column, what was expected and what came; for a null that is none of the schema's,
     *     also the row
     */
    public void require(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
        require(batch.getFieldVectors(), batch.getRowCount(), dictionaries);
    }

    /** As {@link #require(VectorSchemaRoot, DictionaryProvider)}, for columns that no batch holds yet. */
    public void require(List<FieldVector> vectors, int rows, DictionaryProvider dictionaries) {
        require(vectors, rows, dictionaries, true);
    }

    /**
     * As {@link #require}, except that nulls may be anywhere: for what others wrote, where the schema's word on nulls is often
     * only a hint.
     */
    public void requireSound(List<FieldVector> vectors, int rows, DictionaryProvider dictionaries) {
        require(vectors, rows, dictionaries, false);
    }

    /** As {@link #requireSound}, except that dictionary indices may lead anywhere: for what comes before its dictionaries. */
    public void requireSoundButIndices(List<FieldVector> vectors, int rows) {
        require(vectors, rows, FieldCheck.ANY_DICTIONARY, false);
    }

    private void require(List<FieldVector> vectors, int rows, DictionaryProvider dictionaries, boolean nullsCount) {
        if (vectors.size() != columns.length) {
            throw new IllegalArgumentException("the batch has " + vectors.size() + " columns " + names(vectors)
                    + " and the table has " + columns.length + ": "
                    + fields.stream().map(Field::getName).toList());
        }
        for (int column = 0; column < columns.length; column++) {
            FieldVector vector = vectors.get(column);
            FieldCheck check = columns[column];
            check.requireName(vector, column);
            boolean mayMiss = check.requireSound(vector, dictionaries);
            if (vector.getValueCount() != rows) {
                throw new IllegalArgumentException("Column '" + vector.getName() + "' has " + vector.getValueCount()
                        + " values in a batch of " + rows + " rows");
            }
            if (mayMiss && nullsCount) {
                check.requireNoneMissing(vector, rows);
            }
        }
    }

    private static List<String> names(List<FieldVector> vectors) {
        return vectors.stream().map(FieldVector::getName).toList();
    }
}
