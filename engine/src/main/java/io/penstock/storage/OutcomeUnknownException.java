package io.penstock.storage;

import java.io.IOException;

/**
 * The store has sent a request and got no definite answer, however often it asked: what was asked for may have been done, or be done yet. That it
 * is not there now proves nothing.
 */
public final class OutcomeUnknownException extends IOException {
    private static final long serialVersionUID = 1L;

    public OutcomeUnknownException(String message, Throwable cause) {
        super(message, cause);
    }
}
