package io.penstock;

import static io.penstock.TableFixture.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    void bucketAndPrefixAreTakenFromTheUri() throws Exception {
        Settings settings = Settings.defaults()
                .with("penstock.s3.endpoint", "http://127.0.0.1:9")
                .with("penstock.s3.credentials", "anonymous");
        Map<String, String> names = Map.of(
                "s3://bucket", "s3://bucket/",
                "s3://bucket/", "s3://bucket/",
                "s3://bucket/a%20b/c d", "s3://bucket/a%20b/c d",
                "s3://bucket.x-1/prefix/", "s3://bucket.x-1/prefix");
        for (Map.Entry<String, String> name : names.entrySet()) {
            try (Penstock penstock = Penstock.open(name.getKey(), settings)) {
                assertEquals(name.getValue(), penstock.fileSystem().toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3:",
                "s3://",
                "s3:///prefix",
                "s3:bucket/prefix",
                "s3://b/p",
                "s3://bucket//p",
                "s3://bucket/../p",
                "s3://user@bucket/p"
            })
    void uriThatNamesNoBucketOrNoPrefixIsRefused(String uri) {
        String message = assertThrows(IllegalArgumentException.class, () -> Penstock.open(uri))
                .getMessage();
        assertTrue(message.contains("'" + uri + "'"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:9000",
                "ftp://host",
                "http://",
                "http://host/path",
                "http://key:secret@host",
                "http://a b"
            })
    void endpointThatIsNoneIsRefused(String endpoint) {
        Settings settings = Settings.defaults().with("penstock.s3.endpoint", endpoint);
        String message = assertThrows(IllegalArgumentException.class, () -> Penstock.open("s3://bucket/p", settings))
                .getMessage();
        assertTrue(message.startsWith("penstock.s3.endpoint='"), message);
        assertFalse(message.contains("secret"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/awssdk/", "/aws-crt/"})
    void missingClientOfS3IsOneSentenceThatNamesTheArtifacts(String missing) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains(missing)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader without =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Method open = without.loadClass(Penstock.class.getName()).getMethod("open", String.class);
            InvocationTargetException refused =
                    assertThrows(InvocationTargetException.class, () -> open.invoke(null, "s3://bucket/p"));
            String message = refused.getCause().getMessage();
            assertEquals(IllegalStateException.class, refused.getCause().getClass(), message);
            for (String part :
                    List.of("s3://bucket/p", "software.amazon.awssdk:s3", "software.amazon.awssdk.crt:aws-crt")) {
                assertTrue(message.contains(part), message);
            }
            ((AutoCloseable) open.invoke(null, "memory:")).close();
        }
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
