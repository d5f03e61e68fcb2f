package io.penstock.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.runner.options.TimeValue;

class GateTest {
    @TempDir
    private Path directory;

    @BeforeAll
    static void besideOtherBenchmarks() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    static List<HeapLimit> limits() throws IOException {
        return HeapLimit.read(Path.of("gate.txt"));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void everyLimitIsOfABenchmarkThatExists(HeapLimit limit) throws ReflectiveOperationException {
        String[] name = limit.benchmark().split("\\.");
        Class<?> type = Class.forName("io.penstock.bench." + name[0]);
        Method contender = type.getMethod(name[1]);

        assertTrue(contender.isAnnotationPresent(Benchmark.class), limit.benchmark());
        for (String parameter : limit.parameters().keySet()) {
            assertTrue(type.getField(parameter).isAnnotationPresent(Param.class), parameter);
        }
    }

    @Test
    void moreHeapThanTheLimitFailsAndSaysHowMuch() {
        Gate gate = new Gate(1, TimeValue.milliseconds(100));

        gate.checkHeap(new HeapLimit("TableWriteBenchmark.copyEverythingFromRows", Map.of("format", "JSON"), 1));

        assertEquals(1, gate.failures().size());
        String failure = gate.failures().get(0);
        assertTrue(
                failure.matches(
                        "TableWriteBenchmark\\.copyEverythingFromRows, format JSON: [0-9.]+ bytes of heap for each, "
                                + "and at most 1\\.0"),
                failure);
    }

    @Test
    void aContenderThatThrowsFailsWithItsReason() {
        Gate gate = new Gate(1, TimeValue.milliseconds(1));

        gate.checkHeap(new HeapLimit("ArrowWriteBenchmark.limitWrite", Map.of("device", "paper"), 1));

        assertEquals(1, gate.failures().size());
        assertTrue(
                gate.failures().get(0).contains("device 'paper'"),
                gate.failures().get(0));
    }

    @Test
    void linesOfTheFileAreLimits() throws IOException {
        Path file = Files.writeString(directory.resolve("limits"), "# why\n\nA.a  x=1 y=z=2   0.5\nB.b 20\n");

        assertEquals(
                List.of(new HeapLimit("A.a", Map.of("x", "1", "y", "z=2"), 0.5), new HeapLimit("B.b", Map.of(), 20)),
                HeapLimit.read(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A.a", "A.a x 2", "A.a =1 2", "A.a x=1 many"})
    void whatIsNoLimitIsRefusedWithItsLine(String line) throws IOException {
        Path file = Files.writeString(directory.resolve("limits"), line + "\n");

        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> HeapLimit.read(file));
        assertTrue(refused.getMessage().contains(line), refused.getMessage());
    }

    @Test
    void allBenchmarksAreChecked() throws IOException {
        List<String> files = Arrays.stream(Path.of("src/main/java/io/penstock/bench")
                        .toFile()
                        .list((where, name) -> name.endsWith("Benchmark.java")))
                .map(name -> "io.penstock.bench." + name.replace(".java", ""))
                .sorted()
                .toList();

        assertEquals(files, List.copyOf(Gate.allClasses()));
    }
}
