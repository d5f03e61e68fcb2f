package io.penstock.testing;

import java.util.Map;
import java.util.function.Consumer;

/** What {@link FaultyProxy} does to a request. */
public sealed interface Fault {
    /** At which point of a request. */
    enum Moment {
        /** Nothing of it has reached the server. */
        BEFORE,
        /** Half of its body has; of one without a body, half of the reply has come back. */
        MIDDLE,
        /** The server has carried it out, and its reply is lost. */
        AFTER
    }

    /** The connection is reset. */
    record Reset(Moment moment) implements Fault {}

    /** No reply comes until the client gives up. */
    record Silence(boolean carriedOut) implements Fault {}

    /** The connection is reset, and what was asked for waits somewhere between until {@link FaultyProxy#deliver}. */
    record Late() implements Fault {}

    /** It takes its time. */
    record Delay(long millis) implements Fault {}

    /**
     * An error of S3.
     *
     * @param carriedOut whether the server carries it out nevertheless
     */
    record ErrorReply(int status, String code, boolean carriedOut, Map<String, String> headers) implements Fault {}

    /** Status 200, and an error in the body: what a server says that learns of its failure after it has begun to reply. */
    record ErrorIn200(String code, boolean carriedOut) implements Fault {}

    /** The connection is closed after half of the reply's body. */
    record TruncatedReply() implements Fault {}

    /** A bit in the middle of the reply's body is another. */
    record CorruptReply() implements Fault {}

    /** A bit in the middle of the request's body is another. */
    record CorruptRequest() implements Fault {}

    /** Something else happens at the server first. */
    record Meddling(Consumer<S3Request> meddler) implements Fault {}

    static Fault reset(Moment moment) {
        return new Reset(moment);
    }

    /** An error in place of what was asked for. */
    static Fault error(int status, String code) {
        return new ErrorReply(status, code, false, Map.of());
    }

    /** An error after what was asked for. */
    static Fault errorAfter(int status, String code) {
        return new ErrorReply(status, code, true, Map.of());
    }
}
