package io.penstock.storage.s3;

import java.io.IOException;

/** A request that the server has refused, or that it did not answer. The message names the bucket, the key and the server's id of the request. */
final class RequestException extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;
    private final boolean isOutcomeUnknown;

    /**
     * @param status of HTTP; 0 if there was no reply
     * @param code of S3, for example {@code NoSuchKey}; empty if there was none
     * @param cause null if the server's answer is all there is to know
     */
    RequestException(String message, int status, String code, Throwable cause) {
        this(message, status, code, cause, status < 300 || status >= 500);
    }

    /** @param isOutcomeUnknown whether any attempt of the request had no definite answer */
    RequestException(String message, int status, String code, Throwable cause, boolean isOutcomeUnknown) {
        super(message, cause);
        this.status = status;
        this.code = code;
        this.isOutcomeUnknown = isOutcomeUnknown;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    /** Whether the server may have carried the request out, or do so yet: it gave no definite answer, at least not to each attempt. */
    boolean isOutcomeUnknown() {
        return isOutcomeUnknown;
    }
}
