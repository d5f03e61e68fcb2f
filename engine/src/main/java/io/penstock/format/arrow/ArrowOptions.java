package io.penstock.format.arrow;

import io.penstock.format.CompressionOption;
import java.util.Map;

/**
 * The options of a table of Arrow files, parsed: {@code compression}, and of the writer's settings {@code batch.bytes}. Immutable.
 *
 * @param level of {@link Codec#ZSTD}
 * @param batchBytes of a batch at most, as far as that is known beforehand
 */
record ArrowOptions(Codec codec, int level, long batchBytes) {
    static final String BATCH_BYTES = "batch.bytes";

    private static final String COMPRESSION = "compression";

    /** How bodies are compressed: what the format has. */
    enum Codec implements CompressionOption.Codec {
        NONE(0, 0),
        ZSTD(3, 22),
        LZ4(0, 0);

        private final int defaultLevel;
        private final int maxLevel;

        Codec(int defaultLevel, int maxLevel) {
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
    static ArrowOptions of(Map<String, String> options) {
        for (String name : options.keySet()) {
            if (!name.equals(COMPRESSION) && !name.equals(BATCH_BYTES)) {
                throw new IllegalArgumentException("Arrow has no option '" + name + "'; it has " + COMPRESSION);
            }
        }
        CompressionOption<Codec> compression =
                CompressionOption.parse(COMPRESSION, options.getOrDefault(COMPRESSION, "none"), Codec.class);
        return new ArrowOptions(
                compression.codec(), compression.level(), Long.parseLong(options.getOrDefault(BATCH_BYTES, "0")));
    }

    /** What compresses bodies as this says; null for nothing. */
    BufferCodec newCodec() {
        return switch (codec) {
            case NONE -> null;
            case ZSTD -> new BufferCodec.Zstandard(level);
            case LZ4 -> new BufferCodec.Lz4();
        };
    }
}
