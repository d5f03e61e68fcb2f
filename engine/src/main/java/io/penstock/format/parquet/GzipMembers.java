package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses one or more gzip members that stand one after the other, from native memory to native memory, after <a
 * href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>. Keeps one context of zlib.
 */
final class GzipMembers implements AutoCloseable {
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final int MAGIC_AND_DEFLATE = 0x088b1f;
    private static final int HEADER_CHECKSUM = 1 << 1;
    private static final int EXTRA = 1 << 2;
    private static final int NAME = 1 << 3;
    private static final int COMMENT = 1 << 4;
    private static final int RESERVED = 0xe0;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private long source;
    private long sourceEnd;

    /** @throws MalformedPageException if it is not sound members with exactly {@code expected} bytes in all */
    void decompress(long address, long length, long target, long expected) {
        source = address;
        sourceEnd = address + length;
        long targetEnd = target + expected;
        long at = target;
        do {
            readHeader();
            long bytes = inflate(at, targetEnd - at);
            requireTrailer(at, bytes);
            at += bytes;
        } while (source < sourceEnd);
        if (at != targetEnd) {
            throw malformed("has " + (at - target) + " bytes where the page says " + expected);
        }
    }

    private void readHeader() {
        need(HEADER_BYTES);
        int flags = Memory.getByte(source + 3) & 0xff;
        if ((Memory.getInt(source) & 0xffffff) != MAGIC_AND_DEFLATE || (flags & RESERVED) != 0) {
            throw malformed("begins with " + Integer.toHexString(Memory.getInt(source)));
        }
        source += HEADER_BYTES;
        if ((flags & EXTRA) != 0) {
            need(2);
            skip(2 + (Memory.getShort(source) & 0xffff));
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CHECKSUM) != 0) {
            skip(2);
        }
    }

    private void skipText() {
        do {
            need(1);
        } while (Memory.getByte(source++) != 0);
    }

    private long inflate(long target, long room) {
        inflater.reset();
        inflater.setInput(Codec.view(source, sourceEnd - source));
        var out = Codec.view(target, room);
        try {
            while (!inflater.finished()) {
                if (inflater.inflate(out) == 0 && !inflater.finished()) {
                    throw malformed(out.hasRemaining() ? "ends early or needs a dictionary" : "has more bytes");
                }
            }
        } catch (DataFormatException e) {
            throw malformed("is broken: " + e.getMessage());
        }
        source = sourceEnd - inflater.getRemaining();
        return out.position();
    }

    private void requireTrailer(long target, long bytes) {
        need(TRAILER_BYTES);
        checksum.reset();
        checksum.update(Codec.view(target, bytes));
        if (Memory.getInt(source) != (int) checksum.getValue() || Memory.getInt(source + 4) != (int) bytes) {
            throw malformed("does not match its checksum");
        }
        source += TRAILER_BYTES;
    }

    private void skip(int bytes) {
        need(bytes);
        source += bytes;
    }

    private void need(int bytes) {
        if (sourceEnd - source < bytes) {
            throw malformed("ends early");
        }
    }

    private static MalformedPageException malformed(String problem) {
        return new MalformedPageException("a gzip member " + problem);
    }

    @Override
    public void close() {
        inflater.end();
    }
}
