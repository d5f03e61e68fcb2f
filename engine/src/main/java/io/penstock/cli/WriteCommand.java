package io.penstock.cli;

import io.penstock.CommitReceipt;
import io.penstock.JsonLayout;
import io.penstock.Penstock;
import io.penstock.Setting;
import io.penstock.Settings;
import io.penstock.TableDescription;
import io.penstock.TableFormat;
import io.penstock.TableName;
import io.penstock.TableSpec;
import io.penstock.format.arrow.ArrowFormat;
import io.penstock.format.json.JsonFormat;
import io.penstock.format.parquet.ParquetFormat;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Appends inputs to a table in one commit. */
@Command(
        name = "write",
        description = "Appends rows to a table, all inputs in one commit, and makes the table if there is none.",
        footer = {
            "",
            "INPUT is a .csv, .tsv, .jsonl, .arrow, .arrows or .parquet file, or - for",
            "standard input. tpch:TABLE:SCALE generates a table of TPC-H, such as",
            "tpch:orders:0.1.",
            "",
            "CSV and TSV begin with a line of column names; an empty field is null and \"\"",
            "is an empty text. The types of a new table come from the first 1000 records:",
            "bool, int64, float64, date32, timestamp[us] or utf8, or are said by --schema.",
            "",
            "--column is NAME:OPTION=VALUE,..., such as comment:encoding=plain,bloom=0.01:",
            "  compression=CODEC     as --compression",
            "  encoding=ENCODING     auto, plain, dictionary, delta, delta.length,",
            "                        delta.bytes, split (by bytes) or rle",
            "  dictionary=false      never tries a dictionary",
            "  bloom=SHARE           a bloom filter with that share of false positives",
            "",
            "--schema is name:type,... with ! after the type of a required column. Types:",
            "  bool int8 int16 int32 int64 uint8 uint16 uint32 uint64",
            "  float16 float32 float64 decimal(p,s) decimal256(p,s)",
            "  utf8 large_utf8 utf8_view binary large_binary binary_view fixed_binary(n)",
            "  date32 date64 time32[s|ms] time64[us|ns] timestamp[s|ms|us|ns]",
            "  timestamp[unit,zone] duration[unit] null",
            "  interval[year_month|day_time|month_day_nano]",
            "  list<type> large_list<type> list<type>(n) struct<name:type,...>",
            "  map<key,value> dictionary<index,value>",
            "For example: --schema \"id:int64!,price:decimal(12,2),at:timestamp[us,UTC]\""
        })
final class WriteCommand implements Callable<Integer> {
    private static final String COMPRESSION = "compression";
    private static final String PARQUET_COMPRESSION = "snappy";
    private static final String OTHER_COMPRESSION = "none";

    /** What options are checked with that hold for any. */
    private static final Schema ANY_SCHEMA = new Schema(List.of(Field.nullable("any", ArrowType.Utf8.INSTANCE)));

    private static final double BYTES_PER_MEGABYTE = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Console console;
    private final Interruption interruption;

    @Spec
    CommandSpec spec;

    @Mixin
    StoreOption store;

