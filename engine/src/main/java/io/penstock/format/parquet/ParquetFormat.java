package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import io.penstock.format.BatchCheck;
import io.penstock.format.BatchDecoder;
import io.penstock.format.BatchEncoder;
import io.penstock.format.Format;
import io.penstock.format.ReadContext;
import io.penstock.format.WriteContext;
import java.io.IOException;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Parquet files. Arrow's schema is kept beside Parquet's, so that the exact types are read back; a dictionary-encoded or run-end-encoded
 * column is read back as plain values. Its options are those of {@link ParquetOptions}.
 */
public final class ParquetFormat implements Format {
    /** The name of the option that says how many rows a row group has at most. */
    public static final String ROW_GROUP_ROWS = ParquetOptions.ROW_GROUP_ROWS;

    /** The name of the option that says at how many encoded bytes a row group ends early. */
    public static final String ROW_GROUP_BYTES = ParquetOptions.ROW_GROUP_BYTES;

    /** The levels of a batch and the like, which the decoder of a column has however small its pages are. */
    private static final long LEAF_BYTES = 16 << 10;

    @Override
    public String name() {
        return "parquet";
    }

    @Override
    public void check(Schema schema) {
        new BatchCheck(schema);
        SortOrder.of(SchemaToParquet.of(schema));
    }

    /**
     * Refuses options that Parquet does not have, or that do not go with the columns of {@code schema}.
     *
     * @throws IllegalArgumentException naming the option or the column, and the choices
     */
    public static void checkOptions(Schema schema, Map<String, String> options) {
        new ParquetOptions(options).check(SchemaToParquet.of(schema));
    }

    @Override
    public Schema decoded(Schema schema) {
        return SchemaToParquet.decoded(schema);
    }

    /**
     * A row group of encoded pages, as much for what is on its way into pages, what each column has anyway, and the
     * bloom filters.
     */
    @Override
    public long encoderBytes(Schema schema, Map<String, String> options) {
        ParquetOptions parsed = new ParquetOptions(options);
        FileSchema written = SchemaToParquet.of(schema);
        long bytes = ParquetEncoder.maxBytes(written, parsed);
        for (Node.Leaf leaf : written.leaves()) {
            double falsePositives = parsed.column(leaf).bloom();
            bytes += falsePositives == 0 ? 0 : ChunkFilter.bytes(leaf, parsed.rowGroupRows(), falsePositives);
        }
        return bytes;
    }

    /** Pages on their way from those who encode to those who compress, and what each thread does that with. */
    @Override
    public long workerBytes(Schema schema, Map<String, String> options, int threads, long batchBytes) {
        return ParquetEncoder.workerBytes(SchemaToParquet.of(schema), new ParquetOptions(options), threads);
    }

    /** The pages and dictionaries of the columns, which a row group that a writer with the same options has in memory bounds. */
    @Override
    public long decoderBytes(Schema schema, Map<String, String> options) {
        return new ParquetOptions(options).rowGroupBytes()
                + SchemaToParquet.of(schema).leaves().size() * LEAF_BYTES;
    }

    /** A window of each column. */
    @Override
    public long fetchedBytes(Schema schema, Map<String, String> options) {
        return Math.min(
                new ParquetOptions(options).rowGroupBytes(),
                SchemaToParquet.of(schema).leaves().size() * ChunkBytes.WINDOW_BYTES);
    }

    /** Two row groups, for they are mostly half as large when they are compressed. */
    @Override
    public long aheadBytes(Schema schema, Map<String, String> options) {
        return new ParquetOptions(options).rowGroupBytes();
    }

    @Override
    public BatchEncoder encoder(WriteContext context) {
        return new ParquetEncoder(context, SchemaToParquet.of(context.schema()));
    }

    /** Opens a file. Without a schema in the context, that of the file counts. */
    @Override
    public BatchDecoder decoder(Input input, ReadContext context) throws IOException {
        return ParquetDecoder.open(input, context);
    }
}
