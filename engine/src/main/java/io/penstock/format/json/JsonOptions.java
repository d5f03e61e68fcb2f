package io.penstock.format.json;

import java.util.Locale;
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
    private static final String CHOICES = "one of none, zstd, zstd:<level>, gzip, gzip:<level>";

    /** How the text is compressed: what the format has. */
    enum Codec {
        NONE("", 0, 0),
        ZSTD(".zst", 3, 22),
        GZIP(".gz", 6, 9);

        /** What the names of files end in, as command line tools expect it. */
        final String suffix;

        private final int defaultLevel;

        /** 0 for none at all. */
        private final int maxLevel;

        Codec(String suffix, int defaultLevel, int maxLevel) {
            this.suffix = suffix;
            this.defaultLevel = defaultLevel;
            this.maxLevel = maxLevel;
        }

        private String text() {
            return name().toLowerCase(Locale.ROOT);
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
        String compression = options.getOrDefault(COMPRESSION, "none");
        int colon = compression.indexOf(':');
        Codec codec = codec(compression, colon < 0 ? compression : compression.substring(0, colon));
        int level = colon < 0 ? codec.defaultLevel : level(compression, codec, compression.substring(colon + 1));
        return new JsonOptions(layout, codec, level, Long.parseLong(options.getOrDefault(BUFFER_BYTES, "0")));
    }

    private static Codec codec(String compression, String name) {
        for (Codec codec : Codec.values()) {
            if (codec.text().equals(name)) {
                return codec;
            }
        }
        throw refused(compression, CHOICES);
    }

    private static int level(String compression, Codec codec, String text) {
        if (codec.maxLevel == 0) {
            throw refused(compression, codec.text() + ", which has no levels");
        }
        String expected = codec.text() + " with a level from 1 to " + codec.maxLevel;
        try {
            int level = Integer.parseInt(text);
            if (level < 1 || level > codec.maxLevel) {
                throw refused(compression, expected);
            }
            return level;
        } catch (NumberFormatException e) {
            throw refused(compression, expected);
        }
    }

    private static IllegalArgumentException refused(String compression, String expected) {
        return new IllegalArgumentException(
                "the option " + COMPRESSION + "='" + compression + "' is refused: expected " + expected);
    }
}
