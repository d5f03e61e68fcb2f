package io.penstock.storage.s3;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.CrtRuntimeException;
import software.amazon.awssdk.crt.s3.S3FinishedResponseContext;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * How one attempt of a request failed, as its server or the client below says it.
 *
 * @param status of HTTP; 0 if there was no reply
 * @param code of S3 or, without a reply, of the CRT; may be empty
 * @param message of the server or the CRT; may be empty
 * @param requestId the server's; may be empty
 * @param region where the server says that the bucket is; may be empty
 * @param serverTime what the server takes for the time; may be empty
 * @param cause may be null
 */
record Refusal(
        int status, String code, String message, String requestId, String region, String serverTime, Throwable cause) {
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
            "AWS_ERROR_HTTP_CALLBACK_FAILURE");

    /** Of the CRT, from before there was a connection. */
    private static final Set<String> UNSENT_ERRORS = Set.of(
            "AWS_IO_SOCKET_CONNECTION_REFUSED",
            "AWS_IO_SOCKET_NO_ROUTE_TO_HOST",
            "AWS_IO_SOCKET_NETWORK_DOWN",
            "AWS_IO_DNS_INVALID_NAME",
            "AWS_IO_DNS_QUERY_FAILED",
            "AWS_IO_DNS_NO_ADDRESS_FOR_HOST",
            "AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE");

    /** Without an answer after {@code millis}. */
    static Refusal timeout(long millis) {
        return new Refusal(0, TIMED_OUT, "there was no answer within " + millis + " ms", "", "", "", null);
    }

    /** A failure on this side. */
    static Refusal local(Throwable cause) {
        return new Refusal(0, "", String.valueOf(cause.getMessage()), "", "", "", cause);
    }

    /** @param headers of the reply, by their names in lower case */
    static Refusal of(S3FinishedResponseContext finish, Map<String, String> headers) {
        int status = finish.getResponseStatus();
        if (finish.getCause() != null) {
            return local(finish.getCause());
        }
        if (status < 300) {
            return ofCrt(status, finish.getErrorCode(), null);
        }
        byte[] payload = finish.getErrorPayload();
        String body = payload == null ? "" : new String(payload, StandardCharsets.UTF_8);
        return new Refusal(
                status,
                element(body, "Code"),
                element(body, "Message"),
                firstOf(headers.get("x-amz-request-id"), element(body, "RequestId")),
                firstOf(headers.get("x-amz-bucket-region"), element(body, "Region")),
                firstOf(element(body, "ServerTime"), headers.get("date")),
                null);
    }

    /** What the SDK throws. */
    static Refusal of(Throwable thrown) {
        if (thrown instanceof S3Exception refused && refused.awsErrorDetails() != null) {
            var details = refused.awsErrorDetails();
            var reply = details.sdkHttpResponse();
            return new Refusal(
                    refused.statusCode(),
                    firstOf(details.errorCode(), ""),
                    firstOf(details.errorMessage(), ""),
                    firstOf(refused.requestId(), ""),
                    reply == null
                            ? ""
                            : reply.firstMatchingHeader("x-amz-bucket-region").orElse(""),
                    reply == null ? "" : reply.firstMatchingHeader("date").orElse(""),
                    refused);
        }
        if (thrown instanceof ApiCallTimeoutException
                || thrown instanceof ApiCallAttemptTimeoutException
                || thrown instanceof AbortedException) {
            return new Refusal(0, TIMED_OUT, thrown.getMessage(), "", "", "", thrown);
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof CrtRuntimeException crt) {
                return ofCrt(0, crt.errorCode, thrown);
            }
        }
        return local(thrown);
    }

    private static Refusal ofCrt(int status, int error, Throwable cause) {
        return new Refusal(status, CRT.awsErrorName(error), CRT.awsErrorString(error), "", "", "", cause);
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

    /** Whether the server may have done what it was asked for, or do so yet. */
    boolean isOutcomeUnknown() {
        return status < 300 && !UNSENT_ERRORS.contains(code) || status >= 500;
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
