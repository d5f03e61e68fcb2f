package io.penstock.cli;

import com.dslplatform.json.DslJson;
import com.dslplatform.json.JavaTimeConverter;
import com.dslplatform.json.JsonWriter;
import com.dslplatform.json.NumberConverter;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * The path that Penstock replaces, with the best JSON library for it: all rows in a list, their JSON in one array of bytes, that copied
 * into the storage's buffer, and the buffer into a file. Its heap grows with the table.
 */
final class CopyEverything {
    private static final int WRITER_BYTES = 64 << 10;
    private static final int ROWS_PER_CHECK = 4096;

    private final Interruption interruption;
    private final Progress progress;
    private final boolean sync;

    /** Outside of the method that fills the heap, so that it survives. */
    private long rows;

    CopyEverything(Interruption interruption, Progress progress, boolean sync) {
        this.interruption = interruption;
        this.progress = progress;
        this.sync = sync;
    }

    /** How many rows were in memory when {@link #run} ended or failed. */
    long rows() {
        return rows;
    }

    /**
     * Writes all of {@code items} into {@code file}.
     *
     * @throws OutOfMemoryError if they do not fit; nothing of them is held then
     */
    Measurement run(String name, LineItems items, long expectedRows, Path file, Meter meter) throws IOException {
        rows = 0;
        List<Object[]> table = new ArrayList<>();
        for (Object[] row = items.nextRow(); row != null; row = items.nextRow()) {
            table.add(row);
            rows++;
            if (rows % ROWS_PER_CHECK == 0) {
                interruption.check();
                progress.at(rows, expectedRows);
            }
        }
        meter.start();
        byte[] json = toJson(table);
        byte[] storage = json.clone();
        write(storage, file);
        meter.stop();
        // All of it is in memory now: this is the peak.
        Measurement measurement = meter.measurement(name, rows, storage.length, 0);
        Reference.reachabilityFence(table);
        Reference.reachabilityFence(json);
        return measurement;
    }

    private byte[] toJson(List<Object[]> table) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonWriter json = new DslJson<>().newWriter(WRITER_BYTES);
        json.reset(bytes);
        int count = 0;
        for (Object[] row : table) {
            json.writeByte(count == 0 ? JsonWriter.ARRAY_START : JsonWriter.COMMA);
            row(json, row);
            if (++count % ROWS_PER_CHECK == 0) {
                interruption.check();
            }
        }
        json.writeByte(JsonWriter.ARRAY_END);
        json.flush();
        return bytes.toByteArray();
    }

    private static void row(JsonWriter json, Object[] row) {
        byte separator = JsonWriter.ARRAY_START;
        for (Object value : row) {
            json.writeByte(separator);
            separator = JsonWriter.COMMA;
            if (value instanceof Long number) {
                NumberConverter.serialize(number.longValue(), json);
            } else if (value instanceof Double number) {
                NumberConverter.serialize(number.doubleValue(), json);
            } else if (value instanceof String text) {
                json.writeString(text);
            } else if (value instanceof LocalDate date) {
                JavaTimeConverter.serialize(date, json);
            } else {
                NumberConverter.serialize(((Integer) value).intValue(), json);
            }
        }
        json.writeByte(JsonWriter.ARRAY_END);
    }

    private void write(byte[] bytes, Path file) throws IOException {
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(bytes);
            if (sync) {
                out.getFD().sync();
            }
        }
    }
}
