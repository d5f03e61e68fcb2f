package io.penstock.format.parquet;

/**
 * Bytes of a file.
 *
 * @param from the first
 * @param to the one after the last
 */
record Extent(long from, long to) {}
