package io.penstock.bench;

import com.dslplatform.json.DslJson;
import com.dslplatform.json.JavaTimeConverter;
import com.dslplatform.json.JsonReader;
import com.dslplatform.json.NumberConverter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * DSL-JSON, streaming through its byte array of 64 KiB. It gives a text as a String, and a date as a {@link LocalDate}; names are
 * compared with the bytes of the one that is expected.
 */
final class DslJsonReader extends LineItemReader {
    private static final byte[][] NAMES = LineItems.SCHEMA.getFields().stream()
            .map(Field::getName)
            .map(name -> name.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);

    private final JsonReader<?> json = new DslJson<>().newReader(new byte[64 << 10]);
    private InputStream stream;
    private long size;

    DslJsonReader(boolean records) {
        super(records);
    }

    @Override
    void open(Path file) throws IOException {
        size = Files.size(file);
        stream = Files.newInputStream(file);
        json.process(stream);
    }

    @Override
    boolean nextLine() throws IOException {
        // Behind the last line there is nothing but its end.
        return json.positionInStream() < size - 1 && json.getNextToken() != 0;
    }

    @Override
    boolean nextRow() throws IOException {
        byte next = json.getNextToken();
        return (next == ',' ? json.getNextToken() : next) == '[';
    }

    @Override
    void readRow(LineItemVectors batch, int row) throws IOException {
        json.getNextToken();
        batch.orderKey().set(row, NumberConverter.deserializeLong(json));
        comma();
        batch.partKey().set(row, NumberConverter.deserializeLong(json));
        comma();
        batch.supplierKey().set(row, NumberConverter.deserializeLong(json));
        comma();
        batch.lineNumber().set(row, NumberConverter.deserializeInt(json));
        comma();
        batch.quantity().set(row, NumberConverter.deserializeDouble(json));
        comma();
        batch.extendedPrice().set(row, NumberConverter.deserializeDouble(json));
        comma();
        batch.discount().set(row, NumberConverter.deserializeDouble(json));
        comma();
        batch.tax().set(row, NumberConverter.deserializeDouble(json));
        comma();
        text(batch.returnFlag(), row);
        comma();
        text(batch.status(), row);
        comma();
        date(batch.shipDate(), row);
        comma();
        date(batch.commitDate(), row);
        comma();
        date(batch.receiptDate(), row);
        comma();
        text(batch.shipInstructions(), row);
        comma();
        text(batch.shipMode(), row);
        comma();
        text(batch.comment(), row);
        json.getNextToken();
        json.checkArrayEnd();
    }

    @Override
    void readRecord(LineItemVectors batch, int row) throws IOException {
        json.getNextToken();
        name(0);
        batch.orderKey().set(row, NumberConverter.deserializeLong(json));
        nextName(1);
        batch.partKey().set(row, NumberConverter.deserializeLong(json));
        nextName(2);
        batch.supplierKey().set(row, NumberConverter.deserializeLong(json));
        nextName(3);
        batch.lineNumber().set(row, NumberConverter.deserializeInt(json));
        nextName(4);
        batch.quantity().set(row, NumberConverter.deserializeDouble(json));
        nextName(5);
        batch.extendedPrice().set(row, NumberConverter.deserializeDouble(json));
        nextName(6);
        batch.discount().set(row, NumberConverter.deserializeDouble(json));
        nextName(7);
        batch.tax().set(row, NumberConverter.deserializeDouble(json));
        nextName(8);
        text(batch.returnFlag(), row);
        nextName(9);
        text(batch.status(), row);
        nextName(10);
        date(batch.shipDate(), row);
        nextName(11);
        date(batch.commitDate(), row);
        nextName(12);
        date(batch.receiptDate(), row);
        nextName(13);
        text(batch.shipInstructions(), row);
        nextName(14);
        text(batch.shipMode(), row);
        nextName(15);
        text(batch.comment(), row);
        json.getNextToken();
        json.checkObjectEnd();
    }

    private void comma() throws IOException {
        json.comma();
        json.getNextToken();
    }

    private void nextName(int column) throws IOException {
        comma();
        name(column);
    }

    private void name(int column) throws IOException {
        json.fillNameWeakHash();
        if (!json.wasLastName(NAMES[column])) {
            throw unexpected(json.getLastName());
        }
        json.getNextToken();
    }

    private void text(VarCharVector vector, int row) throws IOException {
        vector.setSafe(row, json.readString().getBytes(StandardCharsets.UTF_8));
    }

    private void date(DateDayVector vector, int row) throws IOException {
        vector.set(row, (int) JavaTimeConverter.deserializeLocalDate(json).toEpochDay());
    }

    @Override
    void close() throws IOException {
        stream.close();
    }
}
