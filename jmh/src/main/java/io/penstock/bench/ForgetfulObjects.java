package io.penstock.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answers of S3 for buckets whose objects have a size and nothing else. Small ones, such as the entries of a table's log, are kept as
 * they are; larger ones have {@link SyntheticBytes} when they are read. Every bucket exists. Thread-safe.
 */
final class ForgetfulObjects {
    private static final Pattern LISTED_PART = Pattern.compile("<PartNumber>\\s*(\\d+)\\s*</PartNumber>");
    private static final Pattern LISTED_KEY = Pattern.compile("<Key>([^<]*)</Key>");

    private static final int MIN_PART_BYTES = 5 << 20;

    private final int maxKeptBytes;
    private final NavigableMap<String, Stored> objects = new TreeMap<>();
    private final Map<String, Upload> uploads = new HashMap<>();
    private final AtomicLong names = new AtomicLong();

    /** @param content null if only the size is kept */
    private record Stored(long bytes, byte[] content, String tag, Map<String, String> metadata, Instant modified) {}

    private record Upload(
            String path, Map<String, String> metadata, NavigableMap<Integer, Part> parts, Instant begun) {}

    /** @param content null if only the size is kept */
    private record Part(long bytes, byte[] content) {}

    /** @param maxKeptBytes the largest object, and the largest part, that is kept as it is */
    ForgetfulObjects(int maxKeptBytes) {
        this.maxKeptBytes = maxKeptBytes;
    }

    /** Reads the body of {@code request} and answers it. */
    HttpReply answer(HttpRequest request, HttpConnection connection) throws IOException {
        return switch (request.method()) {
            case "PUT" -> put(request, connection);
            case "POST" -> post(request, new String(connection.body(request), StandardCharsets.UTF_8));
            case "GET", "HEAD" -> {
                connection.discard(request);
                yield get(request);
            }
            case "DELETE" -> {
                connection.discard(request);
                yield delete(request);
            }
            default -> HttpReply.error(405, "MethodNotAllowed");
        };
    }

    private HttpReply put(HttpRequest request, HttpConnection connection) throws IOException {
        String part = request.query().get("partNumber");
        long length = HttpConnection.bodyBytes(request);
        // The last part of a large upload is small, and no more wanted than the others.
        boolean kept = length >= 0 && length <= maxKeptBytes && (part == null || maxKeptBytes >= MIN_PART_BYTES);
        byte[] content = kept ? connection.body(request) : null;
        long bytes = kept ? content.length : connection.discard(request);
        if (part != null) {
            return putPart(request, Integer.parseInt(part), new Part(bytes, content));
        }
        return request.key().isEmpty() ? HttpReply.of(200) : putObject(request, bytes, content, metadata(request));
    }

    private synchronized HttpReply putPart(HttpRequest request, int number, Part part) {
        Upload upload = uploads.get(request.query().get("uploadId"));
        if (upload == null) {
            return HttpReply.error(404, "NoSuchUpload");
        }
        upload.parts.put(number, part);
        return withChecksum(request, HttpReply.of(200).with("ETag", tag()));
    }

    private synchronized HttpReply putObject(
            HttpRequest request, long bytes, byte[] content, Map<String, String> metadata) {
        if (request.headers().containsKey("if-none-match") && objects.containsKey(request.path())) {
            return HttpReply.error(412, "PreconditionFailed");
        }
        Stored stored = new Stored(bytes, content, tag(), metadata, Instant.now());
        objects.put(request.path(), stored);
        return withChecksum(request, HttpReply.of(200).with("ETag", stored.tag));
    }

    private static HttpReply withChecksum(HttpRequest request, HttpReply reply) {
        return reply.with("x-amz-checksum-crc32c", request.headers().get("x-amz-checksum-crc32c"));
    }

    /** Of an upload's object, as S3 makes them: no client takes it for an MD5. */
    private String tag() {
        return String.format("\"%032x-1\"", names.incrementAndGet());
    }

