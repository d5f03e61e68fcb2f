package io.penstock.bench;

import io.penstock.storage.FileSystem;
import io.penstock.storage.Sink;
import java.io.IOException;

/** A sink of Penstock's store, which takes the buffers as they are. */
final class PenstockUpload implements ObjectUpload {
    private final FileSystem store;

    /** Takes ownership of {@code store}. */
    PenstockUpload(FileSystem store) {
        this.store = store;
    }

    @Override
    public void put(String key, ReadyBuffers source, long bytes) throws IOException {
        try (Sink sink = store.openForWrite(key)) {
            for (long offset = 0; offset < bytes; offset += ReadyBuffers.BYTES) {
                sink.write(source.take(offset, bytes));
            }
            sink.commit();
        }
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
