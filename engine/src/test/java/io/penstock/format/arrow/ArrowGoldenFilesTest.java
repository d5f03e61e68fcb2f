package io.penstock.format.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.penstock.format.BatchDecoder;
import io.penstock.format.CorruptFileException;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.Corpus;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.JsonFileReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Reads the files that the Arrow project keeps for such tests; each has a twin in JSON, which arrow-java reads. */
class ArrowGoldenFilesTest {
    /** What arrow-java has no vector for, by the part of the message that says so. */
    private static final Map<String, String> REFUSED = Map.of(
            "generated_decimal32", "which Arrow for Java cannot hold",
            "generated_duplicate_fieldnames", "which Arrow for Java cannot hold",
            "generated_decimal64", "which Arrow for Java cannot hold");

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    @Test
    void goldenFilesHaveTheValuesOfTheirTwins() throws IOException {
        Path corpus = Corpus.directory("arrow-testing");
        int read = 0;
        Map<String, String> refused = new TreeMap<>();
        for (String version : List.of("cpp-21.0.0", "2.0.0-compression")) {
            try (Stream<Path> files = Files.list(corpus.resolve(version))) {
                for (Path file : files.sorted().toList()) {
                    String name = file.getFileName().toString();
                    if (!name.endsWith(".arrow_file") && !name.endsWith(".stream")) {
                        continue;
                    }
                    String base = name.substring(0, name.indexOf('.'));
                    String reason = REFUSED.get(base);
                    if (reason != null) {
                        refused.put(version + "/" + name, requireRefusal(file, reason));
                        continue;
                    }
                    compare(file, unzipped(file.resolveSibling(base + ".json.gz")));
                    read++;
                }
            }
        }
        System.out.println("golden Arrow files: " + read + " read, " + refused.size() + " refused");
        refused.forEach((name, reason) -> System.out.println("  refused " + name + ": " + reason));
        assertTrue(read > 0);
    }

    private String requireRefusal(Path file, String reason) throws IOException {
        MemoryInput input = new MemoryInput(Files.readAllBytes(file), Views.ALL);
        try (BatchDecoder decoder = ArrowFiles.open(input, null, null, memory.allocator())) {
            return fail(file + " was not refused: " + decoder.batch().getSchema());
        } catch (CorruptFileException refusal) {
            assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
            return refusal.getMessage();
        }
    }

    private Path unzipped(Path file) throws IOException {
        Path json = Files.createTempFile(directory, "twin", ".json");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file));
                OutputStream out = Files.newOutputStream(json)) {
            in.transferTo(out);
        }
        return json;
    }

    private void compare(Path file, Path twin) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        MemoryInput[] inputs = new MemoryInput[Views.values().length];
        List<BatchDecoder> decoders = new ArrayList<>();
        try (JsonFileReader json = new JsonFileReader(twin.toFile(), memory.allocator())) {
            json.start();
            for (Views views : Views.values()) {
                inputs[views.ordinal()] = new MemoryInput(bytes, views);
                decoders.add(ArrowFiles.open(inputs[views.ordinal()], null, null, memory.allocator()));
            }
            for (int batch = 0; compareBatch(json, decoders, file.getFileName() + ", batch " + batch); batch++) {}
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(file.toString(), e);
        } finally {
            decoders.forEach(BatchDecoder::close);
        }
        for (MemoryInput input : inputs) {
            assertEquals(0, input.openViews());
        }
    }

    private static boolean compareBatch(JsonFileReader json, List<BatchDecoder> decoders, String label)
            throws IOException {
        try (VectorSchemaRoot expected = json.read()) {
            for (BatchDecoder decoder : decoders) {
                assertEquals(expected != null, decoder.loadNext(), label);
                if (expected != null) {
                    BatchAssert.assertEqual(expected, json, decoder.batch(), decoder.dictionaries(), label);
                }
            }
            return expected != null;
        }
    }
}
