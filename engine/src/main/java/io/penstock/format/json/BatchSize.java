package io.penstock.format.json;

/** How many bytes of vectors a batch has so far, beyond what is the same for every row. */
final class BatchSize {
    private long bytes;

    void clear() {
        bytes = 0;
    }

    void add(long more) {
        bytes += more;
    }

    long bytes() {
        return bytes;
    }
}
