package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.TableWriter;
import io.penstock.buffer.Input;
import io.penstock.format.BatchDecoder;
import io.penstock.format.Format;
import io.penstock.format.ReadContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A file in a format whose batches go into the table as they are decoded. It is read at any place, so standard input goes through a
 * temporary file, which has no name any more when the command ends.
 */
abstract sealed class DecodedInput implements TableInput permits ArrowInput, ParquetInput {
    /** Where the format leaves the size of a batch to the reader: a batch that stays in the processor's caches. */
    private static final int BATCH_ROWS = 1 << 13;

    private static final long BATCH_BYTES = 2 << 20;

    private final String name;
    private final Format format;
    private final FileInput input;
    private final Path temporary;
    private final Penstock penstock;
    private Schema schema;

    /** @param temporary the file again if it is to be deleted in the end; otherwise null */
    DecodedInput(String name, Format format, Path file, Path temporary, Penstock penstock) throws IOException {
        this.name = name;
        this.format = format;
        this.input = new FileInput(file);
        this.temporary = temporary;
        this.penstock = penstock;
    }

    /** All of {@code in}, which it closes, in a temporary file. */
    static Path copy(InputStream in) throws IOException {
        Path copy = Files.createTempFile("penstock", ".input");
        try (in) {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            return copy;
        } catch (Throwable e) {
            Files.deleteIfExists(copy);
            throw e;
        }
    }

    /** The schema that the file says it has. Called once. */
    abstract Schema ownSchema(Input file) throws IOException;

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return input.size();
    }

    @Override
    public Schema schema(Schema wanted) throws IOException {
        schema = ownSchema(input);
        if (wanted != null) {
            SchemaDifference.require(name, schema, wanted);
        }
        return wanted == null ? schema : wanted;
    }

    @Override
    public void appendTo(TableWriter writer, Work work) throws IOException {
        long reported = 0;
        try (BufferAllocator allocator = penstock.allocator().newChildAllocator(name, 0, Long.MAX_VALUE);
                BatchDecoder decoder = format.decoder(input, context(allocator))) {
            while (decoder.loadNext()) {
                writer.append(decoder.batch(), decoder.dictionaries());
                work.step(input.bytesRead() - reported, decoder.batch().getRowCount());
                reported = input.bytesRead();
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private ReadContext context(BufferAllocator allocator) {
        return new ReadContext(name, schema, Map.of(), null, BATCH_ROWS, BATCH_BYTES, allocator, penstock.bufferPool());
    }

    @Override
    public void close() throws IOException {
        try {
            input.close();
        } finally {
            if (temporary != null) {
                Files.deleteIfExists(temporary);
            }
        }
    }
}
