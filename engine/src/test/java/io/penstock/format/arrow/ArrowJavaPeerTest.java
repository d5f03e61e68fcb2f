package io.penstock.format.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.BatchDecoder;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import io.penstock.testing.RandomBatches;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ArrowJavaPeerTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    @Test
    void arrowJavaReadsWhatWeWriteAndWeReadWhatItWrites() throws Exception {
        for (long seed = 0; seed < ArrowJavaPeer.SEEDS; seed++) {
            try (RandomBatches batches = new RandomBatches(memory.allocator(), ArrowJavaPeer.schema(seed), seed)) {
                byte[] file = ArrowFiles.write(
                        batches,
                        ArrowJavaPeer.compression(seed),
                        memory.allocator(),
                        memory.pool(),
                        ArrowJavaPeer.ROWS);
                Files.write(directory.resolve(seed + ".arrow"), file);
            }
        }
        runPeer();
        for (long seed = 0; seed < ArrowJavaPeer.SEEDS; seed++) {
            read(seed, directory.resolve(seed + ".peer.arrow"));
            read(seed, directory.resolve(seed + ".peer.arrows"));
        }
    }

    private void runPeer() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
        command.add("-Xmx256m");
        command.addAll(
                List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.addAll(List.of(ArrowJavaPeer.class.getName(), directory.toString()));
        Process peer = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int status = peer.waitFor();
        assertEquals(0, status, () -> text(output));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void read(long seed, Path file) throws IOException {
        MemoryInput input = new MemoryInput(Files.readAllBytes(file), Views.values()[(int) seed % 3]);
        try (RandomBatches batches = new RandomBatches(memory.allocator(), ArrowJavaPeer.schema(seed), seed);
                BatchDecoder decoder = ArrowFiles.open(input, null, null, memory.allocator())) {
            batches.next(0).close();
            for (int rows : ArrowJavaPeer.ROWS) {
                String label = file.getFileName() + ", batch of " + rows;
                assertTrue(decoder.loadNext(), label);
                try (VectorSchemaRoot expected = batches.next(rows)) {
                    BatchAssert.assertEqual(
                            expected, batches.dictionaries(), decoder.batch(), decoder.dictionaries(), label);
                }
            }
            assertFalse(decoder.loadNext());
        }
    }
}
