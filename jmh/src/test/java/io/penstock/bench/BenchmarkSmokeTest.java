package io.penstock.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Benchmarks that nobody ran for a while still run, and their contenders still write the same rows. */
class BenchmarkSmokeTest {
    @BeforeAll
    static void fewRowsAndAnOddLastBatch() {
        System.setProperty("bench.rows", "5500");
        System.setProperty("bench.mebibytes", "20");
        // No score is taken here: another benchmark of the machine does no harm.
        System.setProperty("jmh.ignoreLock", "true");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                JsonWriteBenchmark.class,
                JsonRecordsBenchmark.class,
                JsonReadBenchmark.class,
                JsonCompressionBenchmark.class,
                ArrowWriteBenchmark.class,
                ArrowCompressionBenchmark.class,
                ArrowReadBenchmark.class,
                RowFillBenchmark.class,
                TableWriteBenchmark.class,
                CopyEverythingBenchmark.class,
                SinkWriteBenchmark.class,
                DurableCommitBenchmark.class,
                ContentionBenchmark.class,
                SweepBenchmark.class,
                ParquetWriteBenchmark.class,
                ParquetReadBenchmark.class,
                S3UploadBenchmark.class,
                S3ReadBenchmark.class,
                S3TableBenchmark.class
            })
    void everyContenderRunsOnce(Class<?> benchmark) throws RunnerException {
        String leftOut = Runtime.version().feature() < HardwoodScan.JAVA ? "hardwood" : "none";
        long contenders = Arrays.stream(benchmark.getMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .filter(method -> !method.getName().equals(leftOut))
                .count();
        Options once = new OptionsBuilder()
                .include("\\." + benchmark.getSimpleName() + "\\.")
                .exclude("\\." + leftOut + "$")
                .param("device", "file")
                .param("batchRows", "1000")
                .param("store", "file")
                .param("rows", "100000")
                .param("bufferBytes", "262144")
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        assertEquals(
                contenders,
                new Runner(once)
                        .run().stream()
                                .map(result -> result.getParams().getBenchmark())
                                .distinct()
                                .count());
    }
}
