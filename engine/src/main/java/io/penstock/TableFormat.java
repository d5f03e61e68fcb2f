package io.penstock;

import io.penstock.format.Format;
import io.penstock.format.arrow.ArrowFormat;
import io.penstock.format.json.JsonFormat;
import java.util.Arrays;
import java.util.Map;

/** The formats of a table's files. */
public enum TableFormat {
    /** JSON, in the layout that {@link JsonLayout} names. */
    JSON(new JsonFormat()),
    /** Arrow IPC files. */
    ARROW(new ArrowFormat());

    private final Format implementation;

    TableFormat(Format implementation) {
        this.implementation = implementation;
    }

    Format implementation() {
        return implementation;
    }

    /** Refuses a table that the format cannot hold, or options that it does not have. */
    void check(TableSpec spec) {
        for (Map.Entry<String, String> option : spec.options().entrySet()) {
            if (this != JSON) {
                throw new IllegalArgumentException(
                        "format " + this + " has no option '" + option.getKey() + "'; it belongs to JSON");
            }
        }
        implementation.check(spec.schema());
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
