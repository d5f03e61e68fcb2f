package io.penstock.buffer;

import java.io.IOException;

/** The engine's direct memory budget has no room for what was asked; the message has the numbers and the setting. */
public final class MemoryExhaustedException extends IOException {
    private static final long serialVersionUID = 1L;

    public MemoryExhaustedException(String message) {
        super(message);
    }
}
