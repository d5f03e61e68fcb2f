package io.penstock.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import io.penstock.TableReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * CSV as RFC 4180 quotes it, with a line feed alone at the end of a line, as every tool behind a pipe wants it. The first line has the
 * names; null is an empty field, an empty text is {@code ""}.
 */
final class CsvOutput implements RowsOutput {
    private static final int BUFFER_BYTES = 1 << 16;

    private final CsvWriter csv;

    CsvOutput(Console.Output out, Schema schema) throws IOException {
        csv = CsvWriter.builder()
                .quoteStrategy(QuoteStrategies.EMPTY)
                .lineDelimiter(LineDelimiter.LF)
                .build(new OutputStreamWriter(new BufferedOutputStream(out, BUFFER_BYTES), StandardCharsets.UTF_8));
        try {
            csv.writeRecord(schema.getFields().stream().map(Field::getName).toArray(String[]::new));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void write(TableReader reader) throws IOException {
        List<FieldVector> vectors = reader.batch().getFieldVectors();
        CellText text = new CellText(reader.dictionaries());
        String[] cells = new String[vectors.size()];
        try {
            for (int row = 0; row < reader.batch().getRowCount(); row++) {
                for (int i = 0; i < cells.length; i++) {
                    cells[i] = text.text(vectors.get(i), row);
                }
                csv.writeRecord(cells);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void finish() throws IOException {
        csv.flush();
    }

    @Override
    public void close() {
        // Closing the writer would write what is left to an output that may have failed.
    }
}
