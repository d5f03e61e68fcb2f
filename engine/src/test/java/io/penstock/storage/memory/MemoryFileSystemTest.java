package io.penstock.storage.memory;

import io.penstock.storage.FileSystem;
import io.penstock.storage.FileSystemContract;

class MemoryFileSystemTest extends FileSystemContract {
    @Override
    protected FileSystem newStore() {
        return new MemoryFileSystem(memory.pool(), memory.budget(), "test");
    }
}
