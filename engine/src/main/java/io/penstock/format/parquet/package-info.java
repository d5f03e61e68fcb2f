/**
 * Parquet: vectors become pages in pooled direct buffers, and pages vectors.
 *
 * <p>The specification is at <a href="https://github.com/apache/parquet-format">apache/parquet-format</a>; its terms are used here
 * as they are there.
 */
package io.penstock.format.parquet;
