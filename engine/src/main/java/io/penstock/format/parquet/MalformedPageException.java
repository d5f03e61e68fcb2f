package io.penstock.format.parquet;

/** A page does not hold what it should: the message says what was found. Who knows file, row group and column adds those. */
final class MalformedPageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedPageException(String problem) {
        super(problem);
    }

    MalformedPageException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
