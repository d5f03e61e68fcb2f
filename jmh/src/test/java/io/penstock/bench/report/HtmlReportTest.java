package io.penstock.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlReportTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void recordedResults() throws IOException {
        Path jdk17 = Files.createDirectories(directory.resolve("jdk17"));
        Files.writeString(jdk17.resolve("environment-1.txt"), "cpu  a <fast> one\n");
        Files.writeString(
                jdk17.resolve("json-1.json"),
                "[" + result("XBenchmark.penstock", "{\"device\": \"file\"}", 6e6) + ","
                        + result("XBenchmark.other", "{\"device\": \"file\"}", 2e6) + ","
                        + result("XBenchmark.limitCopy", "{\"device\": \"file\"}", 12e6) + "]");
        StringBuilder sweep = new StringBuilder();
        for (int batchRows : List.of(100, 1000, 10_000)) {
            for (int bufferBytes : List.of(65_536, 262_144)) {
                sweep.append(sweep.isEmpty() ? "[" : ",")
                        .append(result(
                                "SweepBenchmark.penstock",
                                "{\"batchRows\": \"%d\", \"bufferBytes\": \"%d\", \"format\": \"JSON\"}"
                                        .formatted(batchRows, bufferBytes),
                                1e6 + batchRows * 100));
            }
        }
        Files.writeString(jdk17.resolve("sweep-1.json"), sweep.append("]"));
        Files.writeString(directory.resolve("memory.csv"), """
                path,format,rows,peakHeapBytes,smallestHeapBytes
                streaming,JSON,1000000,20000000,16000000
                streaming,JSON,10000000,20000000,16000000
                copy everything,JSON,1000000,900000000,
                copy everything,JSON,10000000,9000000000,
                """);
    }

    private String page() throws IOException {
        List<Target> targets = List.of(
                new Target("XBenchmark.penstock", Map.of("device", "file"), 2, List.of("other", "nobody")),
                new Target("XBenchmark.penstock", Map.of(), 0.9, List.of("limitCopy")),
                new Target("XBenchmark.penstock", Map.of("device", "null"), 7, List.of("other")));
        return HtmlReport.of(directory, targets).page();
    }

    private static String result(String benchmark, String parameters, double score) {
        return """
                {"benchmark": "io.penstock.bench.%s", "jdkVersion": "17.0.17", "params": %s,
                 "primaryMetric": {"scoreUnit": "ops/s", "rawData": [[%s]]},
                 "secondaryMetrics": {"gc.alloc.rate.norm": {"rawData": [[1.5]]}}}""".formatted(benchmark, parameters, score);
    }

    @Test
    void thePageNeedsNothingElse() throws IOException {
        String page = page();

        for (String outside : List.of("http:", "https:", "src=", "<link", "<script", "@import", "url(")) {
            assertFalse(page.contains(outside), outside);
        }
    }

    @Test
    void everyContenderHasItsBarAndItsRatio() throws IOException {
        String page = page();

        assertTrue(page.contains(
                ">limitCopy</td><td class=\"bar\"><span class=\"track\"><i class=\"beyond\" style=\"width:100.00%\">"));
        assertTrue(page.contains(">penstock</td><td class=\"bar\"><span class=\"track\"><i style=\"width:66.67%\">"));
        assertTrue(page.contains("<td data-unit=\"rows/s\">6 M</td><td data-unit=\"x best peer\">3.00</td>"));
        assertTrue(page.contains("<td data-unit=\"CPU ns/row\">-</td><td data-unit=\"B/row\">1.5</td>"));
    }

    @Test
    void targetsAreMarkedWhereTheyAre() throws IOException {
        String page = page();

        assertTrue(page.contains("<i style=\"width:100.00%\"></i><b style=\"left:calc(66.67% - 1px)\"></b></span></td>"
                + "<td data-unit=\"x\">3.00</td><td data-unit=\"to reach\">2.00</td>"));
        assertTrue(page.contains("<tr class=\"missed\">"));
        assertFalse(page.contains(">7.00<"), "not measured");
    }

    @Test
    void figuresHaveAPointForEachResult() throws IOException {
        String page = page();

        assertEquals(3, count("<svg ", page), "the sweep, peak heap, smallest heap");
        assertEquals(2 + 2 + 1, count("<polyline ", page));
        assertEquals(6 + 4 + 2, count("<circle ", page));
        assertTrue(page.contains("aria-label=\"Smallest heap\""));
        assertFalse(page.contains("NaN"));
    }

    @Test
    void pictureIsWellFormedAndInsideItsFrame() throws Exception {
        Matcher svg = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(page());
        while (svg.find()) {
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.group().getBytes(StandardCharsets.UTF_8)));
            Matcher y = Pattern.compile("cy=\"([^\"]*)\"").matcher(svg.group());
            while (y.find()) {
                double place = Double.parseDouble(y.group(1));
                assertTrue(place >= 0 && place <= 240, svg.group());
            }
        }
    }

    @Test
    void environmentsAreQuotedAsTheyAre() throws IOException {
        assertTrue(page().contains("<pre>cpu  a &lt;fast&gt; one</pre>"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "20, 20", "100, 100", "999.4, 999", "1000, 1 k", "262144, 262 k", "5810000, 5.81 M", "2e9, 2 G"
    })
    void magnitudesHaveThreeDigitsAtMost(double value, String text) {
        assertEquals(text, Bars.magnitude(value));
    }

    private static int count(String part, String page) {
        return page.split(Pattern.quote(part), -1).length - 1;
    }
}
