package io.penstock.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the demo has measured, as one table of at most 80 columns, or as one JSON object. */
final class DemoReport {
    private static final String ROW = "%-18s %11s %8s %14s %9s %8s %6s";

    private final double scale;
    private final List<Measurement> writes = new ArrayList<>();
    private final List<Measurement> copies = new ArrayList<>();
    private final List<Measurement> reads = new ArrayList<>();

    DemoReport(double scale) {
        this.scale = scale;
    }

    void wrote(Measurement run) {
        writes.add(run);
    }

    void copied(Measurement run) {
        copies.add(run);
    }

    void read(Measurement run) {
        reads.add(run);
    }

    void print(Console console, boolean sync) throws IOException {
        Runtime jvm = Runtime.getRuntime();
        console.println(String.format(
                Locale.ROOT,
                "TPC-H lineitem at scale %s: %s rows, 16 columns",
                scaleText(),
                Sizes.count(writes.get(0).rows())));
        console.println("Java " + Runtime.version().feature() + ", heap of at most " + Sizes.bytes(jvm.maxMemory())
                + ", " + Sizes.count(jvm.availableProcessors(), "processor"));
        console.println("");
        console.println(String.format(ROW, "", "rows/s", "MB/s", "bytes", "peak heap", "direct", "B/row"));
        console.println("write, streaming");
        for (Measurement run : writes) {
            console.println(row(run));
        }
        console.println("write, old path");
        for (Measurement run : copies) {
            console.println(row(run));
        }
        console.println("read back");
        for (Measurement run : reads) {
            console.println(row(run));
        }
        console.println("");
        console.println("Verified: every format gave back all rows, and in each of the 16 columns the");
        console.println("values that were generated (by checksum).");
        console.println(verdict());
        console.println("");
        console.println("Timed is the way from a batch in memory (old path: from a list of all rows) to");
        console.println(
                sync
                        ? "the file, safe on the disk. Generating and comparing rows is not timed."
                        : "the file, without waiting for the disk. Generating and comparing is not timed.");
        console.println("MB/s: of the files' bytes. peak heap: in use after a garbage collection.");
        console.println("direct: the most direct memory. B/row: bytes allocated on the heap per row");
        console.println("while the time ran.");
    }

    private static String row(Measurement run) {
        if (run.isOutOfMemory()) {
            return String.format(
                    Locale.ROOT, "%-18s out of memory at %s rows", "  " + run.name(), Sizes.count(run.rows()));
        }
        return String.format(
                ROW,
                "  " + run.name(),
                Sizes.count(Math.round(run.rowsPerSecond())),
                String.format(Locale.ROOT, "%,.1f", run.megabytesPerSecond()),
                Sizes.count(run.bytes()),
                Sizes.bytes(run.heapBytes()),
                Sizes.bytes(run.directBytes()),
                String.format(Locale.ROOT, "%.1f", run.allocatedBytesPerRow()));
    }

    private String verdict() {
        Measurement streaming = writes.get(0);
        Measurement fromRows = writes.get(writes.size() - 1);
        Measurement old = copies.get(copies.size() - 1);
        if (old.isOutOfMemory()) {
            return "Copying everything did not fit into this heap; streaming took " + Sizes.bytes(streaming.heapBytes())
                    + " of it.";
        }
        return String.format(
                Locale.ROOT,
                "Streaming the same rows into the same JSON is %.1f times as fast as copying\n"
                        + "everything, and from Arrow batches %.1f times,\nin %s of heap and not %s%s.",
                fromRows.rowsPerSecond() / old.rowsPerSecond(),
                streaming.rowsPerSecond() / old.rowsPerSecond(),
                Sizes.bytes(fromRows.heapBytes()),
                Sizes.bytes(old.heapBytes()),
                copies.size() > 1 ? ", which is for a part of the rows" : "");
    }

    String json() {
        return new JsonText()
                .add("scale", scale)
                .add("rows", writes.get(0).rows())
                .add("verified", true)
                .raw("write", array(writes))
                .raw("copyEverything", array(copies))
                .raw("read", array(reads))
                .toString();
    }

    private static String array(List<Measurement> runs) {
        return "[" + String.join(",", runs.stream().map(Measurement::json).toList()) + "]";
    }

    private String scaleText() {
        return scale == Math.rint(scale) ? Long.toString((long) scale) : Double.toString(scale);
    }
}
