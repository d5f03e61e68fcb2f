package io.penstock.log;

import java.util.List;

/**
 * One version of a table: the content of one file of its log.
 *
 * @param version it makes
 * @param writer the id of the transaction that made it, unique to each attempt to write; null if another engine made it
 * @param metadata if it changes; version 0 has it
 * @param added data files
 * @param removed paths of data files
 * @param applications ids that callers gave to their transactions, so that each is committed once
 * @param operation what was done, for people: {@code CREATE TABLE}, {@code WRITE}
 * @param timestampMillis since the epoch, by the writer's clock
 */
record LogEntry(
        long version,
        String writer,
        TableMetadata metadata,
        List<DataFile> added,
        List<String> removed,
        List<String> applications,
        String operation,
        long timestampMillis) {}
