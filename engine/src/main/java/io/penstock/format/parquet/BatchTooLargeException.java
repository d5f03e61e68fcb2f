package io.penstock.format.parquet;

/** The values of one batch do not fit into a vector, whose buffers have at most 2 GiB. */
final class BatchTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BatchTooLargeException(long bytes) {
        super("one batch holds " + bytes + " bytes of it, more than a vector can; read fewer rows at once");
    }
}
