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
            int seen = telemetry == null ? status : Math.max(status, telemetry.getResponseStatus());
            return of(CrtError.of(finish.getErrorCode()), seen, requestId(telemetry), finish.getCause());
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
        Optional<CrtError> crt = CrtError.of(thrown);
        if (crt.isPresent()) {
            return of(crt.get(), 0, "", thrown);
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

    private static Refusal of(CrtError error, int status, String requestId, Throwable cause) {
        return error.reply()
                .map(reply -> {
                    int seen = status >= 300 ? status : reply.status();
                    return new Refusal(seen, reply.code(), "", seen >= 500, requestId, "", "", cause);
                })
                .orElseGet(() ->
                        new Refusal(status, error.name(), error.text(), !error.isUnsent(), requestId, "", "", cause));
    }

    private static String requestId(S3RequestMetrics telemetry) {
        try {
            return telemetry == null ? "" : firstOf(telemetry.getAwsRequestId(), "");
        } catch (CrtRuntimeException e) {
            // There was none.
            return "";
        }
    }

    /** Whether the same request may succeed later. */
    boolean mayPass() {
        if (status < 300) {
            return cause == null && !CrtError.isLasting(code);
        }
        return status == 408 || status == 429 || PASSING_CODES.contains(code) || status >= 500 && status != 501;
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
