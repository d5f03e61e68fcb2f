package io.penstock.storage;

import java.io.IOException;

/**
 * A file has appeared under its name, whole and for all to see, but the store failed to make sure that it stays: it may be gone after a loss of
 * power.
 */
public final class NotDurableException extends IOException {
    private static final long serialVersionUID = 1L;

    public NotDurableException(String message, Throwable cause) {
        super(message, cause);
    }
}
