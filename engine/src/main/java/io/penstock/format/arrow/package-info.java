/**
 * Apache Arrow's IPC format: files, which Penstock writes and reads, and streams, which it reads.
 *
 * <p>The specification is <a href="https://arrow.apache.org/docs/format/Columnar.html">Arrow columnar format</a>, sections
 * "Serialization and Interprocess Communication" and below.
 */
package io.penstock.format.arrow;
