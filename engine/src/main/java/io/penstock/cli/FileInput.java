package io.penstock.cli;

import io.penstock.buffer.Input;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file of the user's, outside of any store. Counts what is read of it. */
final class FileInput implements Input, Closeable {
    private final FileChannel channel;
    private final long size;
    private long bytesRead;

    FileInput(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        size = channel.size();
    }

    /** How many bytes were read, some maybe more than once. */
    long bytesRead() {
        return bytesRead;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        long at = offset;
        while (target.hasRemaining()) {
            int count = channel.read(target, at);
            if (count < 0) {
                throw new EOFException("the file ends at byte " + at);
            }
            at += count;
        }
        bytesRead += at - offset;
    }

    @Override
    public Optional<View> view(long offset, long length) {
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
