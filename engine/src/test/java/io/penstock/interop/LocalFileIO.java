package io.penstock.interop;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Local files for Delta Kernel to read, and not to write: Hadoop's would ask for a login, which newer JDKs refuse it. */
final class LocalFileIO implements FileIO {
    @Override
    public CloseableIterator<FileStatus> listFrom(String file) throws IOException {
        List<FileStatus> found = new ArrayList<>();
        try (Stream<Path> siblings = Files.list(Path.of(file).getParent())) {
            for (String path : siblings.map(Path::toString).sorted().toList()) {
                if (path.compareTo(file) >= 0) {
                    found.add(getFileStatus(path));
                }
            }
        }
        return Utils.toCloseableIterator(found.iterator());
    }

    @Override
    public FileStatus getFileStatus(String path) throws IOException {
        Path file = Path.of(path);
        return FileStatus.of(
                path, Files.size(file), Files.getLastModifiedTime(file).toMillis());
    }

    @Override
    public String resolvePath(String path) {
        return path;
    }

    @Override
    public InputFile newInputFile(String path, long size) {
        return new InputFile() {
            @Override
            public long length() throws IOException {
                return Files.size(Path.of(path));
            }

            @Override
            public String path() {
                return path;
            }

            @Override
            public SeekableInputStream newStream() throws IOException {
                return new SeekableFile(new RandomAccessFile(path, "r"));
            }
        };
    }

    private static final class SeekableFile extends SeekableInputStream {
        private final RandomAccessFile file;

        SeekableFile(RandomAccessFile file) {
            this.file = file;
        }

        @Override
        public long getPos() throws IOException {
            return file.getFilePointer();
        }

        @Override
        public void seek(long position) throws IOException {
            file.seek(position);
        }

        @Override
        public void readFully(byte[] target, int offset, int length) throws IOException {
            file.readFully(target, offset, length);
        }

        @Override
        public int read() throws IOException {
            return file.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return file.read(target, offset, length);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @Override
    public Optional<String> getConf(String name) {
        return Optional.empty();
    }

    @Override
    public OutputFile newOutputFile(String path) {
        throw new UnsupportedOperationException("a reader writes " + path);
    }

    @Override
    public boolean mkdirs(String path) {
        throw new UnsupportedOperationException("a reader makes " + path);
    }

    @Override
    public boolean delete(String path) {
        throw new UnsupportedOperationException("a reader deletes " + path);
    }

    @Override
    public void copyFileAtomically(String source, String target, boolean overwrite) {
        throw new UnsupportedOperationException("a reader copies " + source);
    }
}
