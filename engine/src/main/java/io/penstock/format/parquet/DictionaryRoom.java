package io.penstock.format.parquet;

/**
 * What the dictionaries of all leaves together may take of memory beyond a page for each: it goes to those that ask first, and in equal
 * shares to those that ask at the same time, so that it does not matter which of them is faster.
 */
final class DictionaryRoom {
    private long left;
    private long share;

    DictionaryRoom(long bytes) {
        left = bytes;
        share = bytes;
    }

    /** What may be taken at most. */
    long share() {
        return share;
    }

    /** Makes so many shares of what is left, until the next is taken. */
    void shareAmong(int leaves) {
        share = left / Math.max(1, leaves);
    }

    /** Takes {@code bytes} of what is left; a negative number gives them back. */
    void take(long bytes) {
        left -= bytes;
        share = left;
    }
}
