package io.penstock.format.parquet;

/** Where a page came to lie in the {@link PageStore}, header and all. Of the thread that stores the page until it is {@linkplain PageCrew done}. */
final class StoredPage {
    long from;
    int bytes;
    /** Without compression; also with the header. */
    long uncompressedBytes;
    /** The crew's, and only under its lock. */
    boolean done;
}
