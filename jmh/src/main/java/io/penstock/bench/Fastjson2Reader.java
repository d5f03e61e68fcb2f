package io.penstock.bench;

import com.alibaba.fastjson2.JSONReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * fastjson2's UTF-8 reader. It would take the whole stream into one array: here it is given line after line, each of them where it
 * lies. It gives a text as a String, and a date as a {@link java.time.LocalDate}; names are compared by the hash that it takes of them.
 */
final class Fastjson2Reader extends LineItemReader {
    private static final long[] NAMES = LineItems.SCHEMA.getFields().stream()
            .map(Field::getName)
            .mapToLong(Fastjson2Reader::hash)
            .toArray();

    private byte[] lines = new byte[1 << 20];
    private int from;
    private int end;
    private InputStream stream;
    private JSONReader json;

    Fastjson2Reader(boolean records) {
        super(records);
    }

    private static long hash(String name) {
        return JSONReader.of(("\"" + name + "\":0").getBytes(StandardCharsets.UTF_8))
                .readFieldNameHashCode();
    }

    @Override
    void open(Path file) throws IOException {
        stream = Files.newInputStream(file);
        from = 0;
        end = 0;
    }

    @Override
    boolean nextLine() throws IOException {
        int feed = from;
        while (true) {
            while (feed < end && lines[feed] != '\n') {
                feed++;
            }
            if (feed < end) {
                break;
            }
            feed -= from;
            if (!fill()) {
                return false;
            }
        }
        json = JSONReader.of(lines, from, feed - from, StandardCharsets.UTF_8);
        from = feed + 1;
        return json.nextIfMatch('[') || json.nextIfObjectStart();
    }

    /** Moves what is left to the front, and reads more behind it; returns false at the end of the file. */
    private boolean fill() throws IOException {
        if (from == 0 && end == lines.length) {
            lines = Arrays.copyOf(lines, 2 * lines.length);
        }
        System.arraycopy(lines, from, lines, 0, end - from);
        end -= from;
        from = 0;
        int count = stream.read(lines, end, lines.length - end);
        end += Math.max(count, 0);
        return count >= 0;
    }

    @Override
    boolean nextRow() {
        return json.nextIfArrayStart();
    }

    @Override
    void readRow(LineItemVectors batch, int row) {
        batch.orderKey().set(row, json.readInt64Value());
        batch.partKey().set(row, json.readInt64Value());
        batch.supplierKey().set(row, json.readInt64Value());
        batch.lineNumber().set(row, json.readInt32Value());
        batch.quantity().set(row, json.readDoubleValue());
        batch.extendedPrice().set(row, json.readDoubleValue());
        batch.discount().set(row, json.readDoubleValue());
        batch.tax().set(row, json.readDoubleValue());
        text(batch.returnFlag(), row);
        text(batch.status(), row);
        date(batch.shipDate(), row);
        date(batch.commitDate(), row);
        date(batch.receiptDate(), row);
        text(batch.shipInstructions(), row);
        text(batch.shipMode(), row);
        text(batch.comment(), row);
        if (!json.nextIfArrayEnd()) {
            throw unexpected(json.current());
        }
        json.nextIfComma();
    }

    @Override
    void readRecord(LineItemVectors batch, int row) {
        name(0);
        batch.orderKey().set(row, json.readInt64Value());
        name(1);
        batch.partKey().set(row, json.readInt64Value());
        name(2);
        batch.supplierKey().set(row, json.readInt64Value());
        name(3);
        batch.lineNumber().set(row, json.readInt32Value());
        name(4);
        batch.quantity().set(row, json.readDoubleValue());
        name(5);
        batch.extendedPrice().set(row, json.readDoubleValue());
        name(6);
        batch.discount().set(row, json.readDoubleValue());
        name(7);
        batch.tax().set(row, json.readDoubleValue());
        name(8);
        text(batch.returnFlag(), row);
        name(9);
        text(batch.status(), row);
        name(10);
        date(batch.shipDate(), row);
        name(11);
        date(batch.commitDate(), row);
        name(12);
        date(batch.receiptDate(), row);
        name(13);
        text(batch.shipInstructions(), row);
        name(14);
        text(batch.shipMode(), row);
        name(15);
        text(batch.comment(), row);
        if (!json.nextIfObjectEnd()) {
            throw unexpected(json.current());
        }
    }

    private void name(int column) {
        if (json.readFieldNameHashCode() != NAMES[column]) {
            throw unexpected(json.getFieldName());
        }
    }

    private void text(VarCharVector vector, int row) {
        vector.setSafe(row, json.readString().getBytes(StandardCharsets.UTF_8));
    }

    private void date(DateDayVector vector, int row) {
        vector.set(row, (int) json.readLocalDate().toEpochDay());
    }

    @Override
    void close() throws IOException {
        stream.close();
    }
}
