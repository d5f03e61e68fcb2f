package io.penstock.format.parquet;

/** Reads the byte arrays of data pages, from wherever a page begins. Whatever the bytes are, it reads none outside of them. */
abstract class BytesCursor implements AutoCloseable {
    /** Turns to the values of a page, which has {@code most} at most. */
    abstract void begin(long address, long end, int most);

    /** Appends the next arrays. */
    abstract void read(int count, BytesTarget target);

    abstract void skip(int count);

    /** Frees what the cursor keeps of the array before. */
    @Override
    public void close() {}
}
