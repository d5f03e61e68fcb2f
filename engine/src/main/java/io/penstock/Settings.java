package io.penstock;

import io.penstock.buffer.Memory;
import io.penstock.storage.s3.S3Options;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * A value for every {@link Setting}: the one given in code, else the system property, else the default. Immutable.
 *
 * <p>A malformed value, and a system property below {@code penstock.} that is no setting, is refused when the settings are made.
 * Properties below {@code penstock.test.} are left to tests.
 */
public final class Settings {
    private static final String PREFIX = "penstock.";
    private static final String TEST_PREFIX = "penstock.test.";

    private final Map<Setting, String> values;

    private Settings(Map<Setting, String> values) {
        this.values = values;
    }

    /**
     * The system properties as they are now, over the defaults.
     *
     * @throws IllegalArgumentException naming a property that is unknown or malformed, and the choices
     */
    public static Settings defaults() {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        Properties properties = System.getProperties();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(PREFIX) && !name.startsWith(TEST_PREFIX)) {
                Setting setting = Setting.named(name);
                String value = properties.getProperty(name);
                setting.check(value);
                values.put(setting, value);
            }
        }
        return new Settings(values);
    }

    /**
     * These settings with another value for one of them.
     *
     * @throws IllegalArgumentException naming a setting that is unknown or a value that is malformed, and the choices
     */
    public Settings with(String property, String value) {
        return with(Setting.named(property), value);
    }

    /** As {@link #with(String, String)}. */
    public Settings with(Setting setting, String value) {
        setting.check(value);
        Map<Setting, String> changed = new EnumMap<>(values.isEmpty() ? new EnumMap<>(Setting.class) : values);
        changed.put(setting, value);
        return new Settings(changed);
    }

    Settings withAll(Map<String, String> byProperty) {
        Settings result = this;
        for (Map.Entry<String, String> entry : byProperty.entrySet()) {
            result = result.with(entry.getKey(), entry.getValue());
        }
        return result;
    }

    int batchRows() {
        return (int) number(Setting.BATCH_ROWS);
    }

    long batchBytes() {
        return number(Setting.BATCH_BYTES);
    }

    int bufferBytes() {
        return (int) number(Setting.BUFFER_BYTES);
    }

    long memoryBytes() {
        String value = values.get(Setting.MEMORY_BYTES);
        return value == null ? Memory.maxDirectBytes() / 2 : Setting.MEMORY_BYTES.number(value);
    }

    long memoryWaitMillis() {
        return number(Setting.MEMORY_WAIT);
    }

    long fileBytes() {
        return number(Setting.FILE_BYTES);
    }

    long fileRows() {
        return number(Setting.FILE_ROWS);
    }

    long parquetRowGroupRows() {
        return number(Setting.PARQUET_ROW_GROUP_ROWS);
    }

    long parquetRowGroupBytes() {
        return number(Setting.PARQUET_ROW_GROUP_BYTES);
    }

    int encodeThreads() {
        return (int) number(Setting.ENCODE_THREADS);
    }

    boolean sync() {
        return text(Setting.FS_SYNC).equals("full");
    }

    boolean verify() {
        return Boolean.parseBoolean(text(Setting.READ_VERIFY));
    }

    boolean debugLeaks() {
        return Boolean.parseBoolean(text(Setting.DEBUG_LEAKS));
    }

    /** How a store in that bucket is talked to. */
    S3Options s3(String bucket, String prefix) {
        URI endpoint = endpoint();
        return new S3Options(
                bucket,
                prefix,
                endpoint,
                optional(Setting.S3_REGION),
                switch (text(Setting.S3_PATH_STYLE)) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> endpoint != null;
                },
                text(Setting.S3_CREDENTIALS).equals("anonymous")
                        ? S3Options.Credentials.ANONYMOUS
                        : S3Options.Credentials.DEFAULT,
                optional(Setting.S3_STORAGE_CLASS),
                S3Options.Encryption.valueOf(text(Setting.S3_ENCRYPTION).toUpperCase(Locale.ROOT)),
                optional(Setting.S3_KMS_KEY),
                text(Setting.S3_CHECKSUM).equals("crc32c"),
                (int) number(Setting.S3_PART_BYTES),
                (int) number(Setting.S3_PARTS_IN_FLIGHT),
                (int) number(Setting.S3_READ_BYTES),
                (int) number(Setting.S3_READS_IN_FLIGHT),
                Duration.ofMillis(number(Setting.S3_TIMEOUT)),
                (int) number(Setting.S3_RETRIES),
                text(Setting.S3_EXCLUSIVE).equals("single-writer"));
    }

    private URI endpoint() {
        String text = optional(Setting.S3_ENDPOINT);
        if (text == null) {
            return null;
        }
        try {
            URI endpoint = new URI(text);
            boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
            boolean bare = endpoint.getRawPath() == null
                    || endpoint.getRawPath().isEmpty()
                    || endpoint.getRawPath().equals("/");
            if (http && bare && endpoint.getHost() != null && endpoint.getRawUserInfo() == null) {
                return endpoint;
            }
        } catch (URISyntaxException e) {
            throw refusedEndpoint(text, e);
        }
        throw refusedEndpoint(text, null);
    }

    private static IllegalArgumentException refusedEndpoint(String text, URISyntaxException cause) {
        return new IllegalArgumentException(
                Setting.S3_ENDPOINT.property() + "='" + text.replaceAll("//.*@", "//...@")
                        + "' is refused: expected http:// or https:// and a host, such as http://127.0.0.1:9000",
                cause);
    }

    /** Null if it is not set. */
    private String optional(Setting setting) {
        String text = text(setting);
        return text.isEmpty() ? null : text;
    }

    private long number(Setting setting) {
        return setting.number(text(setting));
    }

    private String text(Setting setting) {
        return values.getOrDefault(setting, setting.defaultValue());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Setting setting : Setting.values()) {
            text.append(text.isEmpty() ? "" : " ")
                    .append(setting.property())
                    .append('=')
                    .append(setting == Setting.MEMORY_BYTES ? Long.toString(memoryBytes()) : text(setting));
        }
        return text.toString();
    }
}
