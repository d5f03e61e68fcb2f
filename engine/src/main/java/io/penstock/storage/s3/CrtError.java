package io.penstock.storage.s3;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.CrtRuntimeException;

/**
 * An error of the CRT.
 *
 * @param name for example {@code AWS_IO_SOCKET_CLOSED}
 * @param text what it means
 */
record CrtError(String name, String text) {
    /** Each library of the CRT has so many numbers; there are fewer than 32 libraries. */
    private static final int NUMBERS_PER_LIBRARY = 1024;

    private static final int LIBRARIES = 32;

    /** The SDK keeps only the text, and appends how often it tried. */
    private static final Pattern OF_SDK =
            Pattern.compile("Failed to send the request: (.*?)(?: \\(SDK Attempt Count: \\d+\\))?", Pattern.DOTALL);

    /** Replies that the CRT, because it would repeat the request, hands over as errors of its own. */
    private static final Map<String, Reply> REPLIES = Map.of(
            "AWS_ERROR_S3_SLOW_DOWN", new Reply(503, "SlowDown"),
            "AWS_ERROR_S3_INTERNAL_ERROR", new Reply(500, "InternalError"),
            "AWS_ERROR_S3_REQUEST_TIMEOUT", new Reply(400, "RequestTimeout"),
            "AWS_ERROR_S3_REQUEST_TIME_TOO_SKEWED", new Reply(403, "RequestTimeTooSkewed"));

    /** From before there was a connection. */
    private static final Set<String> UNSENT = Set.of(
            "AWS_IO_SOCKET_CONNECTION_REFUSED",
            "AWS_IO_SOCKET_NO_ROUTE_TO_HOST",
            "AWS_IO_SOCKET_NETWORK_DOWN",
            "AWS_IO_DNS_INVALID_NAME",
            "AWS_IO_DNS_QUERY_FAILED",
            "AWS_IO_DNS_NO_ADDRESS_FOR_HOST",
            "AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE");

    /** Trying again cannot help. */
    private static final Set<String> LASTING = Set.of(
            "AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE",
            "AWS_ERROR_INVALID_ARGUMENT",
            "AWS_ERROR_OOM",
            "AWS_ERROR_DEST_COPY_TOO_SMALL",
            "AWS_ERROR_INVALID_STATE",
            "AWS_ERROR_S3_INVALID_CONTENT_RANGE_HEADER",
            "AWS_ERROR_S3_MISSING_CONTENT_RANGE_HEADER",
            "AWS_ERROR_HTTP_CALLBACK_FAILURE",
            "AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH");

    /** A reply's usual status and code. */
    record Reply(int status, String code) {}

    static CrtError of(int number) {
        return new CrtError(CRT.awsErrorName(number), CRT.awsErrorString(number));
    }

    /** The one that the SDK gave up for. */
    static Optional<CrtError> of(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof CrtRuntimeException crt) {
                return Optional.of(of(crt.errorCode));
            }
            Matcher matcher = OF_SDK.matcher(String.valueOf(cause.getMessage()));
            if (matcher.matches() && ByText.NUMBERS.containsKey(matcher.group(1))) {
                return Optional.of(of(ByText.NUMBERS.get(matcher.group(1))));
            }
        }
        return Optional.empty();
    }

    /** The reply that it stands for. */
    Optional<Reply> reply() {
        return Optional.ofNullable(REPLIES.get(name));
    }

    boolean isUnsent() {
        return UNSENT.contains(name);
    }

    static boolean isLasting(String name) {
        return LASTING.contains(name);
    }

    /** Read when the first is asked for. */
    private static final class ByText {
        static final Map<String, Integer> NUMBERS = new HashMap<>();

        static {
            String unknown = CRT.awsErrorName(-1);
            for (int library = 0; library < LIBRARIES; library++) {
                int number = library * NUMBERS_PER_LIBRARY;
                while (!CRT.awsErrorName(number).equals(unknown)) {
                    NUMBERS.putIfAbsent(CRT.awsErrorString(number), number);
                    number++;
                }
            }
        }
    }
}
