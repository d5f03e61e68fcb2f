package io.penstock.bench;

import io.penstock.storage.FileSystem;
import io.penstock.storage.Source;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A source of Penstock's store, read into one direct buffer again and again. */
final class PenstockDownload implements ObjectDownload {
    private final FileSystem store;
    private final ByteBuffer run = ByteBuffer.allocateDirect(RUN_BYTES);

    /** Takes ownership of {@code store}. */
    PenstockDownload(FileSystem store) {
        this.store = store;
    }

    @Override
    public void get(String key, Reader reader) throws IOException {
        try (Source source = store.openForRead(key)) {
            for (long offset = 0; offset < source.size(); offset += RUN_BYTES) {
                source.read(offset, run.clear().limit((int) Math.min(RUN_BYTES, source.size() - offset)));
                reader.take(run.flip());
            }
        }
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
