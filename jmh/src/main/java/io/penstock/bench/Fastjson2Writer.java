package io.penstock.bench;

import com.alibaba.fastjson2.JSONWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.VarCharVector;

/**
 * fastjson2's UTF-8 writer. It would collect everything in one array: here its content goes to the stream at 32 KiB, which stays in
 * the cache (8 and 128 KiB were no faster). Text from vectors becomes a
 * {@code String} first, since its own method for bytes takes nothing but Latin-1.
 */
final class Fastjson2Writer implements LineItemWriter {
    private static final int FLUSH_BYTES = 32 << 10;

    private final JSONWriter json = JSONWriter.ofUTF8();
    private final byte[] text = new byte[64];

    @Override
    public void write(Object[][] rows, int batchRows, OutputStream out) throws IOException {
        for (int from = 0; from < rows.length; from += batchRows) {
            int end = Math.min(from + batchRows, rows.length);
            json.startArray();
            for (int i = from; i < end; i++) {
                if (i != from) {
                    json.writeComma();
                }
                row(rows[i]);
                flushIfFull(out);
            }
            json.endArray();
            json.writeRaw('\n');
        }
        json.flushTo(out);
        out.flush();
    }

    private void row(Object[] row) {
        json.startArray();
        json.writeInt64((long) (Long) row[0]);
        json.writeComma();
        json.writeInt64((long) (Long) row[1]);
        json.writeComma();
        json.writeInt64((long) (Long) row[2]);
        json.writeComma();
        json.writeInt32((int) (Integer) row[3]);
        for (int column = 4; column < 8; column++) {
            json.writeComma();
            json.writeDouble((double) (Double) row[column]);
        }
        for (int column = 8; column < 10; column++) {
            json.writeComma();
            json.writeString((String) row[column]);
        }
        for (int column = 10; column < 13; column++) {
            json.writeComma();
            json.writeLocalDate((LocalDate) row[column]);
        }
        for (int column = 13; column < 16; column++) {
            json.writeComma();
            json.writeString((String) row[column]);
        }
        json.endArray();
    }

    @Override
    public void write(List<LineItemVectors> batches, OutputStream out) throws IOException {
        for (LineItemVectors batch : batches) {
            int rows = batch.rowCount();
            json.startArray();
            for (int i = 0; i < rows; i++) {
                if (i != 0) {
                    json.writeComma();
                }
                row(batch, i);
                flushIfFull(out);
            }
            json.endArray();
            json.writeRaw('\n');
        }
        json.flushTo(out);
        out.flush();
    }

    private void row(LineItemVectors batch, int i) {
        json.startArray();
        json.writeInt64(batch.orderKey().get(i));
        json.writeComma();
        json.writeInt64(batch.partKey().get(i));
        json.writeComma();
        json.writeInt64(batch.supplierKey().get(i));
        json.writeComma();
        json.writeInt32(batch.lineNumber().get(i));
        json.writeComma();
        json.writeDouble(batch.quantity().get(i));
        json.writeComma();
        json.writeDouble(batch.extendedPrice().get(i));
        json.writeComma();
        json.writeDouble(batch.discount().get(i));
        json.writeComma();
        json.writeDouble(batch.tax().get(i));
        text(batch.returnFlag(), i);
        text(batch.status(), i);
        date(batch.shipDate(), i);
        date(batch.commitDate(), i);
        date(batch.receiptDate(), i);
        text(batch.shipInstructions(), i);
        text(batch.shipMode(), i);
        text(batch.comment(), i);
        json.endArray();
    }

    private void text(VarCharVector vector, int i) {
        int length = LineItemVectors.copyText(vector, i, text);
        json.writeComma();
        json.writeString(new String(text, 0, length, StandardCharsets.UTF_8));
    }

    private void date(DateDayVector vector, int i) {
        json.writeComma();
        json.writeLocalDate(LocalDate.ofEpochDay(vector.get(i)));
    }

    private void flushIfFull(OutputStream out) throws IOException {
        if (json.size() >= FLUSH_BYTES) {
            json.flushTo(out);
        }
    }
}
