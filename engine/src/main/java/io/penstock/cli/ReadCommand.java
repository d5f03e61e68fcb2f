package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.ReadOptions;
import io.penstock.TableReader;
import io.penstock.format.Predicate;
import io.penstock.format.arrow.ArrowFormat;
import io.penstock.format.json.JsonFormat;
import io.penstock.format.parquet.ParquetFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes the rows of a table to standard output. */
@Command(name = "read", description = "Writes the rows of a table to standard output.")
final class ReadCommand implements Callable<Integer> {
    /** What rows are written as. */
    enum As {
        csv,
        jsonl,
        arrow,
        parquet
    }

    private final Console console;

    @Spec
    CommandSpec spec;

    @Mixin
    StoreOption store;

    @Mixin
    TableOption table;

    @Option(names = "--columns", split = ",", paramLabel = "NAME", description = "Only these columns, in this order.")
    List<String> columns;

    @Option(
            names = "--where",
            paramLabel = "EXPR",
            description =
                    "Only the rows for which EXPR is true, as in SQL: = <> < <= > >=, in (...), between, is null, and, or, "
                            + "not; for example \"day >= 1998-09-01 and (qty < 5 or kind in ('A', 'R'))\". Text stands in "
                            + "single quotes, bytes as x'00ff'.")
    String where;

    @Option(names = "--limit", paramLabel = "N", description = "At most N rows, of those that are asked for.")
    Long limit;

    @Option(
            names = "--as",
            defaultValue = "csv",
            paramLabel = "FORMAT",
            description =
                    "csv (the default): RFC 4180, names in the first line, null is an empty field, an empty text is \"\". "
                            + "jsonl: a JSON object per line. arrow: an Arrow IPC file. parquet: a Parquet file.")
    As as;

    ReadCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        ReadOptions options = ReadOptions.all();
        if (columns != null) {
            options = options.columns(columns);
        }
        if (limit != null) {
            if (limit < 0) {
                throw new ParameterException(spec.commandLine(), "--limit is " + limit + ": expected 0 or more");
            }
            options = options.limit(limit);
        }
        try (Penstock penstock = store.openExisting();
                TableReader reader = open(penstock, options);
                BufferAllocator allocator =
                        penstock.allocator().newChildAllocator("standard output", 0, Long.MAX_VALUE);
                RowsOutput output = output(penstock, reader, allocator)) {
            while (reader.loadNextBatch()) {
                output.write(reader);
            }
            output.finish();
        }
        return 0;
    }

    private TableReader open(Penstock penstock, ReadOptions options) throws IOException {
        String database = table.name.database();
        String name = table.name.table();
        if (where == null) {
            return penstock.openTableForRead(database, name, options);
        }
        try {
            Predicate predicate =
                    WhereText.parse(where, penstock.describe(database, name).schema());
            return penstock.openTableForRead(database, name, options.where(predicate));
        } catch (WhereException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private RowsOutput output(Penstock penstock, TableReader reader, BufferAllocator allocator) throws IOException {
        return switch (as) {
            case csv -> new CsvOutput(console.out(), reader.schema());
            case jsonl ->
                new EncodedOutput(
                        console.out(),
                        penstock,
                        new JsonFormat(),
                        reader.schema(),
                        Map.of("layout", "records"),
                        allocator);
            case arrow ->
                new EncodedOutput(console.out(), penstock, new ArrowFormat(), reader.schema(), Map.of(), allocator);
            case parquet ->
                new EncodedOutput(console.out(), penstock, new ParquetFormat(), reader.schema(), Map.of(), allocator);
        };
    }
}
