package io.penstock.storage.s3;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.CrtRuntimeException;
import software.amazon.awssdk.crt.s3.S3FinishedResponseContext;
import software.amazon.awssdk.crt.s3.S3RequestMetrics;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * How one attempt of a request failed, as its server or the client below says it.
 *
 * @param status of HTTP; 0 if there was no reply
 * @param code of S3 or, without a reply, of the CRT; may be empty
 * @param message of the server or the CRT; may be empty
 * @param isOutcomeUnknown whether the server may have done what it was asked for, or do so yet
 * @param requestId the server's; may be empty
 * @param region where the server says that the bucket is; may be empty
 * @param serverTime what the server takes for the time; may be empty
 * @param cause may be null
 */
record Refusal(
        int status,
        String code,
        String message,
        boolean isOutcomeUnknown,
        String requestId,
        String region,
        String serverTime,
        Throwable cause) {
    static final String TIMED_OUT = "TimedOut";

    /** Codes with a status of their own that a repetition may answer better. */
    private static final Set<String> PASSING_CODES = Set.of(
            "RequestTimeout",
            "BadDigest",
            "XAmzContentChecksumMismatch",
            "InternalError",
            "SlowDown",
            "ServiceUnavailable",
            "Throttling",
            "ThrottlingException",
            "RequestLimitExceeded",
            "BandwidthLimitExceeded");

    private static final Set<String> LASTING_CODES = Set.of("NotImplemented");

    /** Of the CRT, where trying again cannot help. */
    private static final Set<String> LASTING_ERRORS = Set.of(
            "AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE",
            "AWS_IO_TLS_INVALID_CERTIFICATE_CHAIN",
            "AWS_IO_TLS_HOST_NAME_MISMATCH",
            "AWS_IO_TLS_UNKNOWN_ROOT_CERTIFICATE",
            "AWS_ERROR_INVALID_ARGUMENT",
            "AWS_ERROR_OOM",
            "AWS_ERROR_HTTP_CALLBACK_FAILURE",
            "AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH");

    /** Of the CRT, from before there was a connection. */
    private static final Set<String> UNSENT_ERRORS = Set.of(
            "AWS_IO_SOCKET_CONNECTION_REFUSED",
            "AWS_IO_SOCKET_NO_ROUTE_TO_HOST",
            "AWS_IO_SOCKET_NETWORK_DOWN",
            "AWS_IO_DNS_INVALID_NAME",
            "AWS_IO_DNS_QUERY_FAILED",
            "AWS_IO_DNS_NO_ADDRESS_FOR_HOST",
            "AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE");

    /** The codes of S3 that the CRT has errors of its own for. */
    private static final Map<String, String> CODES_OF_ERRORS = Map.of(
            "AWS_ERROR_S3_SLOW_DOWN", "SlowDown",
            "AWS_ERROR_S3_INTERNAL_ERROR", "InternalError",
            "AWS_ERROR_S3_REQUEST_TIMEOUT", "RequestTimeout",
            "AWS_ERROR_S3_REQUEST_TIME_TOO_SKEWED", "RequestTimeTooSkewed");

    /** Without an answer after {@code millis}. */
    static Refusal timeout(long millis) {
        return timeout("there was no answer within " + millis + " ms", null);
    }

    private static Refusal timeout(String message, Throwable cause) {
        return new Refusal(0, TIMED_OUT, message, true, "", "", "", cause);
    }

    /** A failure on this side, because of which the server did not have the whole request. */
    static Refusal unsent(Throwable cause) {
        return new Refusal(0, "", String.valueOf(cause.getMessage()), false, "", "", "", cause);
    }

    /**
     * How the CRT ended a request.
     *
     * @param headers of the reply, by their names in lower case
     * @param telemetry of the request; null if there is none
     */
    static Refusal of(S3FinishedResponseContext finish, Map<String, String> headers, S3RequestMetrics telemetry) {
        int status = finish.getResponseStatus();
        if (status < 300) {
            return ofCrt(status, finish.getErrorCode(), finish.getCause(), telemetry);
        }
        byte[] payload = finish.getErrorPayload();
        String body = payload == null ? "" : new String(payload, StandardCharsets.UTF_8);
        return new Refusal(
                status,
                element(body, "Code"),
                element(body, "Message"),
                status >= 500,
                firstOf(headers.get("x-amz-request-id"), element(body, "RequestId")),
                firstOf(headers.get("x-amz-bucket-region"), element(body, "Region")),
                firstOf(element(body, "ServerTime"), headers.get("date")),
                null);
    }

    /** What the SDK throws. */
    static Refusal of(Throwable thrown) {
        if (thrown instanceof S3Exception refused && refused.awsErrorDetails() != null) {
            return of(refused, refused.awsErrorDetails());
        }
        if (thrown instanceof ApiCallTimeoutException || thrown instanceof ApiCallAttemptTimeoutException) {
            return timeout(thrown.getMessage(), thrown);
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof CrtRuntimeException crt) {
                return ofCrt(0, crt.errorCode, thrown, null);
            }
        }
        return new Refusal(0, "", String.valueOf(thrown.getMessage()), true, "", "", "", thrown);
    }

    private static Refusal of(S3Exception refused, AwsErrorDetails details) {
        Optional<SdkHttpResponse> reply = Optional.ofNullable(details.sdkHttpResponse());
        int status = refused.statusCode();
        return new Refusal(
                status,
                firstOf(details.errorCode(), ""),
                firstOf(details.errorMessage(), ""),
                status < 300 || status >= 500,
                firstOf(refused.requestId(), ""),
                reply.flatMap(r -> r.firstMatchingHeader("x-amz-bucket-region")).orElse(""),
                reply.flatMap(r -> r.firstMatchingHeader("date")).orElse(""),
                refused);
    }

    private static Refusal ofCrt(int status, int error, Throwable cause, S3RequestMetrics telemetry) {
        String name = CRT.awsErrorName(error);
        String known = CODES_OF_ERRORS.get(name);
        int seen = telemetry == null ? 0 : telemetry.getResponseStatus();
        if (known != null && seen >= 300) {
            return new Refusal(seen, known, "", seen >= 500, requestId(telemetry), "", "", cause);
        }
        return new Refusal(status, name, CRT.awsErrorString(error), !UNSENT_ERRORS.contains(name), "", "", "", cause);
    }

    private static String requestId(S3RequestMetrics telemetry) {
        try {
            return firstOf(telemetry.getAwsRequestId(), "");
        } catch (CrtRuntimeException e) {
            // There was none.
            return "";
        }
    }

    /** Whether the same request may succeed later. */
    boolean mayPass() {
        if (status == 0) {
            return cause == null && !LASTING_ERRORS.contains(code);
        }
        return status < 300
                || status == 408
                || status == 429
                || PASSING_CODES.contains(code)
                || status >= 500 && status != 501 && !LASTING_CODES.contains(code);
    }

    /** Whether the server asks to be left alone for a while. */
    boolean isThrottling() {
        return status == 503 || status == 429 || code.toLowerCase(Locale.ROOT).contains("throttl");
    }

    private static String firstOf(String first, String second) {
        if (first != null && !first.isEmpty()) {
            return first;
        }
        return second == null ? "" : second;
    }

    /** S3's error documents are flat; a parser of XML would only add what an attacker could use. */
    private static String element(String xml, String name) {
        Matcher matcher =
                Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
        return matcher.find() ? plain(matcher.group(1)) : "";
    }

    private static String plain(String escaped) {
        return escaped.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&apos;", "'")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }
}
