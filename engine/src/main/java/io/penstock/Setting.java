package io.penstock;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The knobs of Penstock: their names, defaults and what they take. */
public enum Setting {
    BATCH_ROWS(
            "penstock.batch.rows",
            "1000",
            Kind.COUNT,
            1,
            1 << 24,
            true,
            "rows collected into a batch, and rows of a line of a JSON table"),
    BATCH_BYTES(
            "penstock.batch.bytes",
            "2MiB",
            Kind.BYTES,
            1 << 12,
            1L << 30,
            true,
            "bytes at which a batch that is being collected, or read, ends early"),
    BUFFER_BYTES(
            "penstock.buffer.bytes", "256KiB", Kind.BYTES, 1 << 10, 1L << 28, false, "size of a pooled direct buffer"),
    MEMORY_BYTES(
            "penstock.memory.bytes",
            "",
            Kind.BYTES,
            1 << 16,
            Long.MAX_VALUE,
            false,
            "direct memory that all writers, readers and a memory store share; default half of the JVM's limit for direct memory"),
    MEMORY_WAIT(
            "penstock.memory.wait.millis",
            "10000",
            Kind.COUNT,
            0,
            Integer.MAX_VALUE,
            false,
            "how long opening a writer or reader waits for memory"),
    FILE_BYTES(
            "penstock.file.bytes",
            "512MiB",
            Kind.BYTES,
            1,
            Long.MAX_VALUE,
            true,
            "size at which a data file ends and the next begins"),
    FILE_ROWS(
            "penstock.file.rows",
            "1000000000",
            Kind.COUNT,
            1,
            Long.MAX_VALUE,
            true,
            "rows at which a data file ends and the next begins"),
    PARQUET_ROW_GROUP_ROWS(
            "penstock.parquet.row.group.rows",
            "131072",
            Kind.COUNT,
            1,
            1 << 24,
            true,
            "rows at which a row group of a Parquet table ends"),
    PARQUET_ROW_GROUP_BYTES(
            "penstock.parquet.row.group.bytes",
            "16MiB",
            Kind.BYTES,
            1 << 16,
            1L << 30,
            true,
            "encoded bytes at which a row group of a Parquet table ends early; a writer reserves twice that"),
    ENCODE_THREADS(
            "penstock.encode.threads",
            "1",
            Kind.COUNT,
            1,
            64,
            true,
            "threads that encode for one writer of a Parquet table, its caller's included"),
    FS_SYNC(
            "penstock.fs.sync",
            "full",
            Kind.CHOICE,
            List.of("full", "none"),
            "full: commit returns when the data are on disk; none: when the system has them"),
    READ_VERIFY(
            "penstock.read.verify",
            "true",
            Kind.CHOICE,
            List.of("true", "false"),
            "hold every block of a data file that is read against the checksums in the table's log"),
    S3_ENDPOINT(
            "penstock.s3.endpoint",
            "",
            Kind.TEXT,
            "http://host:port or https://host of the S3 server; default that of AWS in the region"),
    S3_REGION(
            "penstock.s3.region",
            "",
            Kind.TEXT,
            "region of the bucket; default what the environment says, else us-east-1"),
    S3_PATH_STYLE(
            "penstock.s3.path.style",
            "auto",
            Kind.CHOICE,
            List.of("auto", "true", "false"),
            "name the bucket in the path instead of in the host; auto: with an endpoint that is given"),
    S3_CREDENTIALS(
            "penstock.s3.credentials",
            "default",
            Kind.CHOICE,
            List.of("default", "anonymous"),
            "default: the AWS SDK's provider chain, unsigned where it finds none; anonymous: unsigned"),
    S3_STORAGE_CLASS(
            "penstock.s3.storage.class",
            "",
            Kind.TEXT,
            "storage class of data files, such as STANDARD_IA; default the bucket's"),
    S3_ENCRYPTION(
            "penstock.s3.encryption",
            "default",
            Kind.CHOICE,
            List.of("default", "s3", "kms"),
            "how the server encrypts what is written: as the bucket says, SSE-S3 or SSE-KMS"),
    S3_KMS_KEY("penstock.s3.kms.key", "", Kind.TEXT, "id of the key for SSE-KMS; default the account's"),
    S3_CHECKSUM(
            "penstock.s3.checksum",
            "crc32c",
            Kind.CHOICE,
            List.of("crc32c", "none"),
            "what goes with every part and object that is written, for the server to check"),
    S3_PART_BYTES(
            "penstock.s3.part.bytes",
            "8MiB",
            Kind.BYTES,
            5 << 20,
            1L << 30,
            false,
            "size of an upload's parts; what fits one part is put without an upload"),
    S3_PARTS_IN_FLIGHT(
            "penstock.s3.parts.in.flight",
            "2",
            Kind.COUNT,
            1,
            64,
            false,
            "parts of one file that are on their way while the next is encoded"),
    S3_READ_BYTES(
            "penstock.s3.read.bytes", "1MiB", Kind.BYTES, 64 << 10, 1L << 30, false, "most that one request reads"),
    S3_READS_IN_FLIGHT(
            "penstock.s3.reads.in.flight",
            "4",
            Kind.COUNT,
            1,
            64,
            false,
            "requests of one reader that are on their way at a time"),
    S3_TIMEOUT(
            "penstock.s3.timeout.millis",
            "60000",
            Kind.COUNT,
            1,
            Integer.MAX_VALUE,
            false,
            "how long one attempt of a request may take"),
    S3_RETRIES(
            "penstock.s3.retries",
            "5",
            Kind.COUNT,
            0,
            100,
            false,
            "how often a request that failed for a moment is repeated"),
    S3_EXCLUSIVE(
            "penstock.s3.exclusive",
            "conditional",
            Kind.CHOICE,
            List.of("conditional", "single-writer"),
            "conditional: the server decides between writers; single-writer: the user sees to it that there is one"),
    DEBUG_LEAKS(
            "penstock.debug.leaks",
            "false",
            Kind.CHOICE,
            List.of("true", "false"),
            "remember where each pooled buffer was acquired (slow)");

