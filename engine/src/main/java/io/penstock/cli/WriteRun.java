package io.penstock.cli;

import io.penstock.CommitReceipt;
import io.penstock.Penstock;
import io.penstock.TableDescription;
import io.penstock.TableName;
import io.penstock.TableSpec;
import io.penstock.TableWriter;
import java.io.IOException;

/**
 * One commit into a table, which it makes if there is none. Closed without a commit it leaves nothing: no rows, and no table that was
 * not there before, unless another writer has committed to it meanwhile.
 */
final class WriteRun implements AutoCloseable {
    private static final long FIRST_VERSION = 0;

    private final Penstock penstock;
    private final TableName table;
    private TableWriter writer;
    private boolean made;
    private boolean committed;

    WriteRun(Penstock penstock, TableName table) {
        this.penstock = penstock;
        this.table = table;
    }

    /** The table as it is; null if there is none. */
    TableDescription existing() throws IOException {
        return penstock.tableExists(table.database(), table.table())
                ? penstock.describe(table.database(), table.table())
                : null;
    }

    /** @param spec of the table to make; null if there is one */
    void open(TableSpec spec) throws IOException {
        if (spec != null) {
            penstock.prepareTableEnvironment(table.database(), table.table(), spec);
            made = true;
        }
        writer = penstock.openTableForWrite(table.database(), table.table());
    }

    TableWriter writer() {
        return writer;
    }

    CommitReceipt commit() throws IOException {
        CommitReceipt receipt = writer.commit();
        committed = true;
        return receipt;
    }

    @Override
    public void close() throws IOException {
        boolean remove = made && !committed;
        made = false;
        try {
            if (writer != null) {
                writer.close();
            }
        } finally {
            if (remove) {
                removeUnused();
            }
        }
    }

    private void removeUnused() throws IOException {
        TableDescription left = existing();
        if (left != null && left.version() == FIRST_VERSION && left.files().isEmpty()) {
            penstock.removeTableEnvironment(table.database(), table.table());
            if (penstock.fileSystem().list(table.database()).isEmpty()) {
                penstock.fileSystem().remove(table.database());
            }
        }
    }
}
