package io.penstock.format.json;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Input;
import io.penstock.buffer.OutputBuffer;
import io.penstock.buffer.PooledBuffer;
import io.penstock.format.BatchDecoder;
import io.penstock.format.BatchEncoder;
import io.penstock.format.ReadContext;
import io.penstock.format.WriteContext;
import io.penstock.testing.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;

/** Files of JSON in a test's memory: written by the encoder, opened by the decoder. */
final class JsonFiles {
    static final DictionaryProvider NO_DICTIONARIES = new DictionaryProvider.MapDictionaryProvider();
    static final Map<String, String> BATCHES = Map.of();
    static final Map<String, String> RECORDS = Map.of("layout", "records");

    private JsonFiles() {}

    /** Encodes batches into one file, through buffers of the pool. */
    static byte[] write(
            LeakCheck memory,
            BufferPool pool,
            Schema schema,
            Map<String, String> options,
            int batchRows,
            DictionaryProvider dictionaries,
            List<VectorSchemaRoot> batches) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        WriteContext context = new WriteContext(schema, options, batchRows, memory.allocator(), pool);
        try (OutputBuffer out = new OutputBuffer(pool, new Collected(file));
                BatchEncoder encoder = new JsonFormat().encoder(context)) {
            for (VectorSchemaRoot batch : batches) {
                encoder.encode(batch, dictionaries, out);
            }
            encoder.finish(out);
            out.flush();
        }
        return file.toByteArray();
    }

    static String text(LeakCheck memory, Map<String, String> options, VectorSchemaRoot batch) {
        return new String(
                write(memory, memory.pool(), batch.getSchema(), options, 1000, NO_DICTIONARIES, List.of(batch)),
                StandardCharsets.UTF_8);
    }

    static BatchDecoder read(LeakCheck memory, byte[] file, Schema schema, Map<String, String> options, int batchRows)
            throws IOException {
        return read(memory, memory.pool(), file, schema, options, null, batchRows);
    }

    static BatchDecoder read(
            LeakCheck memory,
            BufferPool pool,
            byte[] file,
            Schema schema,
            Map<String, String> options,
            List<String> columns,
            int batchRows)
            throws IOException {
        return new JsonFormat()
                .decoder(
                        new Bytes(file),
                        new ReadContext(
                                "file.json", schema, options, columns, batchRows, 64 << 20, memory.allocator(), pool));
    }

    /** What an output gives to {@code file}. */
    static OutputBuffer.Outlet to(ByteArrayOutputStream file) {
        return new Collected(file);
    }

    private record Collected(ByteArrayOutputStream file) implements OutputBuffer.Outlet {
        @Override
        public void take(PooledBuffer buffer) {
            byte[] bytes = new byte[buffer.length()];
            buffer.bytes().get(bytes);
            file.writeBytes(bytes);
            buffer.release();
        }

        @Override
        public void borrow(long address, long length) {
            throw new AssertionError("JSON lends nothing");
        }
    }

    /** A file that lies in an array. */
    record Bytes(byte[] bytes) implements Input {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void read(long offset, ByteBuffer target) throws IOException {
            if (offset + target.remaining() > bytes.length) {
                throw new EOFException("read beyond the end");
            }
            target.put(bytes, (int) offset, target.remaining());
        }

        @Override
        public Optional<View> view(long offset, long length) {
            return Optional.empty();
        }
    }
}
