package io.penstock.log;

import com.dslplatform.json.DslJson;
import com.dslplatform.json.JsonWriter;
import io.penstock.format.CorruptFileException;
import io.penstock.format.SchemaMessage;
import io.penstock.storage.BlockChecksums;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One version of the log as text: an action a line, each a JSON object with one member, as the Delta transaction protocol has it
 * (delta-io/delta, PROTOCOL.md, "Actions").
 */
final class LogFormat {
    /** Delta's primitive types are fewer than Arrow's: the exact schema lies beside Delta's, as the IPC message in base64. */
    private static final String ARROW_SCHEMA = "penstock.arrow.schema";

    private static final String CRC32C = "penstock.crc32c";

    /** Left out where the file is a single block. */
    private static final String BLOCKS = "penstock.crc32c.blocks";

    private static final String ENGINE = "Penstock";

    private static final DslJson<Object> JSON = new DslJson<>();

    private LogFormat() {}

    static byte[] write(LogEntry entry) {
        JsonWriter out = JSON.newWriter();
        action(out, "commitInfo", commitInfo(entry));
        if (entry.metadata() != null) {
            action(out, "protocol", DeltaProtocol.of(entry.metadata()).action());
            action(out, "metaData", metaData(entry.metadata()));
        }
        for (String application : entry.applications()) {
            action(out, "txn", map("appId", application, "version", 0, "lastUpdated", entry.timestampMillis()));
        }
        for (DataFile file : entry.added()) {
            action(out, "add", add(file));
        }
        return out.toByteArray();
    }

    /**
     * @param name of the file, for messages
     * @throws CorruptFileException naming file and line, if this is no version that Penstock understands in full
     */
    static LogEntry read(String name, long version, byte[] text) throws CorruptFileException {
        return new Reader(name, version).read(text);
    }

    private static void action(JsonWriter out, String name, Map<String, Object> body) {
        try {
            JSON.serialize(out, Map.of(name, body));
        } catch (IOException e) {
            throw new AssertionError("writing to memory", e);
        }
        out.writeByte((byte) '\n');
    }

    private static Map<String, Object> commitInfo(LogEntry entry) {
        return map(
                "timestamp",
                entry.timestampMillis(),
                "operation",
                entry.operation(),
                "operationParameters",
                Map.of(),
                "isBlindAppend",
                entry.metadata() == null,
                "engineInfo",
                ENGINE,
                "txnId",
                entry.writer());
    }

    private static Map<String, Object> metaData(TableMetadata metadata) {
        Map<String, Object> configuration = new LinkedHashMap<>(metadata.configuration());
        configuration.put(ARROW_SCHEMA, Base64.getEncoder().encodeToString(SchemaMessage.of(metadata.schema())));
        return map(
                "id",
                metadata.id(),
                "format",
                map("provider", metadata.provider(), "options", metadata.options()),
                "schemaString",
                DeltaSchema.of(metadata.schema()),
                "partitionColumns",
                List.of(),
                "configuration",
                configuration,
                "createdTime",
                metadata.createdMillis());
    }

    private static Map<String, Object> add(DataFile file) {
        Map<String, Object> action = map(
                "path",
                encoded(file.path()),
                "partitionValues",
                Map.of(),
                "size",
                file.bytes(),
                "modificationTime",
                file.modifiedMillis(),
                "dataChange",
                true,
                "stats",
                file.statistics());
        if (file.checksums() != null) {
            action.put("tags", tags(file.checksums()));
        }
        return action;
    }

    private static Map<String, Object> tags(BlockChecksums checksums) {
        Map<String, Object> tags = map(CRC32C, String.format("%08x", checksums.whole()));
        if (checksums.count() > 1) {
            tags.put(BLOCKS, checksums.toString());
        }
        return tags;
    }

