package io.penstock;

/** How the values of a column are encoded in a Parquet table; each is for some types only. */
public enum ColumnEncoding {
    /** What suits the data of each row group. */
    AUTO("auto"),
    /** As they are. */
    PLAIN("plain"),
    /** Each distinct value once, and an index for each row. */
    DICTIONARY("dictionary"),
    /** The differences of integers. */
    DELTA("delta"),
    /** The lengths of strings or binary values, then their bytes. */
    DELTA_LENGTH("delta.length"),
    /** Of strings or binary values what differs from the one before. */
    DELTA_BYTES("delta.bytes"),
    /** The first bytes of all numbers, then the second: compresses well. */
    BYTE_STREAM_SPLIT("split"),
    /** Runs of booleans. */
    RLE("rle");

    private final String optionValue;

    ColumnEncoding(String optionValue) {
        this.optionValue = optionValue;
    }

    String optionValue() {
        return optionValue;
    }
}
