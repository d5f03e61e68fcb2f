package io.penstock.bench;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The head of a request.
 *
 * @param path decoded, with its leading slash
 * @param query decoded; a parameter without a value has the empty one
 * @param headers by their names in lower case
 */
record HttpRequest(String method, String path, Map<String, String> query, Map<String, String> headers) {
    /** @param head the request line and the headers, without the empty line */
    static HttpRequest parse(String head) {
        String[] lines = head.split("\r\n");
        String[] first = lines[0].split(" ", 3);
        if (first.length < 3) {
            throw new IllegalArgumentException("'" + lines[0] + "' is no request");
        }
        int question = first[1].indexOf('?');
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        return new HttpRequest(
                first[0],
                decode(question < 0 ? first[1] : first[1].substring(0, question)),
                question < 0 ? Map.of() : query(first[1].substring(question + 1)),
                headers);
    }

    private static Map<String, String> query(String text) {
        Map<String, String> query = new HashMap<>();
        for (String parameter : text.split("&")) {
            int equals = parameter.indexOf('=');
            query.put(
                    decode(equals < 0 ? parameter : parameter.substring(0, equals)),
                    equals < 0 ? "" : decode(parameter.substring(equals + 1)));
        }
        return query;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Of the path {@code /bucket/key}; {@code ""} if the bucket itself is meant. */
    String key() {
        int slash = path.indexOf('/', 1);
        return slash < 0 ? "" : path.substring(slash + 1);
    }

    String bucket() {
        int slash = path.indexOf('/', 1);
        return slash < 0 ? path.substring(1) : path.substring(1, slash);
    }

    /** Whether the body is in the chunks of aws-chunked, which its length counts. */
    boolean isAwsChunked() {
        return headers.getOrDefault("content-encoding", "").contains("aws-chunked")
                || headers.getOrDefault("x-amz-content-sha256", "").startsWith("STREAMING-");
    }
}
