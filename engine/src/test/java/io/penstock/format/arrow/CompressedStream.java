package io.penstock.format.arrow;

import com.github.luben.zstd.Zstd;
import com.google.flatbuffers.FlatBufferBuilder;
import io.penstock.testing.RandomBatches;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.Schema;

/** Writes a stream with compressed bodies, which Penstock only reads, with the codecs' own stream classes. */
final class CompressedStream {
    private final byte codec;
    private final BufferAllocator allocator;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private CompressedStream(byte codec, BufferAllocator allocator) {
        this.codec = codec;
        this.allocator = allocator;
    }

    static byte[] of(Schema schema, long seed, byte codec, BufferAllocator allocator, int... rows) throws IOException {
        CompressedStream stream = new CompressedStream(codec, allocator);
        stream.out.writeBytes(schema.serializeAsMessage());
        try (RandomBatches batches = new RandomBatches(allocator, schema, seed)) {
            for (long id : batches.dictionaries().getDictionaryIds()) {
                Dictionary dictionary = batches.dictionaries().lookup(id);
                FieldVector values = dictionary.getVector();
                stream.write(List.of(values), values.getValueCount(), id);
            }
            for (int count : rows) {
                try (VectorSchemaRoot batch = batches.next(count)) {
                    stream.write(batch.getFieldVectors(), count, -1);
                }
            }
        }
        return stream.out.toByteArray();
    }

    private void write(List<FieldVector> vectors, int rows, long dictionary) throws IOException {
        BatchBody body = new BatchBody();
        vectors.forEach(body::add);
        List<byte[]> buffers = new ArrayList<>();
        for (int buffer = 0; buffer < body.bufferCount(); buffer++) {
            try (ArrowBuf plain = body.buffer(buffer, allocator)) {
                byte[] bytes = new byte[(int) body.bufferLength(buffer)];
                plain.getBytes(0, bytes);
                buffers.add(compressed(bytes, buffer));
            }
        }
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int header = recordBatch(builder, body, buffers, rows);
        byte type = MessageHeader.RecordBatch;
        if (dictionary >= 0) {
            header = DictionaryBatch.createDictionaryBatch(builder, dictionary, header, false);
            type = MessageHeader.DictionaryBatch;
        }
        long length =
                buffers.stream().mapToLong(buffer -> padded(buffer.length)).sum();
        builder.finish(Message.createMessage(builder, MetadataVersion.V5, type, header, length, 0));
        byte[] metadata = builder.sizedByteArray();
        ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        out.writeBytes(
                prefix.putInt(Ipc.CONTINUATION).putInt(padded(metadata.length)).array());
        putPadded(metadata);
        buffers.forEach(this::putPadded);
    }

    private byte[] compressed(byte[] plain, int index) throws IOException {
        if (plain.length == 0) {
            return plain;
        }
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        boolean stored = index % 7 == 3;
        ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        compressed.writeBytes(prefix.putLong(stored ? -1 : plain.length).array());
        if (stored) {
            compressed.writeBytes(plain);
        } else if (codec == CompressionType.ZSTD) {
            compressed.writeBytes(Zstd.compress(plain));
        } else {
            try (LZ4FrameOutputStream lz4 = new LZ4FrameOutputStream(compressed)) {
                lz4.write(plain);
            }
        }
        return compressed.toByteArray();
    }

    private int recordBatch(FlatBufferBuilder builder, BatchBody body, List<byte[]> buffers, int rows) {
        RecordBatch.startNodesVector(builder, body.nodeCount());
        for (int node = body.nodeCount() - 1; node >= 0; node--) {
            FieldNode.createFieldNode(builder, body.nodeLength(node), body.nullCount(node));
        }
        int nodes = builder.endVector();
        long[] offsets = new long[buffers.size() + 1];
        for (int buffer = 0; buffer < buffers.size(); buffer++) {
            offsets[buffer + 1] = offsets[buffer] + padded(buffers.get(buffer).length);
        }
        RecordBatch.startBuffersVector(builder, buffers.size());
        for (int buffer = buffers.size() - 1; buffer >= 0; buffer--) {
            Buffer.createBuffer(builder, offsets[buffer], buffers.get(buffer).length);
        }
        int places = builder.endVector();
        long[] counts = new long[body.variadicCount()];
        for (int view = 0; view < counts.length; view++) {
            counts[view] = body.variadicCount(view);
        }
        int variadicCounts = RecordBatch.createVariadicBufferCountsVector(builder, counts);
        int compression = BodyCompression.createBodyCompression(builder, codec, BodyCompressionMethod.BUFFER);
        return RecordBatch.createRecordBatch(builder, rows, nodes, places, compression, variadicCounts);
    }

    private void putPadded(byte[] bytes) {
        out.writeBytes(bytes);
        out.writeBytes(new byte[padded(bytes.length) - bytes.length]);
    }

    private static int padded(int length) {
        return (length + 7) / 8 * 8;
    }
}
