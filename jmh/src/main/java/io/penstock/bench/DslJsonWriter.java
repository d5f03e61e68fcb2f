package io.penstock.bench;

import com.dslplatform.json.DslJson;
import com.dslplatform.json.JavaTimeConverter;
import com.dslplatform.json.JsonWriter;
import com.dslplatform.json.NumberConverter;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.VarCharVector;

/**
 * DSL-JSON, streaming through its byte array of 64 KiB, which stays in the cache (16 KiB was no faster). It has no way to write UTF-8 bytes
 * as a string, so text from vectors becomes a {@code String} first.
 */
final class DslJsonWriter implements LineItemWriter {
    private final JsonWriter json = new DslJson<>().newWriter(64 << 10);
    private final byte[] text = new byte[64];

    @Override
    public void write(Object[][] rows, int batchRows, OutputStream out) {
        json.reset(out);
        for (int from = 0; from < rows.length; from += batchRows) {
            int end = Math.min(from + batchRows, rows.length);
            json.writeByte(JsonWriter.ARRAY_START);
            for (int i = from; i < end; i++) {
                if (i != from) {
                    json.writeByte(JsonWriter.COMMA);
                }
                row(rows[i]);
            }
            json.writeByte(JsonWriter.ARRAY_END);
            json.writeByte((byte) '\n');
        }
        json.flush();
    }

    private void row(Object[] row) {
        json.writeByte(JsonWriter.ARRAY_START);
        NumberConverter.serialize((long) (Long) row[0], json);
        json.writeByte(JsonWriter.COMMA);
        NumberConverter.serialize((long) (Long) row[1], json);
        json.writeByte(JsonWriter.COMMA);
        NumberConverter.serialize((long) (Long) row[2], json);
        json.writeByte(JsonWriter.COMMA);
        NumberConverter.serialize((int) (Integer) row[3], json);
        for (int column = 4; column < 8; column++) {
            json.writeByte(JsonWriter.COMMA);
            NumberConverter.serialize((double) (Double) row[column], json);
        }
        for (int column = 8; column < 10; column++) {
            json.writeByte(JsonWriter.COMMA);
            json.writeString((String) row[column]);
        }
        for (int column = 10; column < 13; column++) {
            json.writeByte(JsonWriter.COMMA);
            JavaTimeConverter.serialize((LocalDate) row[column], json);
        }
        for (int column = 13; column < 16; column++) {
            json.writeByte(JsonWriter.COMMA);
            json.writeString((String) row[column]);
        }
        json.writeByte(JsonWriter.ARRAY_END);
    }

    @Override
    public void write(List<LineItemVectors> batches, OutputStream out) {
        json.reset(out);
        for (LineItemVectors batch : batches) {
            int rows = batch.rowCount();
            json.writeByte(JsonWriter.ARRAY_START);
            for (int i = 0; i < rows; i++) {
                if (i != 0) {
                    json.writeByte(JsonWriter.COMMA);
                }
                row(batch, i);
            }
            json.writeByte(JsonWriter.ARRAY_END);
            json.writeByte((byte) '\n');
        }
        json.flush();
    }

    private void row(LineItemVectors batch, int i) {
        json.writeByte(JsonWriter.ARRAY_START);
        NumberConverter.serialize(batch.orderKey().get(i), json);
        json.writeByte(JsonWriter.COMMA);
        NumberConverter.serialize(batch.partKey().get(i), json);
        json.writeByte(JsonWriter.COMMA);
        NumberConverter.serialize(batch.supplierKey().get(i), json);
        json.writeByte(JsonWriter.COMMA);
        NumberConverter.serialize(batch.lineNumber().get(i), json);
        json.writeByte(JsonWriter.COMMA);
        NumberConverter.serialize(batch.quantity().get(i), json);
        json.writeByte(JsonWriter.COMMA);
        NumberConverter.serialize(batch.extendedPrice().get(i), json);
        json.writeByte(JsonWriter.COMMA);
        NumberConverter.serialize(batch.discount().get(i), json);
        json.writeByte(JsonWriter.COMMA);
        NumberConverter.serialize(batch.tax().get(i), json);
        text(batch.returnFlag(), i);
        text(batch.status(), i);
        date(batch.shipDate(), i);
        date(batch.commitDate(), i);
        date(batch.receiptDate(), i);
        text(batch.shipInstructions(), i);
        text(batch.shipMode(), i);
        text(batch.comment(), i);
        json.writeByte(JsonWriter.ARRAY_END);
    }

    private void text(VarCharVector vector, int i) {
        int length = LineItemVectors.copyText(vector, i, text);
        json.writeByte(JsonWriter.COMMA);
        json.writeString(new String(text, 0, length, StandardCharsets.UTF_8));
    }

    private void date(DateDayVector vector, int i) {
        json.writeByte(JsonWriter.COMMA);
        JavaTimeConverter.serialize(LocalDate.ofEpochDay(vector.get(i)), json);
    }
}
