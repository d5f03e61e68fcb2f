package io.penstock.cli;

import io.penstock.Penstock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** What an input is: what its name ends with, or what {@code --input-format} says. */
enum InputFormat {
    csv,
    tsv,
    jsonl,
    arrow,
    parquet;

    /** Their names, for messages. */
    static final String CHOICES = "csv, tsv, jsonl, arrow or parquet";

    private static final String STANDARD_INPUT = "-";

    /** @throws IllegalArgumentException if {@code name} cannot be an input; says the choices */
    static void check(String name, InputFormat said) {
        if (name.startsWith(TpchInput.PREFIX)) {
            TpchInput.parse(name);
        } else if (!name.equals(STANDARD_INPUT) && said == null) {
            byName(name);
        }
    }

    /**
     * Opens an input, which the caller closes.
     *
     * @param said what it is; null if its name tells
     * @throws IOException if there is no such file, or it cannot be read
     */
    static TableInput open(String name, InputFormat said, Console console, Interruption interruption, Penstock penstock)
            throws IOException {
        if (name.startsWith(TpchInput.PREFIX)) {
            return TpchInput.parse(name);
        }
        if (name.equals(STANDARD_INPUT)) {
            return open("standard input", said, interruption.interruptible(console.in()), penstock);
        }
        Path file = file(name);
        return switch (said == null ? byName(name) : said) {
            case csv -> new CsvInput(name, ',', Files.newInputStream(file), size(file));
            case tsv -> new CsvInput(name, '\t', Files.newInputStream(file), size(file));
            case jsonl -> JsonInput.ofFile(name, file, penstock);
            case arrow -> ArrowInput.ofFile(name, file, penstock);
            case parquet -> ParquetInput.ofFile(name, file, penstock);
        };
    }

    private static TableInput open(String name, InputFormat format, InputStream in, Penstock penstock)
            throws IOException {
        return switch (format) {
            case csv -> new CsvInput(name, ',', in, 0);
            case tsv -> new CsvInput(name, '\t', in, 0);
            case jsonl -> JsonInput.ofStream(name, in, penstock);
            case arrow -> ArrowInput.ofStream(name, in, penstock);
            case parquet -> ParquetInput.ofStream(name, in, penstock);
        };
    }

    private static long size(Path file) throws IOException {
        return Files.isRegularFile(file) ? Files.size(file) : 0;
    }

    private static Path file(String name) throws IOException {
        try {
            Path file = Path.of(name);
            if (Files.isDirectory(file)) {
                throw new IllegalArgumentException("input '" + name + "' is a directory: name its files, or use *");
            }
            if (Files.notExists(file)) {
                throw new NoSuchFileException(name);
            }
            return file;
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("input '" + name + "' is no file name: " + e.getReason(), e);
        }
    }

    private static InputFormat byName(String name) {
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (extension) {
            case "csv" -> csv;
            case "tsv" -> tsv;
            case "jsonl" -> jsonl;
            case "arrow", "arrows" -> arrow;
            case "parquet" -> parquet;
            default ->
                throw new IllegalArgumentException("input '" + name
                        + "' does not say what it is: expected a .csv, .tsv, .jsonl, .arrow, .arrows or .parquet file, "
                        + "tpch:TABLE:SCALE, or --input-format " + CHOICES);
        };
    }
}
