package io.penstock.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** parquet-java reading lineitem: as a {@link Group} for each row, or column by column with its {@link ColumnReader}s. */
final class ParquetJavaScan implements AutoCloseable {
    private final HadoopFreeCodecs codecs = new HadoopFreeCodecs();

    ColumnSums rows(Path file) throws IOException {
        ColumnSums result = new ColumnSums();
        try (ParquetReader<Group> reader =
                new Groups(new LocalInputFile(file)).withCodecFactory(codecs).build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                add(row, result.sums);
            }
        }
        return result;
    }

    private static void add(Group row, long[] sums) {
        sums[0] += row.getLong(0, 0);
        sums[1] += row.getLong(1, 0);
        sums[2] += row.getLong(2, 0);
        sums[3] += row.getInteger(3, 0);
        for (int column = 4; column < 8; column++) {
            sums[column] += row.getLong(column, 0);
        }
        sums[8] += text(row.getBinary(8, 0));
        sums[9] += text(row.getBinary(9, 0));
        for (int column = 10; column < 13; column++) {
            sums[column] += row.getInteger(column, 0);
        }
        for (int column = 13; column < 16; column++) {
            sums[column] += text(row.getBinary(column, 0));
        }
    }

    private static int text(Binary value) {
        ByteBuffer bytes = value.toByteBuffer();
        return ColumnSums.text(bytes.remaining(), bytes.get(bytes.limit() - 1));
    }

    ColumnSums columns(Path file) throws IOException {
        ColumnSums result = new ColumnSums();
        ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(codecs)
                .build();
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
            MessageType schema = reader.getFileMetaData().getSchema();
            String createdBy = reader.getFileMetaData().getCreatedBy();
            List<ColumnDescriptor> columns = schema.getColumns();
            for (PageReadStore pages = reader.readNextRowGroup(); pages != null; pages = reader.readNextRowGroup()) {
                ColumnReadStoreImpl store = new ColumnReadStoreImpl(
                        pages, new GroupRecordConverter(schema).getRootConverter(), schema, createdBy);
                for (int column = 0; column < columns.size(); column++) {
                    result.sums[column] += sum(store.getColumnReader(columns.get(column)), pages.getRowCount());
                }
                pages.close();
            }
        }
        return result;
    }

    private static long sum(ColumnReader column, long rows) {
        int defined = column.getDescriptor().getMaxDefinitionLevel();
        PrimitiveTypeName type = column.getDescriptor().getPrimitiveType().getPrimitiveTypeName();
        long sum = 0;
        if (type == PrimitiveTypeName.INT64) {
            for (long row = 0; row < rows; row++) {
                if (column.getCurrentDefinitionLevel() == defined) {
                    sum += column.getLong();
                }
                column.consume();
            }
        } else if (type == PrimitiveTypeName.INT32) {
            for (long row = 0; row < rows; row++) {
                if (column.getCurrentDefinitionLevel() == defined) {
                    sum += column.getInteger();
                }
                column.consume();
            }
        } else {
            for (long row = 0; row < rows; row++) {
                if (column.getCurrentDefinitionLevel() == defined) {
                    sum += text(column.getBinary());
                }
                column.consume();
            }
        }
        return sum;
    }

    @Override
    public void close() {
        codecs.close();
    }

    private static final class Groups extends ParquetReader.Builder<Group> {
        Groups(InputFile file) {
            super(file, new PlainParquetConfiguration());
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport();
        }
    }
}
