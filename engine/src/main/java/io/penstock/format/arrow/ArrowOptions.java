package io.penstock.format.arrow;

import java.util.Locale;
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
    private static final String CHOICES = "one of none, zstd, zstd:<level>, lz4";
    private static final int DEFAULT_LEVEL = 3;
    private static final int MAX_LEVEL = 22;

    /** How bodies are compressed: what the format has. */
    enum Codec {
        NONE,
        ZSTD,
        LZ4
    }

    /** @throws IllegalArgumentException naming an option that does not exist or whose value is malformed, and the choices */
    static ArrowOptions of(Map<String, String> options) {
        for (String name : options.keySet()) {
            if (!name.equals(COMPRESSION) && !name.equals(BATCH_BYTES)) {
                throw new IllegalArgumentException("Arrow has no option '" + name + "'; it has " + COMPRESSION);
            }
        }
        String compression = options.getOrDefault(COMPRESSION, "none");
        int colon = compression.indexOf(':');
        Codec codec = codec(compression, colon < 0 ? compression : compression.substring(0, colon));
        int level = colon < 0 ? DEFAULT_LEVEL : level(compression, codec, compression.substring(colon + 1));
        return new ArrowOptions(codec, level, Long.parseLong(options.getOrDefault(BATCH_BYTES, "0")));
    }

    private static Codec codec(String compression, String name) {
        for (Codec codec : Codec.values()) {
            if (text(codec).equals(name)) {
                return codec;
            }
        }
        throw refused(compression, CHOICES);
    }

    private static int level(String compression, Codec codec, String text) {
        if (codec != Codec.ZSTD) {
            throw refused(compression, text(codec) + ", which has no levels");
        }
        String expected = "zstd with a level from 1 to " + MAX_LEVEL;
        try {
            int level = Integer.parseInt(text);
            if (level < 1 || level > MAX_LEVEL) {
                throw refused(compression, expected);
            }
            return level;
        } catch (NumberFormatException e) {
            throw refused(compression, expected);
        }
    }

    private static String text(Codec codec) {
        return codec.name().toLowerCase(Locale.ROOT);
    }

    private static IllegalArgumentException refused(String compression, String expected) {
        return new IllegalArgumentException(
                "the option " + COMPRESSION + "='" + compression + "' is refused: expected " + expected);
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
