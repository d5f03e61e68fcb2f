package io.penstock.format.json;

import io.penstock.format.CompressionOption;
import java.util.Map;

/**
 * The options of a table of JSON files, parsed: {@code layout} and {@code compression}, and of the writer's settings {@code
 * buffer.bytes}. Immutable.
 *
 * @param level of {@link Codec#ZSTD} and {@link Codec#GZIP}
 * @param bufferBytes the size of the pool's buffers
 */
record JsonOptions(JsonLayout layout, Codec codec, int level, long bufferBytes) {
    static final String BUFFER_BYTES = "buffer.bytes";

    private static final String LAYOUT = "layout";
    private static final String COMPRESSION = "compression";

    /** How the text is compressed: what the format has. */
    enum Codec implements CompressionOption.Codec {
        NONE("", 0, 0),
        ZSTD(".zst", 3, 22),
        GZIP(".gz", 6, 9);

        /** What the names of files end in, as command line tools expect it. */
        final String suffix;

        private final int defaultLevel;
        private final int maxLevel;

        Codec(String suffix, int defaultLevel, int maxLevel) {
            this.suffix = suffix;
            this.defaultLevel = defaultLevel;
            this.maxLevel = maxLevel;
        }

        @Override
        public int defaultLevel() {
            return defaultLevel;
        }

        @Override
        public int maxLevel() {
            return maxLevel;
        }
    }

    /** @throws IllegalArgumentException naming an option that does not exist or whose value is malformed, and the choices */
    static JsonOptions of(Map<String, String> options) {
        for (String name : options.keySet()) {
            if (!name.equals(LAYOUT) && !name.equals(COMPRESSION) && !name.equals(BUFFER_BYTES)) {
                throw new IllegalArgumentException(
                        "The format json has no option '" + name + "', only 'layout' and 'compression'");
            }
        }
        JsonLayout layout = JsonLayout.named(options.getOrDefault(LAYOUT, "batches"));
        CompressionOption<Codec> compression =
                CompressionOption.parse(COMPRESSION, options.getOrDefault(COMPRESSION, "none"), Codec.class);
        return new JsonOptions(
                layout,
                compression.codec(),
                compression.level(),
                Long.parseLong(options.getOrDefault(BUFFER_BYTES, "0")));
    }
}
