package io.penstock.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Jackson's streaming parser, with its faster parser of doubles. No String is made: text goes from the parser's characters to the
 * vector, dates are taken apart there, and names are compared with the one that is expected.
 */
final class JacksonReader extends LineItemReader {
    private static final SerializedString[] NAMES = LineItems.SCHEMA.getFields().stream()
            .map(Field::getName)
            .map(SerializedString::new)
            .toArray(SerializedString[]::new);

    private final JsonFactory factory = new JsonFactoryBuilder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();
    private byte[] text = new byte[64];
    private JsonParser json;

    JacksonReader(boolean records) {
        super(records);
    }

    @Override
    void open(Path file) throws IOException {
        json = factory.createParser(file.toFile());
    }

    @Override
    boolean nextLine() throws IOException {
        return json.nextToken() != null;
    }

    @Override
    boolean nextRow() throws IOException {
        return json.nextToken() == JsonToken.START_ARRAY;
    }

    @Override
    void readRow(LineItemVectors batch, int row) throws IOException {
        batch.orderKey().set(row, json.nextLongValue(0));
        batch.partKey().set(row, json.nextLongValue(0));
        batch.supplierKey().set(row, json.nextLongValue(0));
        batch.lineNumber().set(row, json.nextIntValue(0));
        number(batch.quantity(), row);
        number(batch.extendedPrice(), row);
        number(batch.discount(), row);
        number(batch.tax(), row);
        text(batch.returnFlag(), row);
        text(batch.status(), row);
        date(batch.shipDate(), row);
        date(batch.commitDate(), row);
        date(batch.receiptDate(), row);
        text(batch.shipInstructions(), row);
        text(batch.shipMode(), row);
        text(batch.comment(), row);
        require(JsonToken.END_ARRAY);
    }

    @Override
    void readRecord(LineItemVectors batch, int row) throws IOException {
        name(0);
        batch.orderKey().set(row, json.nextLongValue(0));
        name(1);
        batch.partKey().set(row, json.nextLongValue(0));
        name(2);
        batch.supplierKey().set(row, json.nextLongValue(0));
        name(3);
        batch.lineNumber().set(row, json.nextIntValue(0));
        name(4);
        number(batch.quantity(), row);
        name(5);
        number(batch.extendedPrice(), row);
        name(6);
        number(batch.discount(), row);
        name(7);
        number(batch.tax(), row);
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
        require(JsonToken.END_OBJECT);
    }

    private void name(int column) throws IOException {
        if (!json.nextFieldName(NAMES[column])) {
            throw unexpected(json.currentToken());
        }
    }

    private void require(JsonToken token) throws IOException {
        if (json.nextToken() != token) {
            throw unexpected(json.currentToken());
        }
    }

    private void number(Float8Vector vector, int row) throws IOException {
        json.nextToken();
        vector.set(row, json.getDoubleValue());
    }

    private void text(VarCharVector vector, int row) throws IOException {
        require(JsonToken.VALUE_STRING);
        char[] characters = json.getTextCharacters();
        int from = json.getTextOffset();
        int length = json.getTextLength();
        if (length > text.length) {
            text = new byte[2 * length];
        }
        int all = 0;
        for (int i = 0; i < length; i++) {
            char c = characters[from + i];
            all |= c;
            text[i] = (byte) c;
        }
        if (all < 0x80) {
            vector.setSafe(row, text, 0, length);
        } else {
            vector.setSafe(row, json.getText().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void date(DateDayVector vector, int row) throws IOException {
        require(JsonToken.VALUE_STRING);
        char[] characters = json.getTextCharacters();
        int from = json.getTextOffset();
        int year = 100 * twoDigits(characters, from) + twoDigits(characters, from + 2);
        int month = twoDigits(characters, from + 5);
        int day = twoDigits(characters, from + 8);
        vector.set(row, (int) LocalDate.of(year, month, day).toEpochDay());
    }

    private static int twoDigits(char[] characters, int at) {
        return 10 * (characters[at] - '0') + characters[at + 1] - '0';
    }

    @Override
    void close() throws IOException {
        json.close();
    }
}
