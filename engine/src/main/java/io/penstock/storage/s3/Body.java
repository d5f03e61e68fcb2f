package io.penstock.storage.s3;

import java.nio.ByteBuffer;

/** The bytes of a request. They do not change, and may be asked for again from the start, until its {@link Transfer#reply} is complete. */
interface Body {
    /** How many there are. */
    long bytes();

    /** Fills {@code target} with those from {@code offset} on, or as many as there are. Called by threads of the client, one at a time. */
    void copy(long offset, ByteBuffer target);
}
