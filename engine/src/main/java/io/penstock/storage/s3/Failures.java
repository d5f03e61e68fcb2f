package io.penstock.storage.s3;

import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * Says what went wrong with a request to the server of one connection, and what helps. A message names the object, the server, its code and its
 * id of the request, and holds nothing that was signed with. Thread-safe.
 */
final class Failures {
    private final S3Connection connection;

    Failures(S3Connection connection) {
        this.connection = connection;
    }

    /**
     * What the SDK threw.
     *
     * @param action what was to be done with the object, for example {@code remove}
     * @param thrown perhaps wrapped by a future
     */
    RequestException of(String action, String key, Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof RequestException known ? known : of(action, key, Refusal.of(cause));
    }

    private RequestException of(String action, String key, Refusal refusal) {
        return of(action, key, refusal, 1, refusal.isOutcomeUnknown());
    }

    /**
     * The last failure of a request.
     *
     * @param attempts how many there were
     * @param isOutcomeUnknown whether any of them had no definite answer
     */
    RequestException of(String action, String key, Refusal refusal, int attempts, boolean isOutcomeUnknown) {
        StringBuilder message = new StringBuilder("cannot ")
                .append(action)
                .append(' ')
                .append(connection.uri(key))
                .append(": ")
                .append(saying(refusal));
        message.append(" (").append(connection.address().server());
        if (!refusal.requestId().isEmpty()) {
            message.append(", request ").append(refusal.requestId());
        }
        if (attempts > 1) {
            message.append(", ").append(attempts).append(" attempts");
        }
        message.append(')');
        String advice = advice(refusal);
        if (!advice.isEmpty()) {
            message.append(". ").append(advice);
        }
        return new RequestException(
                message.toString(), refusal.status(), refusal.code(), refusal.cause(), isOutcomeUnknown);
    }

    RequestException cancelled(String action, String key) {
        return new RequestException("cannot " + action + " " + connection.uri(key) + ": it was given up", 0, "", null);
    }

    private static String saying(Refusal refusal) {
        StringBuilder saying = new StringBuilder();
        if (refusal.status() >= 300) {
            saying.append("status ").append(refusal.status());
        } else if (refusal.status() > 0) {
            saying.append("the reply broke off");
        }
        if (!refusal.code().isEmpty()) {
            saying.append(saying.isEmpty() ? "" : " ").append(refusal.code());
        }
        if (!refusal.message().isEmpty()) {
            saying.append(saying.isEmpty() ? "" : ": ").append(refusal.message());
        }
        return saying.toString();
    }

    private String advice(Refusal refusal) {
        return switch (refusal.code()) {
            case "NoSuchBucket" -> "There is no bucket '" + connection.options().bucket() + "' on this server";
            case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired" ->
                "The credentials have expired: renew them";
            case "InvalidToken" -> "The session token does not belong to the credentials, or has expired";
            case "InvalidAccessKeyId" -> "The server does not know the access key";
            case "SignatureDoesNotMatch" ->
                "The secret key does not fit the access key, or something between changed the request";
            case "RequestTimeTooSkewed" ->
                "This machine's clock and the server's differ: it is " + Instant.now() + " here"
                        + (refusal.serverTime().isEmpty() ? "" : " and " + refusal.serverTime() + " there");
            case "PermanentRedirect",
                    "TemporaryRedirect",
                    "AuthorizationHeaderMalformed",
                    "IllegalLocationConstraintException" -> otherRegion(refusal);
            case "SlowDown", "ServiceUnavailable" -> "The server is asked for too much at a time";
            case "BadDigest", "XAmzContentChecksumMismatch" -> "What arrived has another checksum than what was sent";
            case Refusal.TIMED_OUT,
                    "AWS_ERROR_HTTP_CHANNEL_THROUGHPUT_FAILURE",
                    "AWS_ERROR_HTTP_RESPONSE_FIRST_BYTE_TIMEOUT" ->
                "The server did not answer in time, penstock.s3.timeout.millis="
                        + connection.options().timeout().toMillis();
            case "AWS_ERROR_DEST_COPY_TOO_SMALL",
                    "AWS_ERROR_INVALID_STATE",
                    "AWS_ERROR_S3_INVALID_CONTENT_RANGE_HEADER",
                    "AWS_ERROR_S3_MISSING_CONTENT_RANGE_HEADER" -> "The reply is not the range that was asked for";
            case "AWS_IO_SOCKET_CONNECTION_REFUSED" -> "Nothing listens there";
            case "AWS_IO_DNS_INVALID_NAME", "AWS_IO_DNS_QUERY_FAILED" -> "The server's name is not known";
            case "AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE" -> "Its certificate is not trusted, or it does not speak TLS";
            default -> adviceByStatus(refusal);
        };
    }

    /** Replies to HEAD have no code. */
    private String adviceByStatus(Refusal refusal) {
        return switch (refusal.status()) {
            case 301, 307 -> otherRegion(refusal);
            case 400 -> refusal.region().isEmpty() ? "" : otherRegion(refusal);
            case 401, 403 -> {
                String whyUnsigned = connection.signer().whyUnsigned();
                yield whyUnsigned == null
                        ? "The credentials do not give the right to do this"
                        : "The request was not signed: " + whyUnsigned;
            }
            default -> "";
        };
    }

    private static String otherRegion(Refusal refusal) {
        return refusal.region().isEmpty()
                ? "The bucket is in another region, or the endpoint is not its own: check penstock.s3.region and penstock.s3.endpoint"
                : "The bucket is in region '" + refusal.region() + "': set penstock.s3.region=" + refusal.region();
    }
}
