package io.penstock.format;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The value of an option that says how files are compressed, parsed: the name of a codec and, behind a colon, a level of one that has levels.
 * Immutable.
 *
 * @param level 0 of a codec without levels
 */
public record CompressionOption<C extends Enum<C> & CompressionOption.Codec>(C codec, int level) {
    /** What a format can compress with: an enum, whose constants are named in options as they are here, in small letters. */
    public interface Codec {
        String name();

        /** The level if none is said. */
        int defaultLevel();

        /** The highest level, the lowest being 1; 0 for a codec without levels. */
        int maxLevel();
    }

    /** @throws IllegalArgumentException naming the option and what it takes */
    public static <C extends Enum<C> & Codec> CompressionOption<C> parse(String option, String value, Class<C> codecs) {
        int colon = value.indexOf(':');
        String name = colon < 0 ? value : value.substring(0, colon);
        for (C codec : codecs.getEnumConstants()) {
            if (text(codec).equals(name)) {
                int level = colon < 0 ? codec.defaultLevel() : level(option, value, codec, value.substring(colon + 1));
                return new CompressionOption<>(codec, level);
            }
        }
        throw refused(
                option,
                value,
                Arrays.stream(codecs.getEnumConstants())
                        .map(CompressionOption::choices)
                        .collect(Collectors.joining(", ", "one of ", "")));
    }

    private static int level(String option, String value, Codec codec, String text) {
        String expected = codec.maxLevel() == 0
                ? text(codec) + ", which has no levels"
                : text(codec) + " with a level from 1 to " + codec.maxLevel();
        try {
            int level = Integer.parseInt(text);
            if (level < 1 || level > codec.maxLevel()) {
                throw refused(option, value, expected);
            }
            return level;
        } catch (NumberFormatException e) {
            throw refused(option, value, expected);
        }
    }

    private static String choices(Codec codec) {
        return codec.maxLevel() == 0 ? text(codec) : text(codec) + ", " + text(codec) + ":<level>";
    }

    private static String text(Codec codec) {
        return codec.name().toLowerCase(Locale.ROOT);
    }

    private static IllegalArgumentException refused(String option, String value, String expected) {
        return new IllegalArgumentException(
                "the option " + option + "='" + value + "' is refused: expected " + expected);
    }
}
