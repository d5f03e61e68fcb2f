package io.penstock.cli;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.penstock.RowAppender;
import io.penstock.TableWriter;
import io.penstock.cli.Interruption.InterruptedCommandException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Comma- or tab-separated text, as RFC 4180 has it, in UTF-8. The first line names the columns, which may stand in another order than
 * the table's; a column of the table that is missing is null. An empty field is null; an empty text is {@code ""}.
 */
final class CsvInput implements TableInput {
    private static final int SAMPLE_RECORDS = 1000;
    private static final int WORK_ROWS = 256;
    private static final int SHOWN_CHARS = 60;

    private final String name;
    private final char separator;
    private final SampledStream in;
    private final long size;
    private List<String> header;
    private Schema schema;

    /**
     * Takes ownership of {@code in}.
     *
     * @param size of the input in bytes; 0 if not known
     */
    CsvInput(String name, char separator, InputStream in, long size) throws IOException {
        this.name = name;
        this.separator = separator;
        this.in = new SampledStream(in);
        this.size = size;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Schema schema(Schema wanted) {
        Schema inferred = infer();
        schema = wanted == null ? inferred : wanted;
        if (wanted != null) {
            requireColumns(wanted);
        }
        return schema;
    }

    private Schema infer() {
        byte[] sample = in.sample();
        int end = in.isWhole() ? sample.length : endOfLastLine(sample);
        Reader text = new InputStreamReader(new ByteArrayInputStream(sample, 0, end), StandardCharsets.UTF_8);
        try (CsvReader<CsvRecord> records = reader(text)) {
            CloseableIterator<CsvRecord> iterator = records.iterator();
            if (!iterator.hasNext()) {
                throw new IllegalArgumentException(
                        name + " is empty: expected a first line with the names of the columns");
            }
            header = header(iterator.next());
            CsvTypes types = new CsvTypes(header.size());
            for (int i = 0; i < SAMPLE_RECORDS && iterator.hasNext(); i++) {
                types.sample(iterator.next());
            }
            return types.schema(header);
        } catch (CsvParseException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int endOfLastLine(byte[] sample) {
        for (int i = sample.length; i > 0; i--) {
            if (sample[i - 1] == '\n') {
                return i;
            }
        }
        throw new IllegalArgumentException(name + ": the first line is longer than " + sample.length + " bytes");
    }

    private List<String> header(CsvRecord record) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < record.count(); i++) {
            String column = record.text(i).strip();
            if (column.isEmpty()) {
                throw new IllegalArgumentException(place(record.line()) + ": column " + (i + 1)
                        + " has no name; the first line names the columns");
            }
            if (names.contains(column)) {
                throw new IllegalArgumentException(place(record.line()) + ": there are two columns '" + column + "'");
            }
            names.add(column);
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException(name + " begins with an empty line: expected the names of the columns");
        }
        return names;
    }

    private void requireColumns(Schema wanted) {
        Map<String, Field> missing = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (Field field : wanted.getFields()) {
            missing.put(field.getName(), field);
            names.add(field.getName());
        }
        for (String column : header) {
            if (missing.remove(column) == null) {
                throw new IllegalArgumentException(name + " has a column '" + column
                        + "' and the table has not; its columns are " + String.join(", ", names));
            }
        }
        for (Field field : missing.values()) {
            if (!field.isNullable()) {
                throw new IllegalArgumentException(
                        name + " has no column '" + field.getName() + "', which the table requires");
            }
        }
    }

    @Override
    public void appendTo(TableWriter writer, Work work) throws IOException {
        CsvCell[] cells = new CsvCell[header.size()];
        List<Integer> absent = new ArrayList<>();
        for (int i = 0; i < schema.getFields().size(); i++) {
            int at = header.indexOf(schema.getFields().get(i).getName());
            if (at < 0) {
                absent.add(i);
            } else {
                cells[at] = CsvCell.of(schema.getFields().get(i), i);
            }
        }
        Reader text = new InputStreamReader(new Utf8Stream(name, in), StandardCharsets.UTF_8);
        try (CsvReader<CsvRecord> records = reader(text)) {
            CloseableIterator<CsvRecord> iterator = records.iterator();
            iterator.next();
            long reported = 0;
            for (long rows = 1; iterator.hasNext(); rows++) {
                CsvRecord record = iterator.next();
                append(record, writer, cells, absent);
                if (rows % WORK_ROWS == 0) {
                    work.step(in.bytesRead() - reported, 0);
                    reported = in.bytesRead();
                }
            }
            work.step(in.bytesRead() - reported, 0);
        } catch (CsvParseException e) {
            throw malformed(e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void append(CsvRecord record, TableWriter writer, CsvCell[] cells, List<Integer> absent)
            throws IOException {
        if (record.count() != cells.length) {
            if (record.count() == 0 && cells.length > 1) {
                return;
            }
            if (record.count() > 0) {
                throw new IllegalArgumentException(place(record.line()) + ": " + Sizes.count(record.count(), "field")
                        + " where the header has " + cells.length);
            }
        }
        RowAppender row = writer.row();
        for (int i = 0; i < record.count(); i++) {
            set(row, record, i, cells[i]);
        }
        for (int i = record.count(); i < cells.length; i++) {
            // The empty line of a table with one column.
            setNull(row, record, cells[i].column());
        }
        for (int column : absent) {
            row.setNull(column);
        }
        row.endRow();
    }

    private void set(RowAppender row, CsvRecord record, int field, CsvCell cell) {
        if (record.isEmpty(field) && (record.isAbsent(field) || !cell.takesEmpty())) {
            setNull(row, record, cell.column());
            return;
        }
        try {
            cell.set(row, record.chars(), record.start(field), record.end(field));
        } catch (IllegalArgumentException | ArithmeticException | java.time.DateTimeException e) {
            throw refused(record, field, cell, e);
        }
    }

    private void setNull(RowAppender row, CsvRecord record, int column) {
        Field field = schema.getFields().get(column);
        if (!field.isNullable()) {
            throw new IllegalArgumentException(
                    place(record.line()) + ", column '" + field.getName() + "': it is required and the field is empty");
        }
        row.setNull(column);
    }

    private IllegalArgumentException refused(CsvRecord record, int field, CsvCell cell, RuntimeException cause) {
        Field column = schema.getFields().get(cell.column());
        String text = record.text(field);
        String shown = text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "...";
        boolean says = cause.getMessage() != null && !(cause instanceof NumberFormatException);
        return new IllegalArgumentException(
                place(record.line()) + ", column '" + column.getName() + "': expected " + TypeText.of(column)
                        + " and got '"
                        + shown + "'" + (says ? " (" + cause.getMessage() + ")" : "")
                        + "; if the column has another type, say so with --schema for a new table",
                cause);
    }

    private String place(long line) {
        return name + " line " + line;
    }

    private RuntimeException malformed(CsvParseException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        // The parser wraps also what the stream below it throws, which speaks for itself.
        return cause instanceof InterruptedCommandException || cause instanceof IllegalArgumentException
                ? (RuntimeException) cause
                : new IllegalArgumentException(name + ": " + cause.getMessage(), e);
    }

    private CsvReader<CsvRecord> reader(Reader text) {
        return CsvReader.builder()
                .fieldSeparator(separator)
                .skipEmptyLines(false)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .build(new CsvRecord(), text);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
