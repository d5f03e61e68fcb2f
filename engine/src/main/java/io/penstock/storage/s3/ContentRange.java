package io.penstock.storage.s3;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes of an object a reply has: its header {@code Content-Range} (RFC 9110, 14.4).
 *
 * @param from the first
 * @param to the one after the last
 * @param size of the object
 */
record ContentRange(long from, long to, long size) {
    private static final Pattern FORM = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    /** Null if the reply does not say, or says nothing that makes sense. */
    static ContentRange of(Map<String, String> headers) {
        Matcher form = FORM.matcher(headers.getOrDefault("content-range", "").strip());
        if (!form.matches()) {
            return null;
        }
        long from = Long.parseLong(form.group(1));
        long to = Long.parseLong(form.group(2)) + 1;
        long size = Long.parseLong(form.group(3));
        return from < to && to <= size ? new ContentRange(from, to, size) : null;
    }

    long bytes() {
        return to - from;
    }
}
