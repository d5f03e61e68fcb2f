package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import io.penstock.buffer.OutputBuffer;
import java.util.Arrays;
import shaded.parquet.org.apache.thrift.TBase;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;

/** Writes structs in Thrift's compact protocol, with next to no garbage of its own. Reused; one thread at a time. */
final class ThriftWriter {
    private final Written written = new Written();
    private final TCompactProtocol protocol = new TCompactProtocol(written);

    /**
     * Encodes {@code struct}; {@link #copyTo} gives the bytes, until the next is written.
     *
     * @return how many bytes it takes
     */
    int write(TBase<?, ?> struct) {
        written.begin(null);
        encode(struct);
        return written.length;
    }

    /** Copies what {@link #write(TBase)} encoded, and returns the end. */
    long copyTo(long target) {
        Memory.copy(written.bytes, 0, target, written.length);
        return target + written.length;
    }

    /** Encodes {@code struct}, of any size, into {@code out}. */
    void write(TBase<?, ?> struct, OutputBuffer out) {
        written.begin(out);
        encode(struct);
        written.drain();
    }

    private void encode(TBase<?, ?> struct) {
        protocol.reset();
        try {
            struct.write(protocol);
        } catch (TException e) {
            throw new IllegalStateException("a struct that Parquet does not allow: " + struct, e);
        }
    }

    private static final class Written extends MemoryTransport {
        private byte[] bytes = new byte[512];
        private int length;
        private OutputBuffer out;

        void begin(OutputBuffer newOut) {
            length = 0;
            out = newOut;
        }

        void drain() {
            out.putBytes(bytes, 0, length);
            length = 0;
            out = null;
        }

        @Override
        public void write(byte[] source, int offset, int count) {
            if (count > bytes.length - length) {
                if (out != null) {
                    out.putBytes(bytes, 0, length);
                    out.putBytes(source, offset, count);
                    length = 0;
                    return;
                }
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
            }
            System.arraycopy(source, offset, bytes, length, count);
            length += count;
        }

        @Override
        public int read(byte[] target, int offset, int count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkReadBytesAvailable(long count) {}
    }
}
