package io.penstock.format.parquet;

import org.apache.parquet.format.Encoding;

/**
 * How the values of a leaf may be encoded.
 *
 * @param forced the only way; null to choose by the data
 * @param dictionary whether a dictionary may be tried, or must be
 * @param compressed whether the codec finds what {@code BYTE_STREAM_SPLIT} lays open
 */
record Encodings(Encoding forced, boolean dictionary, boolean compressed) {}
