package io.penstock;

import io.penstock.storage.StoragePath;

/**
 * The name of a table in its store.
 *
 * @param database not empty, without a slash, not beginning with {@code _} or {@code .}
 * @param table likewise
 */
public record TableName(String database, String table) {
    /** @throws IllegalArgumentException if a part is no name; the message quotes it and says why */
    public TableName {
        checkPart("database", database);
        checkPart("table", table);
        StoragePath.check(database + "/" + table);
    }

    /**
     * Parses {@code database.table}.
     *
     * @throws IllegalArgumentException if {@code text} is not two names with a dot between them
     */
    public static TableName parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 0 || dot != text.lastIndexOf('.')) {
            throw new IllegalArgumentException("'" + text + "' is not a table name: expected DATABASE.TABLE");
        }
        return new TableName(text.substring(0, dot), text.substring(dot + 1));
    }

    /** The table's directory, relative to the store's root. */
    String directory() {
        return database + "/" + table;
    }

    @Override
    public String toString() {
        return database + "." + table;
    }

    private static void checkPart(String kind, String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the " + kind + " name is empty");
        }
        if (name.startsWith("_") || name.startsWith(".")) {
            throw new IllegalArgumentException(
                    kind + " name '" + name + "' is reserved: it begins with '" + name.charAt(0) + "'");
        }
        if (name.indexOf('/') >= 0) {
            throw new IllegalArgumentException(kind + " name '" + name + "' has a slash");
        }
    }
}
