package io.penstock.storage.s3;

import java.nio.ByteBuffer;

/** Where the bytes of a reply go. */
@FunctionalInterface
interface Landing {
    /**
     * Copies {@code bytes} to where those from {@code offset} of the reply's body on belong; the same may come again if the request is
     * repeated. Called by threads of the client, one at a time.
     */
    void take(long offset, ByteBuffer bytes);
}
