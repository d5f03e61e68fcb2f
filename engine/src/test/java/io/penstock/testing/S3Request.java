package io.penstock.testing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request of S3 as {@link FaultyProxy} sees it; its bucket is named in the path.
 *
 * @param number of the request since the last reset, from 1 on
 * @param key of the object; {@code ""} if it is about the bucket
 * @param query without the question mark, as it was sent
 * @param headers by their names in lower case
 */
public record S3Request(
        long number, String method, String bucket, String key, String query, Map<String, String> headers) {
    /** What is asked for. */
    public enum Kind {
        PUT,
        GET,
        HEAD,
        DELETE,
        CREATE_UPLOAD,
        UPLOAD_PART,
        COMPLETE_UPLOAD,
        ABORT_UPLOAD,
        LIST,
        LIST_UPLOADS,
        OTHER
    }

    static S3Request of(long number, HttpMessage message) {
        String[] words = message.startLine().split(" ", 3);
        String[] target = words[1].split("\\?", 2);
        String[] path = target[0].split("/", 3);
        return new S3Request(
                number,
                words[0],
                path[1],
                path.length < 3 ? "" : URLDecoder.decode(path[2].replace("+", "%2B"), StandardCharsets.UTF_8),
                target.length < 2 ? "" : target[1],
                message.headers());
    }

    public Kind kind() {
        boolean ofObject = !key.isEmpty();
        return switch (method) {
            case "PUT" -> asks("partNumber") ? Kind.UPLOAD_PART : ofObject ? Kind.PUT : Kind.OTHER;
            case "GET" -> ofObject ? Kind.GET : asks("uploads") ? Kind.LIST_UPLOADS : Kind.LIST;
            case "HEAD" -> ofObject ? Kind.HEAD : Kind.OTHER;
            case "DELETE" -> asks("uploadId") ? Kind.ABORT_UPLOAD : ofObject ? Kind.DELETE : Kind.OTHER;
            case "POST" -> asks("uploads") ? Kind.CREATE_UPLOAD : asks("uploadId") ? Kind.COMPLETE_UPLOAD : Kind.OTHER;
            default -> Kind.OTHER;
        };
    }

    /** Whether the query has a parameter of that name. */
    public boolean asks(String parameter) {
        return query.matches("(.*&)?" + parameter + "([=&].*)?");
    }

    /** Whether it only looks. */
    public boolean isRead() {
        return method.equals("GET") || method.equals("HEAD");
    }

    @Override
    public String toString() {
        return number + ": " + kind() + " " + key + (query.isEmpty() ? "" : "?" + query);
    }
}
