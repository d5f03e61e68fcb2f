package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.buffer.Input;
import io.penstock.format.CorruptFileException;
import io.penstock.format.arrow.ArrowFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/** Arrow IPC, the file format or a stream. */
final class ArrowInput extends DecodedInput {
    private static final byte[] FILE_MAGIC = {'A', 'R', 'R', 'O', 'W', '1', 0, 0};

    /** Room for the schema of thousands of columns. */
    private static final long MAX_SCHEMA_BYTES = 16 << 20;

    private ArrowInput(String name, Path file, Path temporary, Penstock penstock) throws IOException {
        super(name, new ArrowFormat(), file, temporary, penstock);
    }

    static ArrowInput ofFile(String name, Path file, Penstock penstock) throws IOException {
        return new ArrowInput(name, file, null, penstock);
    }

    /** Takes all of {@code in}, and closes it. */
    static ArrowInput ofStream(String name, InputStream in, Penstock penstock) throws IOException {
        Path copy = copy(in);
        return new ArrowInput(name, copy, copy, penstock);
    }

    /** From the message that both the file format and a stream have before the first batch. */
    @Override
    Schema ownSchema(Input file) throws IOException {
        byte[] start = new byte[(int) Math.min(file.size(), MAX_SCHEMA_BYTES)];
        file.read(0, ByteBuffer.wrap(start));
        int at = Arrays.equals(start, 0, Math.min(start.length, FILE_MAGIC.length), FILE_MAGIC, 0, FILE_MAGIC.length)
                ? FILE_MAGIC.length
                : 0;
        InputStream message = new ByteArrayInputStream(start, at, start.length - at);
        try {
            return MessageSerializer.deserializeSchema(new ReadChannel(Channels.newChannel(message)));
        } catch (IOException | RuntimeException e) {
            throw new CorruptFileException(name(), "it is not an Arrow IPC file or stream", e);
        }
    }
}
