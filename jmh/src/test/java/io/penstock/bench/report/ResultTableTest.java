package io.penstock.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ResultTableTest {
    @Test
    void ratiosAreToTheBestPeerOfTheSameParameters() throws IOException {
        String json =
                "[" + result("penstockFromRows", "null", 6e6, 1) + "," + result("aFromRows", "null", 1e6, 20) + ","
                        + result("bFromRows", "null", 3e6, 300) + "," + result("limitCopy", "null", 9e6, 0) + ","
                        + result("penstockFromRows", "file", 2e6, 1) + "]";

        assertEquals("""

                XBenchmark, device file
                contender                       rows/s  spread  x best peer  CPU ns/row   B/row
                penstockFromRows             2,000,000    13 %            -       500.0     1.0

                XBenchmark, device null
                contender                       rows/s  spread  x best peer  CPU ns/row   B/row
                limitCopy                    9,000,000    13 %         3.00       111.1     0.0
                penstockFromRows             6,000,000    13 %         2.00       166.7     1.0
                bFromRows                    3,000,000    13 %         1.00       333.3   300.0
                aFromRows                    1,000,000    13 %         0.33      1000.0    20.0
                """, table(json));
    }

    @Test
    void bytesAreCountedInMegabytesAndTheirHeapAsAShare() throws IOException {
        String json =
                result("a", "null", 2_000, 0.0105).replace("ops/s", "ops/us").replace("500000.0", "0.5");

        assertEquals("""

                XBenchmark, device null
                contender                         MB/s  spread  x best peer   CPU s/GiB    heap
                a                                2,000    13 %         1.00        0.54  1.05 %
                """, table("[" + json + "]"));
    }

    @Test
    void withoutAPeerRatiosAreToTheLowestLimit() throws IOException {
        String json = "[" + result("penstock", "null", 1.9e6, 1) + "," + result("limitA", "null", 2e6, 1) + ","
                + result("limitB", "null", 8e6, 1) + "]";

        assertEquals("""

                XBenchmark, device null
                contender                       rows/s  spread      x limit  CPU ns/row   B/row
                limitB                       8,000,000    13 %         4.00       125.0     1.0
                limitA                       2,000,000    13 %         1.00       500.0     1.0
                penstock                     1,900,000    13 %         0.95       526.3     1.0
                """, table(json));
    }

    @Test
    void onePauseOfTheMachineDoesNotMoveTheScore() throws IOException {
        String json = result("a", "null", 5e6, 0).replace("[[", "[[2, ");

        assertTrue(table("[" + json + "]").contains(" 4,750,000 "));
    }

    private static String table(String json) throws IOException {
        return ResultTable.of(Measured.of(json));
    }

    /** With two forks of two iterations, at 90, 95, 105 and 110 percent of the score. */
    private static String result(String method, String device, double score, double allocated) {
        return """
                {"benchmark": "io.penstock.bench.XBenchmark.%s", "params": {"device": "%s"},
                 "primaryMetric": {"scoreUnit": "ops/s", "rawData": [[%s, %s], [%s, %s]]},
                 "secondaryMetrics": {"gc.alloc.rate.norm": {"rawData": [[%7$s], [%7$s]]},
                                      "cpu.time.norm": {"rawData": [[%8$s], [%8$s]]}}}""".formatted(
                        method, device, 0.9 * score, 1.1 * score, 0.95 * score, 1.05 * score, allocated, 1e9 / score);
    }
}
