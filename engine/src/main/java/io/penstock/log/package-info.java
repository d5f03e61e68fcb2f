/**
 * The table's commit log: which files a table consists of, at which version, and which files a transaction that is not over may leave.
 *
 * <p>The log speaks the grammar of the Delta Lake transaction protocol, so a Parquet table with it is a Delta table.
 */
package io.penstock.log;
