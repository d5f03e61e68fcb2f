package io.penstock.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
                contender                            rows/s      +/-   x best peer    B/row
                penstockFromRows                  2,000,000   10.0 %             -      1.0

                XBenchmark, device null
                contender                            rows/s      +/-   x best peer    B/row
                limitCopy                         9,000,000   10.0 %          3.00      0.0
                penstockFromRows                  6,000,000   10.0 %          2.00      1.0
                bFromRows                         3,000,000   10.0 %          1.00    300.0
                aFromRows                         1,000,000   10.0 %          0.33     20.0
                """, ResultTable.of(json));
    }

    private static String result(String method, String device, double score, double allocated) {
        return """
                {"benchmark": "io.penstock.bench.XBenchmark.%s", "params": {"device": "%s"},
                 "primaryMetric": {"score": %s, "scoreError": %s},
                 "secondaryMetrics": {"gc.alloc.rate.norm": {"score": %s}}}""".formatted(method, device, score, score / 10, allocated);
    }
}
