package io.penstock.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Param;

class TargetTest {
    @TempDir
    private Path directory;

    private static Measured measured(String contender, Map<String, String> parameters, double rate) {
        Measured.Fork fork = new Measured.Fork(new double[] {rate}, 1, 1);
        return new Measured("XBenchmark", contender, parameters, "17", Counted.ROWS, List.of(fork));
    }

    @Test
    void theBestOfTheOthersWithTheSameParametersCounts() {
        List<Measured> all = List.of(
                measured("penstock", Map.of("device", "file"), 6),
                measured("penstock", Map.of("device", "null"), 9),
                measured("a", Map.of("device", "file"), 2),
                measured("b", Map.of("device", "file"), 3),
                measured("b", Map.of("device", "null"), 5));

        List<Target.Outcome> outcomes =
                new Target("XBenchmark.penstock", Map.of(), 1.9, List.of("a", "b")).outcomes(all);

        assertEquals(
                List.of(2.0, 1.8), outcomes.stream().map(Target.Outcome::ratio).toList());
        assertEquals(
                "reached    2.00 of  1.90 x a, b: XBenchmark.penstock, device file, JDK 17",
                outcomes.get(0).toString());
        assertTrue(outcomes.get(1).toString().startsWith("MISSED     1.80 of  1.90 x"));
    }

    @Test
    void theSameContenderWithAnotherParameterIsAnother() {
        List<Measured> all = List.of(
                measured("penstock", Map.of("format", "JSON", "threads", "1"), 4),
                measured("penstock", Map.of("format", "JSON", "threads", "2"), 7),
                measured("penstock", Map.of("format", "ARROW", "threads", "2"), 7));

        List<Target.Outcome> outcomes =
                new Target("XBenchmark.penstock", Map.of("threads", "2"), 1.7, List.of("threads=1")).outcomes(all);

        assertEquals(
                List.of(1.75, Double.NaN),
                outcomes.stream().map(Target.Outcome::ratio).toList());
        assertTrue(outcomes.get(1).toString().startsWith("unknown       - of  1.70 x threads=1"));
    }

    @Test
    void linesOfTheFileAreTargets() throws IOException {
        Path file = Files.writeString(directory.resolve("targets"), "# why\n\nA.a x=1  y=2 >= 1.5 x b c=1\n");

        assertEquals(
                List.of(new Target("A.a", Map.of("x", "1", "y", "2"), 1.5, List.of("b", "c=1"))), Target.read(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"A.a", "A.a >= 2", "A.a >= 2 x", ">= 2 x b", "A.a >= much x b", "A.a p >= 2 x b", "A.a >= 2 b c"
            })
    void whatIsNoTargetIsRefusedWithItsLine(String line) throws IOException {
        Path file = Files.writeString(directory.resolve("targets"), line + "\n");

        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Target.read(file));
        assertTrue(refused.getMessage().contains(line), refused.getMessage());
    }

    static List<Target> targets() throws IOException {
        return Target.read(Path.of("targets.txt"));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void everyTargetIsAboutContendersThatExist(Target target) throws ReflectiveOperationException {
        String[] name = target.benchmark().split("\\.");
        Class<?> type = Class.forName("io.penstock.bench." + name[0]);

        type.getMethod(name[1]);
        for (String parameter : target.parameters().keySet()) {
            assertTrue(type.getField(parameter).isAnnotationPresent(Param.class), parameter);
        }
        for (String other : target.others()) {
            if (other.contains("=")) {
                String parameter = other.replaceFirst("=.*", "");
                assertTrue(type.getField(parameter).isAnnotationPresent(Param.class), parameter);
            } else {
                type.getMethod(other);
            }
        }
    }
}
