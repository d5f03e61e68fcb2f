package io.penstock.format.arrow;

import io.penstock.format.CorruptFileException;
import io.penstock.format.SchemaReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The schema of a file or stream, and the place of each of its messages: in a file, dictionaries first, as its footer lists them; in a
 * stream, one after the other. Every place is checked to lie within the input.
 */
abstract class Messages {
    /** No schema or batch of sane width has more metadata; read into heap, it must not take all of that. */
    private static final int MAX_METADATA_BYTES = 64 << 20;

    protected final InputBytes bytes;
    protected final String file;
    protected Schema schema;
    private Message message;
    private long bodyOffset;

    private Messages(InputBytes bytes, String file) {
        this.bytes = bytes;
        this.file = file;
    }

    /** Opens a file, if it begins with the magic, or else a stream. */
    static Messages open(InputBytes bytes, String file) throws IOException {
        boolean isFile = bytes.size() >= Ipc.MAGIC.length && isMagic(bytes.metadata(0, Ipc.MAGIC.length));
        return isFile ? new OfFile(bytes, file) : new OfStream(bytes, file);
    }

    private static boolean isMagic(ByteBuffer text) {
        return text.equals(ByteBuffer.wrap(Ipc.MAGIC));
    }

    Schema schema() {
        return schema;
    }

    /** Goes to the next message with a body; false at the end. */
    abstract boolean next() throws IOException;

    /** Names the current message. */
    abstract String place();

    abstract boolean isFile();

    Message message() {
        return message;
    }

    long bodyOffset() {
        return bodyOffset;
    }

    long bodyBytes() {
        return message.bodyLength();
    }

    /**
     * Reads the metadata of the message at {@code offset}, which ends with its body before {@code end}.
     *
     * @return whether there is one: a length of 0 ends a stream
     */
    protected boolean read(long offset, long end) throws IOException {
        if (end - offset < 4) {
            throw corrupt("ends within the length of its metadata");
        }
        ByteBuffer prefix = bytes.metadata(offset, (int) Math.min(8, end - offset));
        int length = prefix.getInt(0);
        long start = offset + 4;
        // Before version 0.15 the length came first.
        if (length == Ipc.CONTINUATION) {
            if (prefix.remaining() < 8) {
                throw corrupt("ends within the length of its metadata");
            }
            length = prefix.getInt(4);
            start += 4;
        }
        if (length == 0) {
            return false;
        }
        if (length < 0 || length > MAX_METADATA_BYTES || length > end - start) {
            throw corrupt("has metadata of " + length + " bytes, of " + (end - start) + " that are left");
        }
        try {
            message = Message.getRootAsMessage(bytes.metadata(start, length));
            bodyOffset = start + length;
            if (bodyBytes() < 0 || bodyBytes() > end - bodyOffset) {
                throw corrupt("has a body of " + bodyBytes() + " bytes, of " + (end - bodyOffset) + " that are left");
            }
        } catch (RuntimeException e) {
            throw corrupt("has metadata that is broken", e);
        }
        return true;
    }

    protected CorruptFileException corrupt(String problem) {
        return new CorruptFileException(file, place() + " " + problem);
    }

    protected CorruptFileException corrupt(String problem, Throwable cause) {
        return new CorruptFileException(file, place() + " " + problem + ": " + problem(cause), cause);
    }

    /** What a library or a check said of broken bytes. */
    static String problem(Throwable cause) {
        return cause instanceof IllegalArgumentException && cause.getMessage() != null
                ? cause.getMessage()
                : "bytes that lead nowhere (" + cause + ")";
    }

    private static final class OfFile extends Messages {
        private final Footer footer;
        private final long footerStart;
        private final int dictionaries;
        private final int batches;
        private int next;

