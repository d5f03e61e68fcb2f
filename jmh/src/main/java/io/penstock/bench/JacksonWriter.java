package io.penstock.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDate;
import java.util.List;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.VarCharVector;

/**
 * Jackson's streaming generator. Its own writer of doubles is on before JDK 19, where the JDK's is slow, and off from there on.
 * Text from vectors is written as the UTF-8 bytes that it is. Jackson knows no dates: their ten characters are formatted here.
 */
final class JacksonWriter implements LineItemWriter {
    private final JsonFactory factory = new JsonFactoryBuilder()
            .configure(
                    StreamWriteFeature.USE_FAST_DOUBLE_WRITER, Runtime.version().feature() < 19)
            .rootValueSeparator("\n")
            .build();
    private final byte[] text = new byte[64];

    private JsonGenerator open(OutputStream out) throws IOException {
        return factory.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }

    @Override
    public void write(Object[][] rows, int batchRows, OutputStream out) throws IOException {
        try (JsonGenerator json = open(out)) {
            for (int from = 0; from < rows.length; from += batchRows) {
                int end = Math.min(from + batchRows, rows.length);
                json.writeStartArray();
                for (int i = from; i < end; i++) {
                    row(rows[i], json);
                }
                json.writeEndArray();
            }
            json.writeRaw('\n');
        }
    }

    private void row(Object[] row, JsonGenerator json) throws IOException {
        json.writeStartArray();
        json.writeNumber((long) (Long) row[0]);
        json.writeNumber((long) (Long) row[1]);
        json.writeNumber((long) (Long) row[2]);
        json.writeNumber((int) (Integer) row[3]);
        for (int column = 4; column < 8; column++) {
            json.writeNumber((double) (Double) row[column]);
        }
        for (int column = 8; column < 10; column++) {
            json.writeString((String) row[column]);
        }
        for (int column = 10; column < 13; column++) {
            date((LocalDate) row[column], json);
        }
        for (int column = 13; column < 16; column++) {
            json.writeString((String) row[column]);
        }
        json.writeEndArray();
    }

    @Override
    public void write(List<LineItemVectors> batches, OutputStream out) throws IOException {
        try (JsonGenerator json = open(out)) {
            for (LineItemVectors batch : batches) {
                int rows = batch.rowCount();
                json.writeStartArray();
                for (int i = 0; i < rows; i++) {
                    row(batch, i, json);
                }
                json.writeEndArray();
            }
            json.writeRaw('\n');
        }
    }

    private void row(LineItemVectors batch, int i, JsonGenerator json) throws IOException {
        json.writeStartArray();
        json.writeNumber(batch.orderKey().get(i));
        json.writeNumber(batch.partKey().get(i));
        json.writeNumber(batch.supplierKey().get(i));
        json.writeNumber(batch.lineNumber().get(i));
        json.writeNumber(batch.quantity().get(i));
        json.writeNumber(batch.extendedPrice().get(i));
        json.writeNumber(batch.discount().get(i));
        json.writeNumber(batch.tax().get(i));
        text(batch.returnFlag(), i, json);
        text(batch.status(), i, json);
        date(batch.shipDate(), i, json);
        date(batch.commitDate(), i, json);
        date(batch.receiptDate(), i, json);
        text(batch.shipInstructions(), i, json);
        text(batch.shipMode(), i, json);
        text(batch.comment(), i, json);
        json.writeEndArray();
    }

    private void text(VarCharVector vector, int i, JsonGenerator json) throws IOException {
        int length = LineItemVectors.copyText(vector, i, text);
        json.writeUTF8String(text, 0, length);
    }

    private void date(DateDayVector vector, int i, JsonGenerator json) throws IOException {
        date(LocalDate.ofEpochDay(vector.get(i)), json);
    }

    private void date(LocalDate date, JsonGenerator json) throws IOException {
        int year = date.getYear();
        twoDigits(year / 100, 0);
        twoDigits(year % 100, 2);
        text[4] = '-';
        twoDigits(date.getMonthValue(), 5);
        text[7] = '-';
        twoDigits(date.getDayOfMonth(), 8);
        json.writeRawUTF8String(text, 0, 10);
    }

    private void twoDigits(int value, int at) {
        text[at] = (byte) ('0' + value / 10);
        text[at + 1] = (byte) ('0' + value % 10);
    }
}
