package io.penstock;

import java.util.Locale;

/** How the pages of a Parquet table are compressed. */
public enum Compression {
    NONE,
    /** Fast, and read by everybody: what a table has if nothing is said. */
    SNAPPY,
    /** Smaller; levels 1 to 22, 3 if none is said. */
    ZSTD,
    /** The fastest to read; older readers do not know it. */
    LZ4,
    /** For readers that know nothing else; levels 1 to 9, 6 if none is said. */
    GZIP;

    /** The name of the format's option. */
    static final String OPTION = "compression";

    String optionValue() {
        return name().toLowerCase(Locale.ROOT);
    }

    String optionValue(int level) {
        return optionValue() + ":" + level;
    }
}
