package io.penstock.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** parquet-java as a peer: it reads and writes files by its own code, codecs included. */
final class ParquetJava {
    private ParquetJava() {}

    /** All rows, as {@link GroupValues} has them. Checksums of pages are checked. */
    static List<List<Object>> rows(Path file) throws IOException {
        return groups(file).stream().map(GroupValues::values).toList();
    }

    /** All rows as parquet-java has them. */
    static List<Group> groups(Path file) throws IOException {
        return groups(file, FilterCompat.NOOP, new PlainParquetConfiguration());
    }

    /** How many rows pass a predicate of one column, which also prunes by statistics, column index, dictionary and Bloom filter. */
    static int count(Path file, Type column, FilterPredicate predicate) throws IOException {
        ParquetConfiguration projected = new PlainParquetConfiguration();
        projected.set(ReadSupport.PARQUET_READ_SCHEMA, new MessageType("schema", column).toString());
        return groups(file, FilterCompat.get(predicate), projected).size();
    }

    private static List<Group> groups(Path file, FilterCompat.Filter filter, ParquetConfiguration configuration)
            throws IOException {
        List<Group> groups = new ArrayList<>();
        try (ParquetReader<Group> reader = new Groups(new LocalInputFile(file), configuration)
                .withFilter(filter)
                .usePageChecksumVerification()
                .useBloomFilter()
                .build()) {
            for (Group group = reader.read(); group != null; group = reader.read()) {
                groups.add(group);
            }
        }
        return groups;
    }

    static ParquetFileReader open(Path file) throws IOException {
        ParquetReadOptions options =
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
        return ParquetFileReader.open(new LocalInputFile(file), options);
    }

    static MessageType schema(Path file) throws IOException {
        try (ParquetFileReader reader = open(file)) {
            return reader.getFileMetaData().getSchema();
        }
    }

    /** Writes rows of one schema. */
    static void write(
            Path file, MessageType schema, List<Group> rows, UnaryOperator<ExampleParquetWriter.Builder> options)
            throws IOException {
        ExampleParquetWriter.Builder builder = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
                .withType(schema);
        try (ParquetWriter<Group> writer = options.apply(builder).build()) {
            for (Group row : rows) {
                writer.write(row);
            }
        }
    }

    private static final class Groups extends ParquetReader.Builder<Group> {
        Groups(InputFile file, ParquetConfiguration configuration) {
            super(file, configuration);
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport();
        }
    }
}
