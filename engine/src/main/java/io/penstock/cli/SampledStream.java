package io.penstock.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A stream whose beginning can be looked at before it is read: of standard input nothing can be read twice. It leaves out a byte
 * order mark.
 */
final class SampledStream extends InputStream {
    /** Enough for the types of some thousand rows, little beside the buffers of a writer. */
    static final int SAMPLE_BYTES = 1 << 20;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream in;
    private final boolean whole;
    private byte[] sample;
    private int at;
    private long bytesRead;

    /** Takes ownership of {@code in}. */
    SampledStream(InputStream in) throws IOException {
        this.in = in;
        try {
            sample = in.readNBytes(SAMPLE_BYTES);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
        whole = sample.length < SAMPLE_BYTES;
        int mark = BYTE_ORDER_MARK.length;
        if (sample.length >= mark && Arrays.equals(sample, 0, mark, BYTE_ORDER_MARK, 0, mark)) {
            at = mark;
        }
    }

    /** The first bytes; before anything was read. */
    byte[] sample() {
        return Arrays.copyOfRange(sample, at, sample.length);
    }

    /** Whether the sample is all there is. */
    boolean isWhole() {
        return whole;
    }

    long bytesRead() {
        return bytesRead;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count;
        if (sample != null && at < sample.length) {
            count = Math.min(length, sample.length - at);
            System.arraycopy(sample, at, target, offset, count);
            at += count;
        } else {
            sample = null;
            count = whole ? -1 : in.read(target, offset, length);
        }
        bytesRead += Math.max(0, count);
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