    private static Map<String, String> metadata(HttpRequest request) {
        Map<String, String> metadata = new HashMap<>();
        request.headers().forEach((name, value) -> {
            if (name.startsWith("x-amz-meta-")) {
                metadata.put(name, value);
            }
        });
        return metadata;
    }

    private synchronized HttpReply post(HttpRequest request, String body) {
        if (request.query().containsKey("uploads")) {
            String id = "upload-" + names.incrementAndGet();
            uploads.put(id, new Upload(request.path(), metadata(request), new TreeMap<>(), Instant.now()));
            return HttpReply.xml(
                    200,
                    "<InitiateMultipartUploadResult><Bucket>" + request.bucket() + "</Bucket><Key>"
                            + escaped(request.key()) + "</Key><UploadId>" + id
                            + "</UploadId></InitiateMultipartUploadResult>");
        }
        if (request.query().containsKey("uploadId")) {
            return complete(request, body);
        }
        if (request.query().containsKey("delete")) {
            for (Matcher key = LISTED_KEY.matcher(body); key.find(); ) {
                objects.remove("/" + request.bucket() + "/" + unescaped(key.group(1)));
            }
            return HttpReply.xml(200, "<DeleteResult></DeleteResult>");
        }
        return HttpReply.error(501, "NotImplemented");
    }

    private HttpReply complete(HttpRequest request, String body) {
        Upload upload = uploads.get(request.query().get("uploadId"));
        if (upload == null) {
            return HttpReply.error(404, "NoSuchUpload");
        }
        long bytes = 0;
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (Matcher listed = LISTED_PART.matcher(body); listed.find(); ) {
            Part part = upload.parts.get(Integer.valueOf(listed.group(1)));
            if (part == null) {
                return HttpReply.error(400, "InvalidPart");
            }
            bytes += part.bytes;
            if (part.content != null) {
                content.writeBytes(part.content);
            }
        }
        boolean kept = content.size() == bytes;
        HttpReply reply = putObject(request, bytes, kept ? content.toByteArray() : null, upload.metadata);
        if (reply.status() != 200) {
            return reply;
        }
        uploads.remove(request.query().get("uploadId"));
        return HttpReply.xml(
                200,
                "<CompleteMultipartUploadResult><Bucket>" + request.bucket() + "</Bucket><Key>"
                        + escaped(request.key()) + "</Key><ETag>" + escaped(objects.get(request.path()).tag)
                        + "</ETag></CompleteMultipartUploadResult>");
    }

    private synchronized HttpReply get(HttpRequest request) {
        if (request.key().isEmpty()) {
            return request.method().equals("HEAD") ? HttpReply.of(200) : list(request);
        }
        if (request.query().containsKey("uploadId")) {
            return listParts(request);
        }
        Stored stored = objects.get(request.path());
        if (stored == null) {
            return HttpReply.error(404, "NoSuchKey");
        }
        String expected = request.headers().get("if-match");
        if (expected != null && !expected.equals(stored.tag)) {
            return HttpReply.error(412, "PreconditionFailed");
        }
        return range(request.headers().get("range"), stored)
                .with("ETag", stored.tag)
                .with("Accept-Ranges", "bytes")
                .with("Last-Modified", date(stored.modified))
                .withAll(stored.metadata);
    }

