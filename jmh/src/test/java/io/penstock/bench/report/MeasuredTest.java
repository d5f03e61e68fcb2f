package io.penstock.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredTest {
    @TempDir
    private Path directory;

    @Test
    void resultsOfTheSameBenchmarkAreForksOfIt() throws IOException {
        Path first = write("1.json", "17.0.17", "ops/s", "[1, 3, 2]");
        Path second = write("2.json", "17.0.18", "ops/s", "[9, 8, 7]");
        Path other = write("3.json", "25.0.1+9", "ops/s", "[5]");

        List<Measured> all = List.copyOf(Measured.read(List.of(first, second, other)));

        assertEquals(2, all.size());
        assertEquals(5, all.get(0).rate(), "the median of the forks' medians, 2 and 8");
        assertEquals(List.of("17", "25"), all.stream().map(Measured::jdk).toList());
        assertEquals("XBenchmark, device file", all.get(0).group());
        assertEquals(Map.of("device", "file"), all.get(0).parameters());
    }

    @Test
    void timesBecomeRates() throws IOException {
        Path file = write("1.json", "17.0.17", "ns/op", "[4, 5, 8]");

        Measured measured = Measured.read(List.of(file)).iterator().next();

        assertEquals(2e8, measured.rate());
        assertEquals(Double.NaN, measured.cpuNanos());
        assertEquals(Double.NaN, measured.allocatedBytes());
    }

    @Test
    void aScoreInAnotherUnitIsRefused() throws IOException {
        Path file = write("1.json", "17.0.17", "ops/min", "[4]");

        assertThrows(IllegalArgumentException.class, () -> Measured.read(List.of(file)));
    }

    private Path write(String name, String jdk, String unit, String fork) throws IOException {
        return Files.writeString(directory.resolve(name), """
                [{"benchmark": "io.penstock.bench.XBenchmark.a", "jdkVersion": "%s", "params": {"device": "file"},
                  "primaryMetric": {"scoreUnit": "%s", "rawData": [%s]}, "secondaryMetrics": {}}]""".formatted(jdk, unit, fork));
    }
}
