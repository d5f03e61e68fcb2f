package io.penstock.cli;

import io.penstock.TableWriter;
import java.io.IOException;
import org.apache.arrow.vector.types.pojo.Schema;

/** Where rows come from: a file, standard input, a generator. One thread; read once. */
interface TableInput extends AutoCloseable {
    /** How it was called, for messages. */
    String name();

    /**
     * The schema that the input has, or that a bounded part of it suggests.
     *
     * @param wanted the schema of the table if it is known; null if this input decides it
     * @throws IllegalArgumentException if the input cannot fill a table of that schema, naming the input and the difference
     */
    Schema schema(Schema wanted) throws IOException;

    /**
     * Appends every row. Called once, after {@link #schema}, whose result is the table's.
     *
     * @throws IllegalArgumentException for a row that is none of the table: names the input, the place, what was expected and what came
     */
    void appendTo(TableWriter writer, Work work) throws IOException;

    /** How many bytes there are to read, or an estimate; 0 if that is not known. */
    long size() throws IOException;

    /** How many rows there are, or an estimate; 0 if that is not known before they are read. Called after {@link #schema}. */
    default long rows() {
        return 0;
    }

    @Override
    void close() throws IOException;

    /** Told how far an input is; may throw to stop it. */
    interface Work {
        /** Called often, with what was done since the last call; an input whose {@link TableInput#rows} are not known may leave them 0. */
        void step(long bytes, long rows);
    }
}
