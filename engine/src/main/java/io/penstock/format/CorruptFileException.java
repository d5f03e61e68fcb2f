package io.penstock.format;

import java.io.IOException;

/** A file does not hold what it should: the message names the file, the place in it and what was found there. */
public final class CorruptFileException extends IOException {
    private static final long serialVersionUID = 1L;

    public CorruptFileException(String file, String problem) {
        super(file + ": " + problem);
    }

    public CorruptFileException(String file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }
}
