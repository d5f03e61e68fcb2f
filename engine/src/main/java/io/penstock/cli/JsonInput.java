package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.TableWriter;
import io.penstock.buffer.Input;
import io.penstock.format.BatchDecoder;
import io.penstock.format.ReadContext;
import io.penstock.format.json.JsonFormat;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A JSON object per line, in UTF-8. It is decoded by the format's own decoder: a file as it stands, standard input some whole
 * lines at a time, so that it takes no more memory than the longest line.
 */
final class JsonInput implements TableInput {
    private static final int SAMPLE_LINES = 1000;
    private static final int CHUNK_BYTES = 1 << 20;

    /** A line is one row, and a row of more than this is rather a file that is no JSON lines. */
    private static final int MAX_LINE_BYTES = 1 << 28;

    private static final int BATCH_ROWS = 1000;
    private static final long BATCH_BYTES = 4 << 20;

    private final String name;
    private final SampledStream in;
    private final FileInput file;
    private final Penstock penstock;
    private Schema schema;

    private JsonInput(String name, InputStream in, FileInput file, Penstock penstock) throws IOException {
        this.name = name;
        this.in = new SampledStream(in);
        this.file = file;
        this.penstock = penstock;
    }

    static JsonInput ofFile(String name, Path path, Penstock penstock) throws IOException {
        InputStream in = Files.newInputStream(path);
        return Files.isRegularFile(path)
                ? new JsonInput(name, in, new FileInput(path), penstock)
                : new JsonInput(name, in, null, penstock);
    }

    /** Takes ownership of {@code in}. */
    static JsonInput ofStream(String name, InputStream in, Penstock penstock) throws IOException {
        return new JsonInput(name, in, null, penstock);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return file == null ? 0 : file.size();
    }

    @Override
    public Schema schema(Schema wanted) {
        schema = wanted == null ? infer() : wanted;
        return schema;
    }

    private Schema infer() {
        byte[] sample = in.sample();
        JsonTypes types = new JsonTypes();
        int from = 0;
        for (int line = 1; from < sample.length && line <= SAMPLE_LINES; line++) {
            int to = indexOfLineFeed(sample, from, sample.length);
            if (to < 0 && !in.isWhole()) {
                break;
            }
            to = to < 0 ? sample.length : to;
            if (!isBlank(sample, from, to)) {
                try {
                    types.sample(sample, from, to);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(name + " line " + line + ": " + e.getMessage(), e);
                }
            }
            from = to + 1;
        }
        try {
            return types.schema();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void appendTo(TableWriter writer, Work work) throws IOException {
        if (file != null) {
            append(writer, file, name, work);
        } else {
            appendStream(writer, work);
        }
    }

    private void appendStream(TableWriter writer, Work work) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        int filled = 0;
        long linesBefore = 0;
        boolean end = false;
        while (!end || filled > 0) {
            int count = end ? -1 : in.readNBytes(chunk, filled, chunk.length - filled);
            end |= count < chunk.length - filled;
            filled += Math.max(0, count);
            int lines = end ? filled : lastLineEnd(chunk, filled);
            if (lines == 0 && !end) {
                chunk = grow(chunk, linesBefore);
                continue;
            }
            if (!isBlank(chunk, 0, lines)) {
                String place = linesBefore == 0 ? name : name + " (lines counted after line " + linesBefore + ")";
                append(writer, new Lines(chunk, lines), place, (bytes, rows) -> {});
            }
            work.step(lines, 0);
            linesBefore += countLines(chunk, lines);
            System.arraycopy(chunk, lines, chunk, 0, filled - lines);
            filled -= lines;
        }
    }

    private void append(TableWriter writer, Input lines, String place, Work work) throws IOException {
        long reported = 0;
        try (BufferAllocator allocator = penstock.allocator().newChildAllocator("json input", 0, Long.MAX_VALUE);
                BatchDecoder decoder = new JsonFormat()
                        .decoder(
                                lines,
                                new ReadContext(
                                        place,
                                        schema,
                                        Map.of("layout", "records"),
                                        null,
                                        BATCH_ROWS,
                                        BATCH_BYTES,
                                        allocator,
                                        penstock.bufferPool()))) {
            while (decoder.loadNext()) {
                writer.append(decoder.batch(), decoder.dictionaries());
                if (file != null) {
                    work.step(file.bytesRead() - reported, 0);
                    reported = file.bytesRead();
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private byte[] grow(byte[] chunk, long linesBefore) {
        if (chunk.length >= MAX_LINE_BYTES) {
            throw new IllegalArgumentException(
                    name + " line " + (linesBefore + 1) + " is longer than " + MAX_LINE_BYTES + " bytes");
        }
        return Arrays.copyOf(chunk, chunk.length * 2);
    }

    private static int lastLineEnd(byte[] bytes, int to) {
        int at = to;
        while (at > 0 && bytes[at - 1] != '\n') {
            at--;
        }
        return at;
    }

    private static int indexOfLineFeed(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static long countLines(byte[] bytes, int to) {
        long lines = 0;
        for (int i = 0; i < to; i++) {
            lines += bytes[i] == '\n' ? 1 : 0;
        }
        return lines;
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r' && bytes[i] != '\n') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        try (in) {
            if (file != null) {
                file.close();
            }
        }
    }

    /** Whole lines in an array. */
    private static final class Lines implements Input {
        private final byte[] bytes;
        private final int length;

        Lines(byte[] bytes, int length) {
            this.bytes = bytes;
            this.length = length;
        }

        @Override
        public long size() {
            return length;
        }

        @Override
        public void read(long offset, ByteBuffer target) throws IOException {
            if (offset < 0 || offset > length - target.remaining()) {
                throw new EOFException("the input ends at " + length);
            }
            target.put(bytes, (int) offset, target.remaining());
        }

        @Override
        public Optional<View> view(long offset, long count) {
            return Optional.empty();
        }
    }
}
