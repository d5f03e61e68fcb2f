package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import io.penstock.buffer.MemoryExhaustedException;
import io.penstock.format.BatchDecoder;
import io.penstock.format.CorruptFileException;
import io.penstock.format.Pruned;
import io.penstock.format.ReadContext;
import io.penstock.format.SchemaReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads a file into batches of the reader's size, whatever its pages and row groups are, and only the columns that are wanted. It has
 * in memory a page and a dictionary of each leaf, and one batch. Nothing is believed: a broken file is a {@link CorruptFileException}.
 * After it has thrown it is of no use but to be closed.
 */
final class ParquetDecoder implements BatchDecoder {
    /** Batches end well before a vector of strings can reach the 2 GiB that its offsets can express. */
    private static final long LARGEST_BATCH = 512L << 20;

    private final String file;
    private final ColumnReaders readers;
    private final WantedRows test;
    private final RowGroups rowGroups;
    private final VectorSchemaRoot batch;
    private final int maxRows;
    private final long maxBytes;

    /** The current range of the wanted rows of the row group. */
    private int range;

    /** The next row of the row group. */
    private long row;

    /** The leaf that is being read; null if none is. */
    private LeafReader working;

    private boolean closed;

    static ParquetDecoder open(Input input, ReadContext context) throws IOException {
        Footer footer = Footer.read(input, context.name(), context.schema());
        requireTable(context, footer);
        ColumnReaders readers = new ColumnReaders(input, context.allocator());
        try {
            return new ParquetDecoder(input, footer, readers, context);
        } catch (MalformedPageException e) {
            readers.close();
            throw new CorruptFileException(context.name(), e.getMessage(), e);
        } catch (IOException | RuntimeException | Error e) {
            readers.close();
            throw e;
        }
    }

    private static void requireTable(ReadContext context, Footer footer) throws CorruptFileException {
        if (context.schema() != null) {
            String difference = SchemaReader.difference(
                    SchemaToParquet.decoded(context.schema()).getFields(),
                    footer.schema().schema().getFields(),
                    "");
            if (difference != null) {
                throw new CorruptFileException(context.name(), "it has " + difference);
            }
        }
    }

    private ParquetDecoder(Input input, Footer footer, ColumnReaders readers, ReadContext context) throws IOException {
        this.file = context.name();
        this.readers = readers;
        Schema schema = footer.schema().schema();
        List<Field> fields = new ArrayList<>();
        for (int column : context.positions(schema.getFields())) {
            fields.add(schema.getFields().get(column));
            readers.add(footer.schema().columns().get(column));
        }
        maxBytes = Math.min(context.batchBytes(), LARGEST_BATCH);
        long rowBytes = 1;
        for (LeafReader leaf : readers.leaves()) {
            rowBytes += leaf.smallestRowBytes();
        }
        maxRows = (int) Math.max(1, Math.min(context.batchRows(), maxBytes / rowBytes));
        test = new WantedRows(context.test(), footer, input, context.allocator());
        rowGroups = new RowGroups(input, footer, test, readers.leaves(), context);
        List<FieldVector> vectors = new ArrayList<>();
        for (Field field : fields) {
            vectors.add(field.createVector(context.allocator()));
        }
        batch = new VectorSchemaRoot(new Schema(fields, schema.getCustomMetadata()), vectors, 0);
    }

    @Override
    public VectorSchemaRoot batch() {
        return batch;
    }

    @Override
    public DictionaryProvider dictionaries() {
        return new DictionaryProvider.MapDictionaryProvider();
    }

    @Override
    public Pruned pruned() {
        return test.pruned();
    }

    @Override
    public boolean loadNext() throws IOException {
        batch.clear();
        boolean loaded = false;
        try {
            loaded = load();
        } catch (OutOfMemoryException e) {
            throw new MemoryExhaustedException(file + ": " + place() + " does not fit: " + e.getMessage());
        } catch (RuntimeException e) {
            String problem = e instanceof MalformedPageException || e instanceof BatchTooLargeException
                    ? e.getMessage()
                    : e.toString();
            throw new CorruptFileException(file, place() + ": " + problem, e);
        } finally {
            if (!loaded) {
                batch.clear();
            }
        }
        return loaded;
    }

    private String place() {
        String group = "row group " + rowGroups.place();
        return working == null
                ? group
                : group + ", column " + String.join(".", working.leaf().path()) + ", page at offset "
                        + working.pageOffset();
    }

    private boolean load() throws IOException {
        for (NodeReader column : readers.columns()) {
            column.begin(maxRows);
        }
        int rows = 0;
        while (rows < maxRows && hasRow()) {
            int step = step(rows);
            if (step == 0) {
                break;
            }
            for (LeafReader leaf : readers.leaves()) {
                working = leaf;
                leaf.read(step);
            }
            working = null;
            row += step;
            rows += step;
        }
        List<FieldVector> vectors = batch.getFieldVectors();
        for (int i = 0; i < vectors.size(); i++) {
            NodeReader column = readers.columns().get(i);
            if (column.count() != rows) {
                throw new MalformedPageException("column '" + vectors.get(i).getName() + "' has " + column.count()
                        + " values in " + rows + " rows");
            }
            column.load(vectors.get(i));
        }
        batch.setRowCount(rows);
        return rows > 0;
    }

    /** Goes to the next wanted row, if there is one. */
    private boolean hasRow() throws IOException {
        while (range == rowGroups.wanted().count()) {
            if (!rowGroups.next()) {
                return false;
            }
            range = 0;
            row = 0;
            for (LeafReader leaf : readers.leaves()) {
                working = leaf;
                rowGroups.open(leaf);
            }
            working = null;
        }
        long skipped = rowGroups.wanted().from(range) - row;
        if (skipped > 0) {
            for (LeafReader leaf : readers.leaves()) {
                working = leaf;
                leaf.skip(skipped);
            }
            working = null;
            row += skipped;
        }
        if (row == rowGroups.wanted().to(range)) {
            range++;
            return hasRow();
        }
        return true;
    }

    /** How many rows to read next of those that lie together: as many as the batch still takes, about, but for an almost full one. */
    private int step(int rows) throws IOException {
        long bytes = 0;
        for (NodeReader column : readers.columns()) {
            bytes += column.bytes();
        }
        long left = maxBytes - bytes;
        if (rows > 0 && left < maxBytes / 8) {
            return 0;
        }
        long bytesPerRow = 1;
        long together = rowGroups.wanted().to(range) - row;
        for (LeafReader leaf : readers.leaves()) {
            working = leaf;
            bytesPerRow += leaf.bytesPerRow();
            together = Math.min(together, leaf.alikeRows());
        }
        working = null;
        if (rows > 0 && left < bytesPerRow) {
            return 0;
        }
        return (int) Math.min(Math.min(maxRows - rows, together), Math.max(1, left / bytesPerRow));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        batch.close();
        readers.close();
        rowGroups.close();
    }
}
