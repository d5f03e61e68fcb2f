package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.TableWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/** The inputs of one call, closed together. */
final class InputList implements AutoCloseable {
    private final Penstock penstock;
    private final List<TableInput> inputs = new ArrayList<>();

    InputList(Penstock penstock) {
        this.penstock = penstock;
    }

    /** How far all of them are. */
    @FunctionalInterface
    interface Watcher {
        void at(long doneBytes, long totalBytes);
    }

    void open(String name, InputFormat format, Console console, Interruption interruption) throws IOException {
        inputs.add(InputFormat.open(name, format, console, interruption, penstock));
    }

    /** The schema that all inputs fit: {@code known}, or that of the first. */
    Schema schema(Schema known) throws IOException {
        Schema schema = known;
        for (TableInput input : inputs) {
            schema = input.schema(schema);
        }
        return schema;
    }

    void appendTo(TableWriter writer, Watcher watcher) throws IOException {
        long total = 0;
        for (TableInput input : inputs) {
            long size = input.size();
            total = size == 0 || total < 0 ? -1 : total + size;
        }
        long[] done = {0};
        for (TableInput input : inputs) {
            long all = total;
            input.appendTo(writer, bytes -> watcher.at(done[0] += bytes, all));
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (TableInput input : inputs) {
            try {
                input.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
