package io.penstock;

import static io.penstock.TableFixture.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store is where its URI says, whatever the characters of the URI and the language of the JVM. */
class StoreUriTest {
    @TempDir
    private Path directory;

    @Test
    void percentEncodedUriIsDecodedAndAPathIsNot() throws Exception {
        try (Penstock penstock = Penstock.open("file://" + directory + "/a%20b%25")) {
            penstock.prepareTableEnvironment("d", "t", TableSpec.of(Schemas.ORDERS));
        }
        assertTrue(Files.isDirectory(directory.resolve("a b%/d/t")));
        try (Penstock penstock = Penstock.open(directory + "/a%20b #1")) {
            penstock.prepareTableEnvironment("d", "t", TableSpec.of(Schemas.ORDERS));
        }
        assertTrue(Files.isDirectory(directory.resolve("a%20b #1/d/t")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///tmp/run#1", "file:///tmp/run?x=1"})
    void uriWhoseEndWouldBeIgnoredIsRefused(String uri) {
        String message = assertThrows(IllegalArgumentException.class, () -> Penstock.open(uri))
                .getMessage();
        assertTrue(message.contains(uri), message);
    }

    @Test
    void memoryStoreIsNamedAsItWasOpened() throws Exception {
        for (String uri : new String[] {"memory:", "memory:scratch"}) {
            try (Penstock penstock = Penstock.open(uri)) {
                assertEquals(uri, penstock.fileSystem().toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa-IR", "mr-IN", "tr-TR", "th-TH-u-nu-thai"})
    void filesHaveTheSameNamesInEveryLanguage(String language) throws Exception {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(language));
        try (Penstock penstock = Penstock.open(directory.toString())) {
            penstock.prepareTableEnvironment("d", "t", TableSpec.of(Schemas.ORDERS));
            try (TableWriter writer = penstock.openTableForWrite("d", "t")) {
                writer.append(order(1));
                assertTrue(writer.commit().files().get(0).path().startsWith("part-00000-"));
            }
            assertEquals(1, penstock.describe("d", "t").rows());
            assertTrue(Files.exists(directory.resolve("d/t/_delta_log/00000000000000000001.json")));
        } finally {
            Locale.setDefault(before);
        }
    }
}
