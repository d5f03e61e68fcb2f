package io.penstock.cli;

import io.penstock.TableSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code --column}: how one column of a Parquet table is written.
 *
 * @param path the names that lead to it, with dots between them
 * @param options by the last part of their names
 */
record ColumnChoice(String path, Map<String, String> options) {
    private static final String OPTION = "(?:compression|encoding|dictionary|bloom)=[^,=]*";
    private static final Pattern CHOICE = Pattern.compile("(.+):(" + OPTION + "(?:," + OPTION + ")*)");

    /** Takes {@code NAME:OPTION=VALUE,...}; a name may have a colon of its own. */
    static final class Converter implements ITypeConverter<ColumnChoice> {
        @Override
        public ColumnChoice convert(String text) {
            Matcher parts = CHOICE.matcher(text);
            if (!parts.matches()) {
                throw new TypeConversionException("'" + text + "' is refused: expected NAME:OPTION=VALUE, such as "
                        + "comment:encoding=plain; the options are compression, encoding, dictionary, bloom");
            }
            Map<String, String> options = new LinkedHashMap<>();
            for (String option : parts.group(2).split(",")) {
                int equals = option.indexOf('=');
                options.put(option.substring(0, equals), option.substring(equals + 1));
            }
            return new ColumnChoice(parts.group(1), options);
        }
    }

    TableSpec addTo(TableSpec table) {
        TableSpec spec = table;
        for (Map.Entry<String, String> option : options.entrySet()) {
            spec = spec.option(name(option.getKey()), option.getValue());
        }
        return spec;
    }

    /** Whether a table of such options was made with this choice. */
    boolean isOf(Map<String, String> tableOptions) {
        return options.entrySet().stream()
                .allMatch(option -> option.getValue().equals(tableOptions.get(name(option.getKey()))));
    }

    private String name(String option) {
        return "column." + path + "." + option;
    }

    @Override
    public String toString() {
        return path + ":" + options.toString().replaceAll("[{} ]", "");
    }
}