        OfFile(InputBytes bytes, String file) throws IOException {
            super(bytes, file);
            long size = bytes.size();
            long trailer = size - Ipc.FILE_TRAILER_BYTES;
            if (trailer < Ipc.FILE_HEADER_BYTES) {
                throw new CorruptFileException(file, "an Arrow file of " + size + " bytes cannot be whole");
            }
            ByteBuffer end = bytes.metadata(trailer, Ipc.FILE_TRAILER_BYTES);
            int length = end.getInt(0);
            if (!isMagic(end.slice(4, Ipc.MAGIC.length))) {
                throw new CorruptFileException(file, "it begins as an Arrow file but does not end as one");
            }
            if (length <= 0 || length > trailer - Ipc.FILE_HEADER_BYTES) {
                throw new CorruptFileException(file, "its footer has " + length + " bytes, of " + size);
            }
            footerStart = trailer - length;
            try {
                footer = Footer.getRootAsFooter(copy(bytes.metadata(footerStart, length)));
                schema = SchemaReader.read(footer.schema(), length, footer.version());
                dictionaries = footer.dictionariesLength();
                batches = footer.recordBatchesLength();
            } catch (RuntimeException e) {
                throw new CorruptFileException(file, "its footer: " + problem(e), e);
            }
        }

        private static ByteBuffer copy(ByteBuffer metadata) {
            return ByteBuffer.allocate(metadata.remaining()).put(metadata).flip();
        }

        @Override
        boolean next() throws IOException {
            if (next == dictionaries + batches) {
                return false;
            }
            int index = next++;
            Block block;
            try {
                block = index < dictionaries ? footer.dictionaries(index) : footer.recordBatches(index - dictionaries);
                long offset = block.offset();
                long metadataBytes = block.metaDataLength();
                boolean within = offset >= Ipc.FILE_HEADER_BYTES
                        && metadataBytes > 0
                        && block.bodyLength() >= 0
                        && offset <= footerStart
                        && metadataBytes <= footerStart - offset
                        && block.bodyLength() <= footerStart - offset - metadataBytes;
                if (!within) {
                    throw corrupt(
                            "is at " + offset + " with " + metadataBytes + " and " + block.bodyLength() + " bytes");
                }
                boolean there = read(offset, offset + metadataBytes + block.bodyLength());
                if (!there || bodyOffset() != offset + metadataBytes || bodyBytes() != block.bodyLength()) {
                    throw corrupt("is not what the footer says it is");
                }
            } catch (RuntimeException e) {
                throw corrupt("has a broken entry in the footer", e);
            }
            byte expected = index < dictionaries ? MessageHeader.DictionaryBatch : MessageHeader.RecordBatch;
            if (message().headerType() != expected) {
                throw corrupt("is a " + name(message().headerType()));
            }
            return true;
        }

        @Override
        String place() {
            int index = next - 1;
            return index < dictionaries ? "dictionary batch " + index : "record batch " + (index - dictionaries);
        }

        @Override
        boolean isFile() {
            return true;
        }
    }

    private static String name(byte headerType) {
        boolean known = headerType >= 0 && headerType < MessageHeader.names.length;
        return known ? MessageHeader.name(headerType) : "message of type " + headerType;
    }

    private static final class OfStream extends Messages {
        private long position;
        private long start;
        private boolean ended;

        OfStream(InputBytes bytes, String file) throws IOException {
            super(bytes, file);
            if (!advance()) {
                throw new CorruptFileException(file, "neither an Arrow file nor an Arrow stream: it has no schema");
            }
            try {
                if (message().headerType() != MessageHeader.Schema) {
                    throw new CorruptFileException(
                            file,
                            "an Arrow stream begins with a schema, not with a "
                                    + name(message().headerType()));
                }
                org.apache.arrow.flatbuf.Schema header = new org.apache.arrow.flatbuf.Schema();
                schema = SchemaReader.read(
                        (org.apache.arrow.flatbuf.Schema) message().header(header),
                        bodyOffset(),
                        message().version());
            } catch (RuntimeException e) {
                throw new CorruptFileException(file, "its schema: " + problem(e), e);
            }
        }

        @Override
        boolean next() throws IOException {
            if (!advance()) {
                return false;
            }
            byte type = message().headerType();
            if (type != MessageHeader.DictionaryBatch && type != MessageHeader.RecordBatch) {
                throw corrupt("is a " + name(type));
            }
            return true;
        }

        /** A stream may also end without saying so, between two messages. */
        private boolean advance() throws IOException {
            start = position;
            if (ended || position == bytes.size() || !read(position, bytes.size())) {
                ended = true;
                return false;
            }
            position = bodyOffset() + bodyBytes();
            return true;
        }

        @Override
        String place() {
            return "the message at byte " + start;
        }

        @Override
        boolean isFile() {
            return false;
        }
    }
}
