package io.penstock.format.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import io.penstock.buffer.OutputBuffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Puts the messages of one file, and its footer, for which it remembers 24 bytes for each batch. All metadata is built in one heap
 * buffer that is reused.
 */
final class MessageWriter {
    /**
     * From this size on a body is lent. For less, ArrowWriteBenchmark has shown a gathered write of its many small buffers to cost as much as the
     * copy; and a table's writer, who would have to wait for the store after every batch, gets slower.
     */
    static final long LEND_FROM_BYTES = 256 << 10;

    private final FlatBufferBuilder builder = new FlatBufferBuilder(4096);
    private final Schema schema;
    private final Blocks dictionaries = new Blocks();
    private final Blocks batches = new Blocks();
    private long fileStart;

    MessageWriter(Schema schema) {
        this.schema = schema;
    }

    void begin(OutputBuffer out) {
        fileStart = out.position();
        out.putBytes(Ipc.MAGIC);
        out.putZeros(Ipc.FILE_HEADER_BYTES - Ipc.MAGIC.length);
        builder.clear();
        finishMessage(MessageHeader.Schema, schema.getSchema(builder), 0);
        putMetadata(out);
    }

    /** Copies the body if it is compressed: what compresses needs its memory for the next. */
    void putBatch(BatchBody body, int rows, OutputBuffer out) {
        builder.clear();
        finishMessage(MessageHeader.RecordBatch, recordBatch(body, rows), body.bytes());
        boolean lend = body.codec() == Decompression.NONE && body.bytes() >= LEND_FROM_BYTES;
        putMessage(body, lend, batches, out);
    }

    /** Copies the body, whatever its size: the memory of dictionaries may go when this returns. */
    void putDictionary(long id, boolean delta, BatchBody body, int values, OutputBuffer out) {
        builder.clear();
        int data = recordBatch(body, values);
        finishMessage(
                MessageHeader.DictionaryBatch,
                DictionaryBatch.createDictionaryBatch(builder, id, data, delta),
                body.bytes());
        putMessage(body, false, dictionaries, out);
    }

    /** Vectors of structs are built from the last to the first. */
    private int recordBatch(BatchBody body, int rows) {
        RecordBatch.startNodesVector(builder, body.nodeCount());
        for (int node = body.nodeCount() - 1; node >= 0; node--) {
            FieldNode.createFieldNode(builder, body.nodeLength(node), body.nullCount(node));
        }
        int nodes = builder.endVector();
        RecordBatch.startBuffersVector(builder, body.bufferCount());
        long offset = body.bufferBytes();
        for (int buffer = body.bufferCount() - 1; buffer >= 0; buffer--) {
            offset -= body.paddedLength(buffer);
            Buffer.createBuffer(builder, offset, body.bufferLength(buffer));
        }
        int buffers = builder.endVector();
        int variadicCounts = 0;
        if (body.variadicCount() > 0) {
            RecordBatch.startVariadicBufferCountsVector(builder, body.variadicCount());
            for (int view = body.variadicCount() - 1; view >= 0; view--) {
                builder.addLong(body.variadicCount(view));
            }
            variadicCounts = builder.endVector();
        }
        int compression = body.codec() == Decompression.NONE
                ? 0
                : BodyCompression.createBodyCompression(builder, body.codec(), BodyCompressionMethod.BUFFER);
        return RecordBatch.createRecordBatch(builder, rows, nodes, buffers, compression, variadicCounts);
    }

    private void finishMessage(byte type, int header, long bodyBytes) {
        builder.finish(Message.createMessage(builder, MetadataVersion.V5, type, header, bodyBytes, 0));
    }

    private void putMessage(BatchBody body, boolean lend, Blocks blocks, OutputBuffer out) {
        long offset = out.position() - fileStart;
        int metadataBytes = putMetadata(out);
        blocks.add(offset, metadataBytes, body.bytes());
        if (lend) {
            body.lendTo(out);
        } else {
            body.copyTo(out);
        }
    }

    /** Returns how many bytes there are before the body. The padding makes the body begin at a multiple of the alignment. */
    private int putMetadata(OutputBuffer out) {
        ByteBuffer metadata = builder.dataBuffer();
        long start = out.position() - fileStart;
        int length = metadata.remaining();
        int bytes = (int) (Ipc.padded(start + Ipc.PREFIX_BYTES + length) - start);
        out.putInt(Ipc.CONTINUATION);
        out.putInt(bytes - Ipc.PREFIX_BYTES);
        out.putBytes(metadata);
        out.putZeros(bytes - Ipc.PREFIX_BYTES - length);
        return bytes;
    }

    void end(OutputBuffer out) {
        out.putInt(Ipc.CONTINUATION);
        out.putInt(0);
        builder.clear();
        int schemaOffset = schema.getSchema(builder);
        Footer.startDictionariesVector(builder, dictionaries.count);
        int dictionaryBlocks = dictionaries.build(builder);
        Footer.startRecordBatchesVector(builder, batches.count);
        int batchBlocks = batches.build(builder);
        builder.finish(
                Footer.createFooter(builder, MetadataVersion.V5, schemaOffset, dictionaryBlocks, batchBlocks, 0));
        ByteBuffer footer = builder.dataBuffer();
        int length = footer.remaining();
        out.putBytes(footer);
        out.putInt(length);
        out.putBytes(Ipc.MAGIC);
    }

    /** Where the messages of one kind are: offset, bytes before the body, bytes of the body. */
    private static final class Blocks {
        private long[] fields = new long[48];
        private int count;

        void add(long offset, int metadataBytes, long bodyBytes) {
            if (3 * count == fields.length) {
                fields = Arrays.copyOf(fields, 2 * fields.length);
            }
            fields[3 * count] = offset;
            fields[3 * count + 1] = metadataBytes;
            fields[3 * count + 2] = bodyBytes;
            count++;
        }

        int build(FlatBufferBuilder builder) {
            for (int block = count - 1; block >= 0; block--) {
                Block.createBlock(builder, fields[3 * block], (int) fields[3 * block + 1], fields[3 * block + 2]);
            }
            return builder.endVector();
        }
    }
}
