package io.penstock;

import java.util.Locale;

/** How the files of a table are compressed: the pages of Parquet, the buffers of Arrow, the text of JSON. */
public enum Compression {
    /** What an Arrow table has if nothing is said, since its files can be used where they lie; and a JSON table. */
    NONE,
    /** Of Parquet. Fast, and read by everybody: what a Parquet table has if nothing is said. */
    SNAPPY,
    /** Smaller; levels 1 to 22, 3 if none is said. */
    ZSTD,
    /** Of Parquet and Arrow. The fastest to read; older readers of Parquet do not know it. */
    LZ4,
    /** Of Parquet and JSON. For readers that know nothing else; levels 1 to 9, 6 if none is said. */
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