    @Mixin
    TableOption table;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "Of a new table's files: json, parquet or arrow (the default).")
    TableFormat format;

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            description =
                    "Of new JSON files: batches, an array of rows per line (the default), or records, an object per line.")
    JsonLayout layout;

    @Option(
            names = "--compression",
            paramLabel = "CODEC",
            description =
                    "Of new Parquet files: none, snappy (the default), zstd, lz4 or gzip; of new Arrow files: none (the "
                            + "default), zstd or lz4; of new JSON files: none (the default), zstd or gzip. zstd and gzip "
                            + "take a level: zstd:9.")
    String compression;

    @Option(
            names = "--row-group-rows",
            paramLabel = "N",
            description = "Rows of a row group of Parquet files; default 131072.")
    Integer rowGroupRows;

    @Option(
            names = "--column",
            paramLabel = "NAME:OPTION=VALUE",
            converter = ColumnChoice.Converter.class,
            description = "For one column of new Parquet files, see below; repeatable.")
    List<ColumnChoice> columns = List.of();

    @Option(names = "--batch-rows", paramLabel = "N", description = "Rows of a batch; default 1000.")
    Integer batchRows;

    @Option(names = "--schema", paramLabel = "COLUMNS", description = "The columns of a new table, see below.")
    String schemaText;

    @Option(
            names = "--input-format",
            paramLabel = "FORMAT",
            description = "What the inputs are, whatever their names: csv, tsv, jsonl, arrow, parquet. Required for -.")
    InputFormat inputFormat;

    @Option(names = "--quiet", description = "Print nothing but errors.")
    boolean quiet;

    @Option(names = "--json", description = "Print one JSON object about the commit.")
    boolean json;

    @Parameters(arity = "1..*", paramLabel = "INPUT", description = "Where the rows come from, see below.")
    List<String> inputNames;

    WriteCommand(Console console, Interruption interruption) {
        this.console = console;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws Exception {
        long begun = System.nanoTime();
        Schema declared = declaredSchema();
        requireSense();
        MemoryPeaks peaks = json ? new MemoryPeaks() : null;
        try (peaks;
                Penstock penstock = store.open(settings())) {
            WriteRun run = new WriteRun(penstock, table.name);
            CommitReceipt receipt = interruption.run(run, () -> write(penstock, run, declared, peaks));
            double seconds = (System.nanoTime() - begun) / NANOS_PER_SECOND;
            if (json) {
                console.println(json(receipt, seconds, peaks));
            } else if (!quiet) {
                console.println(text(receipt, seconds));
            }
        }
        return 0;
    }

    private CommitReceipt write(Penstock penstock, WriteRun run, Schema declared, MemoryPeaks peaks)
            throws IOException {
        try (InputList inputs = new InputList(penstock)) {
            for (String name : inputNames) {
                inputs.open(name, inputFormat, console, interruption);
            }
            TableDescription existing = run.existing();
            if (existing != null) {
                requireSame(existing, declared);
            }
            Schema schema = inputs.schema(existing != null ? existing.schema() : declared);
            run.open(existing == null ? newTable(schema) : null);
            try (Progress progress = progress(inputs.countsRows())) {
                inputs.appendTo(run.writer(), (done, total) -> {
                    interruption.check();
                    progress.at(done, total);
                });
            }
            if (peaks != null) {
                peaks.collect();
            }
            CommitReceipt receipt = run.commit();
            interruption.outcome("version " + receipt.version() + " of " + table.name + " had been committed");
            return receipt;
        }
    }

    private Progress progress(boolean ofRows) {
        return Progress.of(
                console, !quiet && !json, "write " + table.name, ofRows ? " rows" : " MB", ofRows ? 1 : 1_000_000);
    }

    private Schema declaredSchema() {
        try {
            return schemaText == null ? null : SchemaText.parse(schemaText);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--schema: " + e.getMessage(), e);
        }
    }

    private void requireSense() {
        requireFormat("--layout", layout != null, TableFormat.JSON);
        requireFormat("--compression", compression != null, TableFormat.PARQUET, TableFormat.ARROW, TableFormat.JSON);
        requireFormat("--row-group-rows", rowGroupRows != null, TableFormat.PARQUET);
        requireFormat("--column", !columns.isEmpty(), TableFormat.PARQUET);
        if (inputNames.stream().filter("-"::equals).count() > 1) {
            throw new ParameterException(spec.commandLine(), "standard input (-) can be given once");
        }
        if (inputNames.contains("-") && inputFormat == null) {
            throw new ParameterException(
                    spec.commandLine(), "standard input (-) needs --input-format " + InputFormat.CHOICES);
        }
        try {
            settings();
            if (compression != null) {
                Map<String, String> options = Map.of(COMPRESSION, compression);
                switch (format) {
                    case JSON -> JsonFormat.checkOptions(options);
                    case ARROW -> ArrowFormat.checkOptions(options);
                    case PARQUET -> ParquetFormat.checkOptions(ANY_SCHEMA, options);
                }
            }
            for (String name : inputNames) {
                InputFormat.check(name, inputFormat);
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void requireFormat(String option, boolean given, TableFormat... owners) {
        if (given && !Arrays.asList(owners).contains(format)) {
            String names = Arrays.stream(owners).map(WriteCommand::lower).collect(Collectors.joining(" or "));
            throw new ParameterException(spec.commandLine(), option + " belongs to --format " + names);
        }
    }

    private Settings settings() {
        Settings settings = Settings.defaults();
        for (Map.Entry<Setting, String> said : saidSettings().entrySet()) {
            settings = settings.with(said.getKey(), said.getValue());
        }
        return settings;
    }

    /** What the options say of settings. */
    private Map<Setting, String> saidSettings() {
        Map<Setting, String> said = new EnumMap<>(Setting.class);
        if (batchRows != null) {
            said.put(Setting.BATCH_ROWS, batchRows.toString());
        }
        if (rowGroupRows != null) {
            said.put(Setting.PARQUET_ROW_GROUP_ROWS, rowGroupRows.toString());
        }
        return said;
    }

    private TableSpec newTable(Schema schema) {
        TableSpec made = TableSpec.of(schema).format(format == null ? TableFormat.ARROW : format);
        for (Map.Entry<Setting, String> said : saidSettings().entrySet()) {
            made = made.setting(said.getKey().property(), said.getValue());
        }
        if (layout != null) {
            made = made.layout(layout);
        }
        if (compression != null) {
            made = made.option(COMPRESSION, compression);
        }
        for (ColumnChoice column : columns) {
            made = column.addTo(made);
        }
        requireOptions(made);
        return made;
    }

    /** What does not go with the columns is wrong usage, as far as the columns are what Parquet can hold. */
    private void requireOptions(TableSpec table) {
        if (table.format() == TableFormat.PARQUET) {
            new ParquetFormat().check(table.schema());
            try {
                ParquetFormat.checkOptions(table.schema(), table.options());
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            }
        }
    }

    /** What was said about the table has to be what it is. */
    private void requireSame(TableDescription existing, Schema declared) {
        TableName name = existing.name();
        if (format != null && format != existing.format()) {
            throw differs(name, "--format " + lower(format), "its format is " + lower(existing.format()));
        }
        String itsLayout = existing.options().getOrDefault("layout", lower(JsonLayout.BATCHES));
        if (layout != null && !lower(layout).equals(itsLayout)) {
            throw differs(name, "--layout " + lower(layout), "its layout is " + itsLayout);
        }
        String itsDefault = existing.format() == TableFormat.PARQUET ? PARQUET_COMPRESSION : OTHER_COMPRESSION;
        String itsCompression = existing.options().getOrDefault(COMPRESSION, itsDefault);
        if (compression != null && !compression.equals(itsCompression)) {
            throw differs(name, "--compression " + compression, "its compression is " + itsCompression);
        }
        for (ColumnChoice column : columns) {
            if (!column.isOf(existing.options())) {
                throw differs(name, "--column " + column, "its column '" + column.path() + "' has other options");
            }
        }
        String itsRows = existing.settings().get(Setting.BATCH_ROWS.property());
        if (batchRows != null && itsRows != null && !itsRows.equals(batchRows.toString())) {
            throw differs(name, "--batch-rows " + batchRows, "its batches have " + itsRows + " rows");
        }
        String itsGroups = existing.settings().get(Setting.PARQUET_ROW_GROUP_ROWS.property());
        if (rowGroupRows != null && itsGroups != null && !itsGroups.equals(rowGroupRows.toString())) {
            throw differs(name, "--row-group-rows " + rowGroupRows, "its row groups have " + itsGroups + " rows");
        }
        if (declared != null && !TypeText.of(declared).equals(TypeText.of(existing.schema()))) {
            SchemaDifference.require("--schema", declared, existing.schema());
            throw differs(name, "--schema", "its columns are " + TypeText.of(existing.schema()));
        }
    }

    private static IllegalArgumentException differs(TableName name, String option, String difference) {
        return new IllegalArgumentException("table " + name + " exists and " + difference + ": leave " + option
                + " out, or write to another table");
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String text(CommitReceipt receipt, double seconds) {
        return String.format(
                Locale.ROOT,
                "%s version %d: %s, %s, %s, %s in %.2f s (%s rows/s, %.1f MB/s)",
                receipt.table(),
                receipt.version(),
                Sizes.count(receipt.rows(), "row"),
                receipt.batches() == 1 ? "1 batch" : Sizes.count(receipt.batches()) + " batches",
                Sizes.count(receipt.files().size(), "file"),
                Sizes.bytes(receipt.bytes()),
                seconds,
                Sizes.count(Math.round(receipt.rows() / seconds)),
                receipt.bytes() / BYTES_PER_MEGABYTE / seconds);
    }

    private static String json(CommitReceipt receipt, double seconds, MemoryPeaks peaks) {
        return new JsonText()
                .add("rows", receipt.rows())
                .add("batches", receipt.batches())
                .add("files", receipt.files().size())
                .add("bytes", receipt.bytes())
                .add("seconds", seconds)
                .add("rowsPerSecond", receipt.rows() / seconds)
                .add("megabytesPerSecond", receipt.bytes() / BYTES_PER_MEGABYTE / seconds)
                .add("peakHeapBytes", peaks.heapBytes())
                .add("peakDirectBytes", peaks.directBytes())
                .add("version", receipt.version())
                .toString();
    }
}
