package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.nio.ByteBuffer;
import shaded.parquet.org.apache.thrift.TBase;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.protocol.TList;
import shaded.parquet.org.apache.thrift.protocol.TMap;
import shaded.parquet.org.apache.thrift.protocol.TProtocolException;
import shaded.parquet.org.apache.thrift.protocol.TSet;
import shaded.parquet.org.apache.thrift.protocol.TStruct;
import shaded.parquet.org.apache.thrift.transport.TTransportException;

/**
 * Reads structs of Thrift's compact protocol from memory that may hold anything: nothing is allocated that the bytes left could not fill, and
 * no nesting exhausts the stack. Reused; one thread at a time.
 */
final class ThriftReader {
    /** Parquet's own structs nest six deep; unknown ones are skipped at any depth that a later version could have. */
    private static final int MAX_DEPTH = 32;

    private final Window window = new Window();
    private final Bounded protocol = new Bounded(window);

    /**
     * Fills {@code struct}, which is new or cleared, from the bytes at {@code address}.
     *
     * @throws MalformedPageException if they are no such struct, or it does not end before {@code end}
     */
    <T extends TBase<?, ?>> T read(T struct, long address, long end) {
        window.begin(address, end);
        protocol.begin();
        try {
            struct.read(protocol);
            return struct;
        } catch (TException | RuntimeException e) {
            throw new MalformedPageException(
                    "no " + struct.getClass().getSimpleName() + " at byte " + (position() - address) + " of "
                            + (end - address) + ": " + e.getMessage(),
                    e);
        }
    }

    /** The address of the byte after the last struct that was read. */
    long position() {
        return window.loaded - window.limit + window.position;
    }

    /** Shows the memory to the protocol through a small array, since it reads from those only. */
    private static final class Window extends MemoryTransport {
        private static final int WINDOW_BYTES = 256;

        private final byte[] bytes = new byte[WINDOW_BYTES];
        /** The address of what follows the window. */
        private long loaded;

        private long end;
        private int position;
        private int limit;

        void begin(long address, long newEnd) {
            loaded = address;
            end = newEnd;
            position = 0;
            limit = 0;
        }

        long bytesLeft() {
            return limit - position + end - loaded;
        }

        @Override
        public int readAll(byte[] target, int offset, int length) throws TTransportException {
            checkReadBytesAvailable(length);
            int fromWindow = Math.min(length, limit - position);
            System.arraycopy(bytes, position, target, offset, fromWindow);
            position += fromWindow;
            int direct = length - fromWindow;
            if (direct >= WINDOW_BYTES) {
                Memory.copy(loaded, target, offset + fromWindow, direct);
                loaded += direct;
            } else if (direct > 0) {
                load();
                System.arraycopy(bytes, 0, target, offset + fromWindow, direct);
                position = direct;
            }
            return length;
        }

        private void load() {
            limit = (int) Math.min(WINDOW_BYTES, end - loaded);
            position = 0;
            Memory.copy(loaded, bytes, 0, limit);
            loaded += limit;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws TTransportException {
            return readAll(target, offset, (int) Math.min(length, bytesLeft()));
        }

        @Override
        public void checkReadBytesAvailable(long count) throws TTransportException {
            if (count < 0 || count > bytesLeft()) {
                throw new TTransportException(
                        TTransportException.END_OF_FILE, count + " bytes where " + bytesLeft() + " are left");
            }
        }

        @Override
        public byte[] getBuffer() {
            return bytes;
        }

        @Override
        public int getBufferPosition() {
            return position;
        }

        @Override
        public int getBytesRemainingInBuffer() {
            return limit - position;
        }

        @Override
        public void consumeBuffer(int length) {
            position += length;
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            throw new UnsupportedOperationException();
        }
    }

    /** The protocol with the limits that it lacks: it takes the size of a list of structs as it comes, and skips at any depth. */
    private static final class Bounded extends TCompactProtocol {
        private final Window window;
        private int depth;

        Bounded(Window window) {
            super(window);
            this.window = window;
        }

        void begin() {
            reset();
            depth = 0;
        }

        private void enter() throws TException {
            if (++depth > MAX_DEPTH) {
                throw new TProtocolException(
                        TProtocolException.DEPTH_LIMIT, "nested deeper than " + MAX_DEPTH + " levels");
            }
        }

        /** Every element takes at least a byte. */
        private void requireBytes(long elements) throws TException {
            window.checkReadBytesAvailable(elements);
        }

        /** The protocol's own leaves the bytes in the window, which moves on. */
        @Override
        public ByteBuffer readBinary() throws TException {
            ByteBuffer shared = super.readBinary();
            return ByteBuffer.allocate(shared.remaining()).put(shared).flip();
        }

        @Override
        public TStruct readStructBegin() throws TException {
            enter();
            return super.readStructBegin();
        }

        @Override
        public void readStructEnd() throws TException {
            depth--;
            super.readStructEnd();
        }

        @Override
        public TList readListBegin() throws TException {
            enter();
            TList list = super.readListBegin();
            requireBytes(list.size);
            return list;
        }

        @Override
        public void readListEnd() throws TException {
            depth--;
            super.readListEnd();
        }

        @Override
        public TSet readSetBegin() throws TException {
            enter();
            TSet set = super.readSetBegin();
            requireBytes(set.size);
            return set;
        }

        @Override
        public void readSetEnd() throws TException {
            depth--;
            super.readSetEnd();
        }

        @Override
        public TMap readMapBegin() throws TException {
            enter();
            TMap map = super.readMapBegin();
            requireBytes(2L * map.size);
            return map;
        }

        @Override
        public void readMapEnd() throws TException {
            depth--;
            super.readMapEnd();
        }
    }
}
