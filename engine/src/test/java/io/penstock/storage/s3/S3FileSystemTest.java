package io.penstock.storage.s3;

import io.penstock.storage.FileSystem;
import io.penstock.storage.FileSystemContract;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract, and what is particular to S3. */
class S3FileSystemTest extends FileSystemContract {
    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    @Override
    protected FileSystem newStore() throws IOException {
        return new S3FileSystem(server.options(), memory.pool(), memory.budget());
    }

    @Override
    protected boolean hasDirectories() {
        return false;
    }

    @Override
    protected boolean keepsOpenFiles() {
        return false;
    }
}
