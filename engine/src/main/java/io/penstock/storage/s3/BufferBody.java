package io.penstock.storage.s3;

import java.nio.ByteBuffer;

/** The remaining bytes of a buffer, whose position does not change. */
record BufferBody(ByteBuffer content) implements Body {
    @Override
    public long bytes() {
        return content.remaining();
    }

    @Override
    public void copy(long offset, ByteBuffer target) {
        ByteBuffer from = content.duplicate();
        from.position(from.position() + (int) offset);
        from.limit(from.position() + Math.min(from.remaining(), target.remaining()));
        target.put(from);
    }
}
