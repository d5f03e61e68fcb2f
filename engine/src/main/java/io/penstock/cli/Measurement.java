package io.penstock.cli;

/**
 * What one run of the demo took.
 *
 * @param name of the run
 * @param rows that it wrote or read; of a run that ran out of memory, as many as were in memory then
 * @param nanos that it took; 0 if it ran out of memory
 * @param bytes of its files
 * @param heapBytes the most that was in use after a garbage collection
 * @param directBytes the most direct memory
 * @param allocatedBytes on the heap, by the writing or reading thread
 * @param requests to the store's server
 */
record Measurement(
        String name,
        long rows,
        long nanos,
        long bytes,
        long heapBytes,
        long directBytes,
        long allocatedBytes,
        long requests) {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double BYTES_PER_MEGABYTE = 1e6;

    static Measurement outOfMemory(String name, long rows) {
        return new Measurement(name, rows, 0, 0, 0, 0, 0, 0);
    }

    boolean isOutOfMemory() {
        return nanos == 0;
    }

    double rowsPerSecond() {
        return rows / (nanos / NANOS_PER_SECOND);
    }

    double megabytesPerSecond() {
        return bytes / BYTES_PER_MEGABYTE / (nanos / NANOS_PER_SECOND);
    }

    double allocatedBytesPerRow() {
        return rows == 0 ? 0 : (double) allocatedBytes / rows;
    }

    String json() {
        JsonText text = new JsonText().add("name", name).add("rows", rows).add("outOfMemory", isOutOfMemory());
        if (!isOutOfMemory()) {
            text.add("seconds", nanos / NANOS_PER_SECOND)
                    .add("rowsPerSecond", rowsPerSecond())
                    .add("megabytesPerSecond", megabytesPerSecond())
                    .add("bytes", bytes)
                    .add("peakHeapBytes", heapBytes)
                    .add("peakDirectBytes", directBytes)
                    .add("allocatedBytesPerRow", allocatedBytesPerRow())
                    .add("requests", requests);
        }
        return text.toString();
    }
}
