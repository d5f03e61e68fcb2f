package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.TableWriter;
import io.penstock.format.BatchDecoder;
import io.penstock.format.CorruptFileException;
import io.penstock.format.ReadContext;
import io.penstock.format.arrow.ArrowFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Arrow IPC, the file format or a stream. A file is read at any place, so standard input goes through a temporary file, which has no
 * name any more when the command ends.
 */
final class ArrowInput implements TableInput {
    private static final byte[] FILE_MAGIC = {'A', 'R', 'R', 'O', 'W', '1', 0, 0};

    /** Room for the schema of thousands of columns. */
    private static final long MAX_SCHEMA_BYTES = 16 << 20;

    private final String name;
    private final FileInput input;
    private final Path temporary;
    private final Penstock penstock;
    private Schema schema;

    private ArrowInput(String name, Path file, Path temporary, Penstock penstock) throws IOException {
        this.name = name;
        this.input = new FileInput(file);
        this.temporary = temporary;
        this.penstock = penstock;
    }

    static ArrowInput ofFile(String name, Path file, Penstock penstock) throws IOException {
        return new ArrowInput(name, file, null, penstock);
    }

    /** Takes all of {@code in}, and closes it. */
    static ArrowInput ofStream(String name, InputStream in, Penstock penstock) throws IOException {
        Path copy = Files.createTempFile("penstock", ".arrow");
        try (in) {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            return new ArrowInput(name, copy, copy, penstock);
        } catch (Throwable e) {
            Files.deleteIfExists(copy);
            throw e;
        }
    }

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
        Schema own = ownSchema();
        if (wanted != null) {
            SchemaDifference.require(name, own, wanted);
        }
        schema = own;
        return wanted == null ? own : wanted;
    }

    /** From the message that both the file format and a stream have before the first batch. */
    private Schema ownSchema() throws IOException {
        byte[] start = new byte[(int) Math.min(input.size(), MAX_SCHEMA_BYTES)];
        input.read(0, ByteBuffer.wrap(start));
        int at = Arrays.equals(start, 0, Math.min(start.length, FILE_MAGIC.length), FILE_MAGIC, 0, FILE_MAGIC.length)
                ? FILE_MAGIC.length
                : 0;
        InputStream message = new ByteArrayInputStream(start, at, start.length - at);
        try {
            return MessageSerializer.deserializeSchema(new ReadChannel(Channels.newChannel(message)));
        } catch (IOException | RuntimeException e) {
            throw new CorruptFileException(name, "it is not an Arrow IPC file or stream", e);
        }
    }

    @Override
    public void appendTo(TableWriter writer, Work work) throws IOException {
        long reported = 0;
        try (BufferAllocator allocator = penstock.allocator().newChildAllocator("arrow input", 0, Long.MAX_VALUE);
                BatchDecoder decoder = new ArrowFormat()
                        .decoder(
                                input,
                                new ReadContext(
                                        name,
                                        schema,
                                        Map.of(),
                                        null,
                                        Integer.MAX_VALUE,
                                        Long.MAX_VALUE,
                                        allocator,
                                        penstock.bufferPool()))) {
            while (decoder.loadNext()) {
                writer.append(decoder.batch(), decoder.dictionaries());
                work.step(input.bytesRead() - reported);
                reported = input.bytesRead();
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
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
