package io.penstock;

import io.penstock.format.Format;
import io.penstock.format.arrow.ArrowFormat;
import io.penstock.format.json.JsonFormat;
import io.penstock.format.parquet.ParquetFormat;
import io.penstock.log.TableMetadata;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The formats of a table's files. */
public enum TableFormat {
    /** JSON, in the layout that {@link JsonLayout} names. */
    JSON(new JsonFormat()),
    /** Arrow IPC files. */
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
            TableFormat owner = option.equals(JsonLayout.OPTION) ? JSON : PARQUET;
            if (this != owner) {
                throw new IllegalArgumentException(
                        "format " + this + " has no option '" + option + "'; it belongs to " + owner);
            }
        }
        implementation.check(spec.schema());
        if (this == PARQUET) {
            ParquetFormat.checkOptions(spec.schema(), spec.options());
        }
    }

    /** What the encoders and decoders of a table get: its options, and what of its settings is theirs. */
    static Map<String, String> options(TableMetadata metadata, Settings settings) {
        if (ofProvider(metadata.provider()) != PARQUET) {
            return metadata.options();
        }
        Map<String, String> options = new HashMap<>(metadata.options());
        options.put(ParquetFormat.ROW_GROUP_ROWS, Long.toString(settings.parquetRowGroupRows()));
        options.put(ParquetFormat.ROW_GROUP_BYTES, Long.toString(settings.parquetRowGroupBytes()));
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
