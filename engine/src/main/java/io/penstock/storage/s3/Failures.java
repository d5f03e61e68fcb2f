package io.penstock.storage.s3;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.s3.S3FinishedResponseContext;

/** Says what went wrong with a request, where, and what helps. Messages hold no credentials. */
final class Failures {
    private Failures() {}

    static RequestException cancelled(S3Connection connection, String operation, String key) {
        return new RequestException(operation + " of " + connection.uri(key) + " was given up", 0, "", null);
    }

    static RequestException of(S3Wire wire, String operation, String key, Throwable cause) {
        return new RequestException(
                operation + " of " + wire.connection().uri(key) + " failed: " + cause.getMessage(), 0, "", cause);
    }

    static RequestException of(
            S3Wire wire, String operation, String key, S3FinishedResponseContext finish, Map<String, String> headers) {
        String body =
                finish.getErrorPayload() == null ? "" : new String(finish.getErrorPayload(), StandardCharsets.UTF_8);
        String code = element(body, "Code");
        String message = element(body, "Message");
        int status = finish.getResponseStatus();
        String said = status == 0
                ? CRT.awsErrorName(finish.getErrorCode()) + ": " + CRT.awsErrorString(finish.getErrorCode())
                : status + " " + code + ": " + message;
        return new RequestException(
                operation + " of " + wire.connection().uri(key) + " failed: " + said, status, code, finish.getCause());
    }

    static boolean mayPass(RequestException failure) {
        return failure.status() == 0 && !(failure.getCause() instanceof RuntimeException)
                || failure.status() == 429
                || failure.status() >= 500;
    }

    private static String element(String xml, String name) {
        Matcher matcher =
                Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
        return matcher.find() ? matcher.group(1) : "";
    }
}
