package io.penstock.storage.file;

import io.penstock.storage.FileSystem;
import io.penstock.storage.FileSystemContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalFileSystemTest extends FileSystemContract {
    @TempDir
    Path directory;

    @Override
    protected FileSystem newStore() {
        return new LocalFileSystem(directory.resolve("store"), true);
    }
}
