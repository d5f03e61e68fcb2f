package io.penstock.format.parquet;

/**
 * Some pages of a chunk, in memory until the next row group is taken.
 *
 * @param locations of all data pages of the chunk
 * @param memory where those are that were read, and what stands before the first
 */
record FetchedPages(PageLocations locations, ReadAhead memory) {
    boolean isThere(long offset) {
        return memory.at(new Extent(offset, locations.end(offset))) != 0;
    }

    /** Where what begins at {@code offset}, a page or what stands before them, ends at the latest. */
    long end(long offset) {
        return locations.rowsAt(offset) >= 0 ? locations.end(offset) : locations.from()[0];
    }

    /** The address of bytes that are there. */
    long at(long offset, long length) {
        long address = memory.at(new Extent(offset, offset + length));
        if (address == 0) {
            throw new MalformedPageException(
                    length + " bytes at offset " + offset + ", which the offset index has in no page that is wanted");
        }
        return address;
    }
}
