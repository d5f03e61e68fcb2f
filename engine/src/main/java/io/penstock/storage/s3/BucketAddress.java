package io.penstock.storage.s3;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the objects of a bucket are.
 *
 * @param server scheme, host and port
 * @param path what goes before a key, encoded, with a slash at its end
 */
record BucketAddress(URI server, String path) {
    private static final String UNRESERVED = "-._~";

    /**
     * Takes the address apart.
     *
     * @param url of the object with the key {@code key}, which needs no encoding
     */
    static BucketAddress of(URI url, String key) {
        String path = url.getRawPath();
        try {
            return new BucketAddress(
                    new URI(url.getScheme(), null, url.getHost(), url.getPort(), null, null, null),
                    path.substring(0, path.length() - key.length()));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no server at " + url, e);
        }
    }

    /** The request header {@code Host}. */
    String host() {
        return server.getRawAuthority();
    }

    /** The request's target. What is encoded here is sent, and signed, as it is. */
    String target(String key, Map<String, String> query) {
        StringBuilder target = new StringBuilder(path);
        encode(key, "/", target);
        char separator = '?';
        for (Map.Entry<String, String> parameter : new TreeMap<>(query).entrySet()) {
            target.append(separator);
            encode(parameter.getKey(), "", target);
            target.append('=');
            encode(parameter.getValue(), "", target);
            separator = '&';
        }
        return target.toString();
    }

    /** As Signature Version 4 wants it: each byte of UTF-8 but letters, digits, the unreserved ones and those {@code kept}. */
    private static void encode(String text, String kept, StringBuilder target) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || UNRESERVED.indexOf(c) >= 0
                    || kept.indexOf(c) >= 0) {
                target.append(c);
            } else {
                target.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
    }
}
