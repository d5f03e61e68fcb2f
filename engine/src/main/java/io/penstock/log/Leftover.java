package io.penstock.log;

/**
 * Something that a writer left on storage.
 *
 * @param kind what it is
 * @param path relative to the store's root
 * @param transaction that left it; empty where nothing tells
 * @param owner the process, in words; empty where nothing tells
 * @param removable false if the owner may be alive: it ran on another host
 */
public record Leftover(Kind kind, String path, String transaction, String owner, boolean removable) {
    /** What can be left. */
    public enum Kind {
        /** A data file that no version of the table has. */
        DATA_FILE,
        /** A write that was begun and not finished. */
        UNFINISHED,
        /** The record by which the writer promised to clean up. */
        INTENT
    }
}