    private static HttpReply range(String range, Stored stored) {
        if (range == null) {
            return part(200, stored, 0, stored.bytes);
        }
        String[] bounds = range.substring("bytes=".length()).split("-", 2);
        long from;
        long to;
        if (bounds[0].isEmpty()) {
            from = Math.max(0, stored.bytes - Long.parseLong(bounds[1]));
            to = stored.bytes;
        } else {
            from = Long.parseLong(bounds[0]);
            to = bounds[1].isEmpty() ? stored.bytes : Math.min(stored.bytes, Long.parseLong(bounds[1]) + 1);
        }
        if (from >= to) {
            return HttpReply.error(416, "InvalidRange").with("Content-Range", "bytes */" + stored.bytes);
        }
        return part(206, stored, from, to).with("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + stored.bytes);
    }

    private static HttpReply part(int status, Stored stored, long from, long to) {
        return stored.content == null
                ? HttpReply.synthetic(status, from, to - from)
                : HttpReply.bytes(status, Arrays.copyOfRange(stored.content, (int) from, (int) to));
    }

    private HttpReply list(HttpRequest request) {
        if (request.query().containsKey("location")) {
            return HttpReply.xml(200, "<LocationConstraint/>");
        }
        boolean ofUploads = request.query().containsKey("uploads");
        String prefix = request.query().getOrDefault("prefix", "");
        String delimiter = request.query().getOrDefault("delimiter", "");
        String bucket = "/" + request.bucket() + "/";
        StringBuilder listed = new StringBuilder();
        TreeSet<String> commonPrefixes = new TreeSet<>();
        Map<String, String> entries = ofUploads ? uploadEntries() : objectEntries();
        entries.forEach((entry, xml) -> {
            String path = entry.split("\n", 2)[0];
            if (!path.startsWith(bucket + prefix)) {
                return;
            }
            String key = path.substring(bucket.length());
            int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
            if (end >= 0) {
                commonPrefixes.add(key.substring(0, end + delimiter.length()));
            } else {
                listed.append(xml.replace("{key}", escaped(key)));
            }
        });
        commonPrefixes.forEach(common -> listed.append("<CommonPrefixes><Prefix>")
                .append(escaped(common))
                .append("</Prefix></CommonPrefixes>"));
        String document = ofUploads ? "ListMultipartUploadsResult" : "ListBucketResult";
        return HttpReply.xml(
                200,
                "<" + document + "><Bucket>" + request.bucket() + "</Bucket><Name>" + request.bucket()
                        + "</Name><IsTruncated>false</IsTruncated>" + listed + "</" + document + ">");
    }

    /** A map from the path, a line feed and what tells apart, to the entry with a place for the key. */
    private NavigableMap<String, String> uploadEntries() {
        NavigableMap<String, String> entries = new TreeMap<>();
        uploads.forEach((id, upload) -> entries.put(
                upload.path + "\n" + id,
                "<Upload><Key>{key}</Key><UploadId>" + id + "</UploadId><Initiated>" + upload.begun
                        + "</Initiated></Upload>"));
        return entries;
    }

    private NavigableMap<String, String> objectEntries() {
        NavigableMap<String, String> entries = new TreeMap<>();
        objects.forEach((path, stored) -> entries.put(
                path,
                "<Contents><Key>{key}</Key><LastModified>" + stored.modified + "</LastModified><ETag>"
                        + escaped(stored.tag) + "</ETag><Size>" + stored.bytes
                        + "</Size><StorageClass>STANDARD</StorageClass></Contents>"));
        return entries;
    }

    private HttpReply listParts(HttpRequest request) {
        Upload upload = uploads.get(request.query().get("uploadId"));
        if (upload == null) {
            return HttpReply.error(404, "NoSuchUpload");
        }
        StringBuilder parts = new StringBuilder();
        upload.parts.forEach((number, part) -> parts.append("<Part><PartNumber>")
                .append(number)
                .append("</PartNumber><Size>")
                .append(part.bytes)
                .append("</Size></Part>"));
        return HttpReply.xml(200, "<ListPartsResult><IsTruncated>false</IsTruncated>" + parts + "</ListPartsResult>");
    }

    private synchronized HttpReply delete(HttpRequest request) {
        String upload = request.query().get("uploadId");
        if (upload != null) {
            return uploads.remove(upload) == null ? HttpReply.error(404, "NoSuchUpload") : HttpReply.of(204);
        }
        objects.remove(request.path());
        return HttpReply.of(204);
    }

    private static String date(Instant moment) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(moment.atZone(ZoneOffset.UTC));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String unescaped(String text) {
        return text.replace("&quot;", "\"")
                .replace("&gt;", ">")
                .replace("&lt;", "<")
                .replace("&amp;", "&");
    }
}
