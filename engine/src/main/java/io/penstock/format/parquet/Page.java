package io.penstock.format.parquet;

import org.apache.parquet.format.Encoding;

/** A page as {@link ChunkPages} has it in memory: valid until the next one. */
final class Page {
    /** Of all values, nulls and empty lists among them. */
    int count;

    /** How many rows begin in it; -1 where its header does not say. */
    int rows;

    Encoding encoding;

    /** Of the repetition levels; null if there are none. */
    Encoding repetitionEncoding;

    long repetitions;
    long repetitionsEnd;

    /** Of the definition levels; null if there are none. */
    Encoding definitionEncoding;

    long definitions;
    long definitionsEnd;

    long values;
    long valuesEnd;
}