    enum Kind {
        COUNT,
        BYTES,
        CHOICE,
        TEXT
    }

    private final String property;
    private final String defaultValue;
    private final Kind kind;
    private final long min;
    private final long max;
    private final boolean ofTable;
    private final List<String> choices;
    private final String description;

    Setting(String property, String defaultValue, Kind kind, long min, long max, boolean ofTable, String description) {
        this.property = property;
        this.defaultValue = defaultValue;
        this.kind = kind;
        this.min = min;
        this.max = max;
        this.ofTable = ofTable;
        this.choices = List.of();
        this.description = description;
    }

    Setting(String property, String defaultValue, Kind kind, List<String> choices, String description) {
        this.property = property;
        this.defaultValue = defaultValue;
        this.kind = kind;
        this.min = 0;
        this.max = 0;
        this.ofTable = false;
        this.choices = choices;
        this.description = description;
    }

    Setting(String property, String defaultValue, Kind kind, String description) {
        this(property, defaultValue, kind, List.of(), description);
    }

    /** The name of the system property. */
    public String property() {
        return property;
    }

    /** As one would write it; empty if there is none, or it depends on the JVM. */
    public String defaultValue() {
        return defaultValue;
    }

    /** Whether a table can have a value of its own. */
    public boolean ofTable() {
        return ofTable;
    }

    /** What it does, in one sentence, with the unit. */
    public String description() {
        return description;
    }

    /**
     * The setting of that name.
     *
     * @throws IllegalArgumentException if there is none; the message lists those that there are
     */
    public static Setting named(String property) {
        for (Setting setting : values()) {
            if (setting.property.equals(property)) {
                return setting;
            }
        }
        throw new IllegalArgumentException("unknown setting '" + property + "'; the settings are "
                + Arrays.stream(values()).map(Setting::property).collect(Collectors.joining(", ")));
    }

    /** The value of a count or size. */
    long number(String text) {
        long value = kind == Kind.BYTES ? bytes(text) : parse(text, text);
        if (value < min || value > max) {
            throw refusal(text);
        }
        return value;
    }

    /** @throws IllegalArgumentException naming the setting, the value and what it takes */
    void check(String text) {
        switch (kind) {
            case COUNT, BYTES -> number(text);
            case CHOICE -> {
                if (!choices.contains(text)) {
                    throw refusal(text);
                }
            }
            case TEXT -> {
                if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
                    throw refusal(text);
                }
            }
        }
    }

    private long bytes(String text) {
        String digits = text;
        int shift = 0;
        for (String suffix : List.of("KiB", "MiB", "GiB")) {
            shift += 10;
            if (text.endsWith(suffix)) {
                digits = text.substring(0, text.length() - suffix.length()).strip();
                long value = parse(digits, text);
                if (value > Long.MAX_VALUE >> shift) {
                    throw refusal(text);
                }
                return value << shift;
            }
        }
        return parse(digits, text);
    }

    private long parse(String digits, String text) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw refusal(text);
        }
    }

    private IllegalArgumentException refusal(String text) {
        String expected = switch (kind) {
            case COUNT -> "a whole number from " + min + " to " + max;
            case BYTES -> "a number of bytes from " + min + " to " + max + ", such as 65536, 64KiB, 8MiB or 1GiB";
            case CHOICE -> "one of " + String.join(", ", choices);
            case TEXT -> "text";
        };
        return new IllegalArgumentException(property + "='" + text + "' is refused: expected " + expected);
    }
}
