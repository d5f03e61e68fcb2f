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

    /** How far all of them are: of {@code total} units there are {@code done}, rows or bytes. A total of 0 or less is not known. */
    @FunctionalInterface
    interface Watcher {
        void at(long done, long total);
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

    /** Whether the work is counted in rows, because every input knows how many it has, and not in bytes. */
    boolean countsRows() {
        return inputs.stream().allMatch(input -> input.rows() > 0);
    }

    void appendTo(TableWriter writer, Watcher watcher) throws IOException {
        boolean inRows = countsRows();
        long total = total(inRows);
        long[] done = {0};
        for (TableInput input : inputs) {
            input.appendTo(writer, (bytes, rows) -> watcher.at(done[0] += inRows ? rows : bytes, total));
        }
    }

    private long total(boolean inRows) throws IOException {
        long total = 0;
        for (TableInput input : inputs) {
            long size = inRows ? input.rows() : input.size();
            if (size == 0) {
                return -1;
            }
            total += size;
        }
        return total;
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
