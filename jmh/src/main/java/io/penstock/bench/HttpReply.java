package io.penstock.bench;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a server says.
 *
 * @param content the body; null if it is synthetic
 * @param from the offset of the first of the {@link SyntheticBytes}
 * @param length of the body, or for HEAD the length it would have
 */
record HttpReply(int status, Map<String, String> headers, byte[] content, long from, long length) {
    static HttpReply of(int status) {
        return new HttpReply(status, new LinkedHashMap<>(), new byte[0], 0, 0);
    }

    static HttpReply xml(int status, String document) {
        return bytes(
                        status,
                        ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + document).getBytes(StandardCharsets.UTF_8))
                .with("Content-Type", "application/xml");
    }

    static HttpReply error(int status, String code) {
        return xml(status, "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>");
    }

    static HttpReply bytes(int status, byte[] content) {
        return new HttpReply(status, new LinkedHashMap<>(), content, 0, content.length);
    }

    static HttpReply synthetic(int status, long from, long length) {
        return new HttpReply(status, new LinkedHashMap<>(), null, from, length);
    }

    /** Nothing is added if the value is null. */
    HttpReply with(String name, String value) {
        if (value != null) {
            headers.put(name, value);
        }
        return this;
    }

    HttpReply withAll(Map<String, String> more) {
        headers.putAll(more);
        return this;
    }
}
