package io.penstock.log;

import io.penstock.storage.FileSystem;
import io.penstock.storage.Source;
import io.penstock.storage.StoragePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A writer's promise to clean up, on storage before there is anything to clean: one record for each data file that it begins. It is removed after
 * the commit or the rollback; one whose writer is dead tells recovery what to look for.
 *
 * @param transaction the writer's id
 * @param path of the data file, relative to the table's directory
 * @param owner the process
 */
public record Intent(String transaction, String path, ProcessIdentity owner) {
    /** The directory of the intents in a table's directory. */
    public static final String DIRECTORY = "_penstock";

    private static final String SUFFIX = ".intent";
    private static final int MAX_BYTES = 1 << 16;

    /** Puts the record on storage; durable, where the store is, when it returns. */
    public void create(FileSystem files, String tableDirectory) throws IOException {
        byte[] text = LogFormat.text(LogFormat.map(
                        "transaction",
                        transaction,
                        "path",
                        path,
                        "host",
                        owner.host(),
                        "boot",
                        owner.boot(),
                        "pid",
                        owner.pid(),
                        "started",
                        owner.startedMillis()))
                .getBytes(StandardCharsets.UTF_8);
        files.createExclusive(intentPath(tableDirectory), ByteBuffer.wrap(text));
    }

    public void remove(FileSystem files, String tableDirectory) throws IOException {
        files.remove(intentPath(tableDirectory));
    }

    /** Where the record lies: it has the name of the data file. */
    String intentPath(String tableDirectory) {
        return StoragePath.resolve(tableDirectory, DIRECTORY + "/" + path + SUFFIX);
    }

    static boolean isName(String name) {
        return name.endsWith(SUFFIX);
    }

    /** @throws IOException if it cannot be read or is no intent */
    static Intent read(FileSystem files, String intentPath) throws IOException {
        try (Source source = files.openForRead(intentPath)) {
            if (source.size() > MAX_BYTES) {
                throw new IOException(intentPath + ": an intent of " + source.size() + " bytes");
            }
            ByteBuffer text = ByteBuffer.allocate((int) source.size());
            source.read(0, text);
            Map<String, Object> fields = LogFormat.object(text.array(), text.capacity());
            String path = StoragePath.check((String) fields.get("path"));
            ProcessIdentity owner = new ProcessIdentity(
                    (String) fields.get("host"),
                    (String) fields.get("boot"),
                    ((Number) fields.get("pid")).longValue(),
                    ((Number) fields.get("started")).longValue());
            return new Intent((String) fields.get("transaction"), path, owner);
        } catch (RuntimeException e) {
            throw new IOException(intentPath + ": no intent of Penstock: " + e.getMessage(), e);
        }
    }
}
