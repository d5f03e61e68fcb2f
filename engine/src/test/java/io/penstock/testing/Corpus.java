package io.penstock.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the files are that others keep for testing readers; a test that needs them is skipped where they are not. */
public final class Corpus {
    private Corpus() {}

    /**
     * The directory {@code name} of {@code -Dpenstock.test.corpus}, or else of the one beside the repository, whether the tests run in
     * it or in its module.
     */
    public static Path directory(String name) {
        Path corpus = path(name);
        assumeTrue(Files.isDirectory(corpus), () -> corpus + " is not there; set -Dpenstock.test.corpus");
        return corpus;
    }

    /** As {@link #directory}, for a test that also goes without: the directory may not be there. */
    public static Path path(String name) {
        String property = System.getProperty("penstock.test.corpus");
        return property != null ? Path.of(property, name) : besideRepository(name);
    }

    private static Path besideRepository(String name) {
        Path repository = Path.of("").toAbsolutePath();
        while (repository.getParent() != null && !Files.isDirectory(repository.resolve("engine"))) {
            repository = repository.getParent();
        }
        return repository.resolveSibling("shared").resolve("data").resolve(name);
    }
}
