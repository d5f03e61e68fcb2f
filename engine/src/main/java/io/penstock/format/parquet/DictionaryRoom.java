package io.penstock.format.parquet;

/** What the dictionaries of all leaves together may take of memory beyond a page for each: it goes to those that ask first. */
final class DictionaryRoom {
    private long left;

    DictionaryRoom(long bytes) {
        left = bytes;
    }

    long left() {
        return left;
    }

    /** Takes {@code bytes} of what is left; a negative number gives them back. */
    void take(long bytes) {
        left -= bytes;
    }
}
