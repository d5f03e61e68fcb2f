package io.penstock.storage.s3;

import java.util.concurrent.CompletableFuture;

/** A request on its way. Thread-safe. */
interface Transfer {
    /**
     * Completed by a thread of the client when nothing of the client uses the request's {@link Body} or {@link Landing} any more: with the
     * server's reply, or with a {@link RequestException}.
     */
    CompletableFuture<Reply> reply();

    /** Gives the request up, unless it is over; {@link #reply} is completed soon. The server may have carried it out. */
    void cancel();
}
