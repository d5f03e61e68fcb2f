package io.penstock.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where all contenders of a benchmark write to. Those who have direct buffers give them as they are, the others use it as a stream
 * of byte arrays. One thread at a time.
 *
 * <p>{@link #restart} begins the next file and belongs outside what is measured.
 */
abstract sealed class Device extends OutputStream implements WritableByteChannel {
    /** The size of the writes that reach a file, whoever makes them. */
    static final int WRITE_BYTES = 256 << 10;

    long bytes;

    /** Consumes all remaining bytes, direct ones without another copy. */
    @Override
    public abstract int write(ByteBuffer source) throws IOException;

    /** Consumes all remaining bytes of the first {@code count} buffers, all direct. */
    void write(ByteBuffer[] sources, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            write(sources[i]);
        }
    }

    @Override
    public abstract void write(byte[] source, int offset, int length) throws IOException;

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    /** The bytes that it was given since the last {@link #restart}. */
    long bytes() {
        return bytes;
    }

    void restart() throws IOException {
        bytes = 0;
    }

    /** By the name that the benchmarks' parameter {@code device} has. */
    static Device open(String name) throws IOException {
        return switch (name) {
            case "null" -> new Null();
            case "file" -> new File();
            default -> throw new IllegalArgumentException("device '" + name + "': use null or file");
        };
    }

    /** Counts and discards; byte arrays are not even copied, which is in favour of those who write them. */
    static final class Null extends Device {
        @Override
        public int write(ByteBuffer source) {
            int length = source.remaining();
            bytes += length;
            source.position(source.limit());
            return length;
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            bytes += length;
        }
    }

    /**
     * A new file, in memory where the machine has {@code /dev/shm}; the property {@code bench.dir} chooses another
     * directory. Byte arrays are collected in a direct buffer: a FileOutputStream allocates and frees native memory at every
     * write.
     */
    static final class File extends Device {
        private final Path path = Files.createTempFile(directory(), "penstock-bench-", ".out");
        private final ByteBuffer collected = ByteBuffer.allocateDirect(WRITE_BYTES);
        private FileChannel channel;

        File() throws IOException {}

        static Path directory() {
            Path memory = Path.of("/dev/shm");
            String fallback = Files.isWritable(memory) ? memory.toString() : System.getProperty("java.io.tmpdir");
            return Path.of(System.getProperty("bench.dir", fallback));
        }

        Path path() {
            return path;
        }

        @Override
        void restart() throws IOException {
            super.restart();
            if (channel != null) {
                channel.close();
            }
            channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int length = source.remaining();
            bytes += length;
            while (source.hasRemaining()) {
                channel.write(source);
            }
            return length;
        }

        @Override
        void write(ByteBuffer[] sources, int count) throws IOException {
            for (int i = 0; i < count; i++) {
                bytes += sources[i].remaining();
            }
            for (int done = 0; done < count; ) {
                if (sources[done].hasRemaining()) {
                    channel.write(sources, done, count - done);
                } else {
                    done++;
                }
            }
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            int from = offset;
            int left = length;
            while (left > 0) {
                int run = Math.min(left, collected.remaining());
                collected.put(source, from, run);
                from += run;
                left -= run;
                if (!collected.hasRemaining()) {
                    flush();
                }
            }
        }

        @Override
        public void flush() throws IOException {
            write(collected.flip());
            collected.clear();
        }

        @Override
        public void close() throws IOException {
            try {
                if (channel != null) {
                    channel.close();
                }
            } finally {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Keeps what it is given, in an array that grows, and counts what that copies. */
    static final class Capture extends Device {
        private final Kept kept = new Kept();
        private long viewed;

        @Override
        public int write(ByteBuffer source) {
            byte[] copy = new byte[source.remaining()];
            source.get(copy);
            viewed += copy.length;
            write(copy, 0, copy.length);
            return copy.length;
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            bytes += length;
            kept.write(source, offset, length);
        }

        byte[] toByteArray() {
            return kept.toByteArray();
        }

        /** The bytes that were copied to come here, and to stay when the array grew; without those of {@link #toByteArray}. */
        long copiedBytes() {
            return viewed + kept.copied;
        }

        private static final class Kept extends ByteArrayOutputStream {
            long copied;

            @Override
            public synchronized void write(byte[] source, int offset, int length) {
                byte[] before = buf;
                int kept = count;
                super.write(source, offset, length);
                copied += length + (buf == before ? 0 : kept);
            }
        }
    }
}
