package io.penstock;

import io.penstock.format.Format;
import io.penstock.format.arrow.ArrowFormat;
import io.penstock.format.json.JsonFormat;
import io.penstock.format.parquet.ParquetFormat;
import io.penstock.log.TableMetadata;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The formats of a table's files. */
public enum TableFormat {
    /** JSON, in the layout that {@link JsonLayout} names, compressed as {@link TableSpec#compression} says. */
    JSON(new JsonFormat()),
    /** Arrow IPC files, compressed as {@link TableSpec#compression} says. */
    ARROW(new ArrowFormat()),
    /** Parquet, compressed and encoded as {@link TableSpec#compression} and {@link TableSpec#column} say; the table is one of Delta Lake. */
    PARQUET(new ParquetFormat());

    private final Format implementation;

    TableFormat(Format implementation) {
        this.implementation = implementation;
    }

    Format implementation() {
        return implementation;
    }

    /** Refuses a table that the format cannot hold, or options that it does not have. */
    void check(TableSpec spec) {
        for (String option : spec.options().keySet()) {
            if (!has(option)) {
                throw new IllegalArgumentException("format " + this + " has no option '" + option + "'; it belongs to "
                        + Arrays.stream(values())
                                .filter(format -> format.has(option))
                                .map(TableFormat::name)
                                .collect(Collectors.joining(", ")));
            }
        }
        implementation.check(spec.schema());
        switch (this) {
            case JSON -> JsonFormat.checkOptions(spec.options());
            case ARROW -> ArrowFormat.checkOptions(spec.options());
            case PARQUET -> ParquetFormat.checkOptions(spec.schema(), spec.options());
        }
    }

    /** Whether an option is one of this format, if it is one at all. */
    private boolean has(String option) {
        return switch (this) {
            case JSON -> option.equals(JsonLayout.OPTION) || option.equals(Compression.OPTION);
            case ARROW -> option.equals(Compression.OPTION);
            case PARQUET -> !option.equals(JsonLayout.OPTION);
        };
    }

    /** What the encoders and decoders of a table get: its options, and what of its settings is theirs. */
    static Map<String, String> options(TableMetadata metadata, Settings settings) {
        Map<String, String> options = new HashMap<>(metadata.options());
        switch (ofProvider(metadata.provider())) {
            case JSON -> options.put(JsonFormat.BUFFER_BYTES, Long.toString(settings.bufferBytes()));
            case ARROW -> options.put(ArrowFormat.BATCH_BYTES, Long.toString(settings.batchBytes()));
            case PARQUET -> {
                options.put(ParquetFormat.ROW_GROUP_ROWS, Long.toString(settings.parquetRowGroupRows()));
                options.put(ParquetFormat.ROW_GROUP_BYTES, Long.toString(settings.parquetRowGroupBytes()));
            }
        }
        return options;
    }

    static TableFormat ofProvider(String provider) {
        for (TableFormat format : values()) {
            if (format.implementation.name().equals(provider)) {
                return format;
            }
        }
        throw new IllegalArgumentException("the table's format is '" + provider + "'; Penstock has "
                + String.join(
                        ", ",
                        Arrays.stream(values())
                                .map(format -> format.implementation.name())
                                .toList()));
    }
}
