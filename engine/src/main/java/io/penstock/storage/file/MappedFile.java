package io.penstock.storage.file;

import io.penstock.buffer.Memory;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A whole file, mapped read-only when it is opened. Mapped memory outlives the name, and unlike a channel it has no interrupts:
 * the bytes are those of the file that was opened, whatever happens to its name. Unmapped when its last holder lets go.
 * Thread-safe.
 *
 * <p>What a mapping cannot stand is that somebody else cuts the file short, because the JVM turns the fault into an {@link
 * InternalError}, which JDK 17 throws some instructions late. So the length is looked at first, through a file that is kept open
 * for nothing else: of its kinds only {@link RandomAccessFile} does not mind interrupts.
 */
final class MappedFile {
    /** Twice this, less one, is the most that the JDK maps in one piece. */
    static final long STRIDE_BYTES = 1L << 30;

    private final RandomAccessFile open;
    private final MappedByteBuffer[] windows;
    private final long strideBytes;
    private final long size;
    private final AtomicInteger holders = new AtomicInteger(1);

    private MappedFile(RandomAccessFile open, MappedByteBuffer[] windows, long strideBytes, long size) {
        this.open = open;
        this.windows = windows;
        this.strideBytes = strideBytes;
        this.size = size;
    }

    /** Maps {@code file}; the caller holds it. The caller's interrupt status stays. */
    static MappedFile open(Path file, long strideBytes) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return map(file, strideBytes);
                } catch (ClosedByInterruptException e) {
                    // Nobody has seen a byte yet, so opening the name once more is as good.
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static MappedFile map(Path file, long strideBytes) throws IOException {
        RandomAccessFile open = open(file);
        try {
            FileChannel channel = open.getChannel();
            long size = channel.size();
            MappedByteBuffer[] windows = new MappedByteBuffer[Math.toIntExact((size + strideBytes - 1) / strideBytes)];
            MappedFile mapped = new MappedFile(open, windows, strideBytes, size);
            try {
                // Each window reaches over the next one, so that a view of up to a stride lies in one wherever it
                // begins.
                long windowBytes = 2 * strideBytes - 1;
                for (int i = 0; i < windows.length; i++) {
                    long start = i * strideBytes;
                    windows[i] = channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(windowBytes, size - start));
                }
            } catch (IOException | RuntimeException | Error e) {
                mapped.unmap();
                throw e;
            }
            return mapped;
        } catch (IOException | RuntimeException | Error e) {
            try {
                open.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private static RandomAccessFile open(Path file) throws IOException {
        try {
            return new RandomAccessFile(file.toFile(), "r");
        } catch (FileNotFoundException e) {
            // That is also what it throws when it may not read.
            if (Files.exists(file)) {
                throw e;
            }
            throw new NoSuchFileException(file.toString());
        }
    }

    long size() {
        return size;
    }

    /** Whether the range, which lies in the file, lies in one piece of memory. */
    boolean isContiguous(long offset, long length) {
        return length == 0 || length <= windows[windowOf(offset)].capacity() - offset % strideBytes;
    }

    /** Where the byte at {@code offset}, which is less than the size, lies in memory. */
    long address(long offset) {
        return Memory.address(windows[windowOf(offset)]) + offset % strideBytes;
    }

    /** Fails if the file, which was longer once, has fewer than {@code bytes} bytes. */
    void requireLength(long bytes) throws IOException {
        long length = open.length();
        if (length < bytes) {
            throw new IOException("it was cut short to " + length + " of " + size + " bytes while it was open");
        }
    }

    /** Fills {@code target} with the bytes from {@code offset} on, which exist. */
    void read(long offset, ByteBuffer target) {
        for (long at = offset; target.hasRemaining(); ) {
            MappedByteBuffer window = windows[windowOf(at)];
            int from = (int) (at % strideBytes);
            int run = Math.min(window.capacity() - from, target.remaining());
            target.put(target.position(), window, from, run);
            target.position(target.position() + run);
            at += run;
        }
    }

    /** Only for one who knows that somebody holds the file meanwhile. */
    void hold() {
        holders.incrementAndGet();
    }

    void release() throws IOException {
        if (holders.decrementAndGet() == 0) {
            unmap();
            open.close();
        }
    }

    private void unmap() {
        for (int i = 0; i < windows.length; i++) {
            if (windows[i] != null) {
                Memory.unmap(windows[i]);
                windows[i] = null;
            }
        }
    }

    private int windowOf(long offset) {
        return (int) (offset / strideBytes);
    }
}