    /** A path in the log is a relative URI (RFC 2396). */
    private static String encoded(String path) {
        try {
            return new URI(null, null, path, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("path '" + path + "' has no form as a URI", e);
        }
    }

    /** In the order given, as a file that people read should be. */
    static Map<String, Object> map(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    static String text(Map<String, Object> object) {
        JsonWriter out = JSON.newWriter();
        try {
            JSON.serialize(out, object);
        } catch (IOException e) {
            throw new AssertionError("writing to memory", e);
        }
        return out.toString();
    }

    /** @throws IOException or any unchecked exception of the parser, if {@code text} is no JSON object */
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(byte[] text, int length) throws IOException {
        Object value = JSON.deserialize(Map.class, text, length);
        if (value == null) {
            throw new IOException("no JSON object");
        }
        return (Map<String, Object>) value;
    }

    private static final class Reader {
        private final String name;
        private final long version;
        private final List<DataFile> added = new ArrayList<>();
        private final List<String> removed = new ArrayList<>();
        private final List<String> applications = new ArrayList<>();
        private TableMetadata metadata;
        private String writer;
        private String operation = "";
        private long timestamp;

        Reader(String name, long version) {
            this.name = name;
            this.version = version;
        }

        LogEntry read(byte[] text) throws CorruptFileException {
            int line = 0;
            int start = 0;
            for (int i = 0; i <= text.length; i++) {
                if (i == text.length || text[i] == '\n') {
                    line++;
                    if (i > start) {
                        readLine(line, new String(text, start, i - start, StandardCharsets.UTF_8));
                    }
                    start = i + 1;
                }
            }
            if (text.length == 0 || text[text.length - 1] != '\n') {
                throw new CorruptFileException(name, "line " + line + " does not end: the log entry is cut off");
            }
            return new LogEntry(version, writer, metadata, added, removed, applications, operation, timestamp);
        }

        private void readLine(int line, String text) throws CorruptFileException {
            try {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                for (Map.Entry<String, Object> action :
                        object(bytes, bytes.length).entrySet()) {
                    read(action.getKey(), fields(action.getValue(), action.getKey()));
                }
            } catch (CorruptFileException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                throw new CorruptFileException(name, "line " + line + " is no log action: " + e.getMessage(), e);
            }
        }

        private void read(String action, Map<String, Object> fields) throws IOException {
            switch (action) {
                case "commitInfo" -> {
                    writer = (String) fields.get("txnId");
                    operation = (String) fields.getOrDefault("operation", "");
                    timestamp = fields.get("timestamp") instanceof Number number ? number.longValue() : 0;
                }
                case "protocol" -> DeltaProtocol.require(name, fields);
                case "metaData" -> metadata = metadata(fields);
                case "txn" -> applications.add(required(fields, "appId", String.class));
                case "add" -> added.add(dataFile(fields));
                case "remove" -> removed.add(path(fields));
                // Actions that change nothing for a reader of the data.
                case "cdc", "domainMetadata", "checkpointMetadata", "sidecar" -> {}
                default -> throw new CorruptFileException(name, "unknown log action '" + action + "'");
            }
        }

        private TableMetadata metadata(Map<String, Object> fields) throws IOException {
            Map<String, Object> format = fields(fields.get("format"), "format");
            Map<String, String> configuration = strings(fields.get("configuration"), "configuration");
            String schema = configuration.remove(ARROW_SCHEMA);
            if (schema == null) {
                throw new CorruptFileException(
                        name, "the table was not made by Penstock: its configuration has no " + ARROW_SCHEMA);
            }
            Number created = (Number) fields.getOrDefault("createdTime", 0L);
            return new TableMetadata(
                    required(fields, "id", String.class),
                    required(format, "provider", String.class),
                    strings(format.get("options"), "options"),
                    schema(schema),
                    configuration,
                    created.longValue());
        }

        private static Schema schema(String base64) throws IOException {
            ByteBuffer message = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
            // An IPC message begins with a continuation marker and its length.
            message.position(Integer.BYTES * 2);
            return MessageSerializer.deserializeSchema(
                    org.apache.arrow.flatbuf.Message.getRootAsMessage(message.slice()));
        }

        private DataFile dataFile(Map<String, Object> fields) throws IOException {
            if (fields.get("deletionVector") != null) {
                throw new CorruptFileException(name, "the table has deletion vectors, which Penstock does not read");
            }
            String statistics = (String) fields.get("stats");
            long bytes = required(fields, "size", Number.class).longValue();
            return new DataFile(
                    path(fields),
                    bytes,
                    rows(statistics),
                    checksums(strings(fields.get("tags"), "tags"), bytes),
                    statistics,
                    required(fields, "modificationTime", Number.class).longValue());
        }

        /** Null if there are none, or only of a whole that is too large to be read for them. */
        private static BlockChecksums checksums(Map<String, String> tags, long bytes) {
            String blocks = tags.get(BLOCKS);
            if (blocks != null) {
                return BlockChecksums.parse(blocks, bytes);
            }
            String whole = tags.get(CRC32C);
            if (whole == null || bytes > BlockChecksums.SMALLEST_BLOCK_BYTES) {
                return null;
            }
            int[] single = bytes == 0 ? new int[0] : new int[] {Integer.parseUnsignedInt(whole, 16)};
            return BlockChecksums.of(bytes, BlockChecksums.SMALLEST_BLOCK_BYTES, single);
        }

        private static long rows(String statistics) throws IOException {
            if (statistics == null) {
                return 0;
            }
            byte[] text = statistics.getBytes(StandardCharsets.UTF_8);
            return object(text, text.length).get("numRecords") instanceof Number rows ? rows.longValue() : 0;
        }

        private static String path(Map<String, Object> fields) throws IOException {
            return URLDecoder.decode(
                    required(fields, "path", String.class).replace("+", "%2B"), StandardCharsets.UTF_8);
        }

        private static <T> T required(Map<String, Object> fields, String field, Class<T> type) throws IOException {
            Object value = fields.get(field);
            if (!type.isInstance(value)) {
                throw new IOException("'" + field + "' is " + value + " and not a " + type.getSimpleName());
            }
            return type.cast(value);
        }

        @SuppressWarnings("unchecked")
        private static Map<String, Object> fields(Object value, String field) throws IOException {
            if (!(value instanceof Map)) {
                throw new IOException("'" + field + "' is no object");
            }
            return (Map<String, Object>) value;
        }

        private static Map<String, String> strings(Object value, String field) throws IOException {
            Map<String, String> strings = new LinkedHashMap<>();
            if (value != null) {
                for (Map.Entry<String, Object> entry : fields(value, field).entrySet()) {
                    strings.put(entry.getKey(), String.valueOf(entry.getValue()));
                }
            }
            return strings;
        }
    }
}
