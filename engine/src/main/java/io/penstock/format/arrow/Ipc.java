package io.penstock.format.arrow;

import io.penstock.buffer.Memory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Constants of the IPC format. */
final class Ipc {
    /** Begins and ends a file. */
    static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

    /** The magic at the beginning of a file, padded. */
    static final int FILE_HEADER_BYTES = 8;

    /** The footer's length and the magic at the end of a file. */
    static final int FILE_TRAILER_BYTES = 4 + MAGIC.length;

    /** Comes before the length of a message's metadata. */
    static final int CONTINUATION = 0xffffffff;

    /** {@link #CONTINUATION} and the length. */
    static final int PREFIX_BYTES = 8;

    /** Every buffer begins at a multiple of this, in its body and in the file, as the format recommends. */
    static final int ALIGNMENT = 64;

    /** Where the zeros are that fill up to the next multiple of {@link #ALIGNMENT}. */
    static final long ZEROS;

    private static final ByteBuffer ZERO_PAGE = ByteBuffer.allocateDirect(ALIGNMENT);

    static {
        ZEROS = Memory.address(ZERO_PAGE);
    }

    private Ipc() {}

    static long padded(long length) {
        return length + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
