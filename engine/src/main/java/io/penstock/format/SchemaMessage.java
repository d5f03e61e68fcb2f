package io.penstock.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A schema as an encapsulated message of Arrow's IPC format, which {@link SchemaReader#read(ByteBuffer)} reads. What {@code
 * Schema.serializeAsMessage} returns, which goes through a channel and so fails in a thread that is interrupted.
 */
public final class SchemaMessage {
    private static final int CONTINUATION = -1;
    private static final int ALIGNMENT = 8;

    private SchemaMessage() {}

    /** The bytes of the message. */
    public static byte[] of(Schema schema) {
        ByteBuffer metadata = MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT);
        // The prefix is as long as the alignment.
        int length = (metadata.remaining() + ALIGNMENT - 1) & -ALIGNMENT;
        ByteBuffer message = ByteBuffer.allocate(2 * Integer.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(CONTINUATION).putInt(length).put(metadata);
        return message.array();
    }
}
