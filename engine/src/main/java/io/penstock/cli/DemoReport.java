package io.penstock.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the demo has measured, as one table of at most 80 columns, or as one JSON object. */
final class DemoReport {
    private static final String ROW = "%-18s %11s %8s %14s %9s %8s %6s";

    private final double scale;
    private final StoreAddress store;
    private final List<Measurement> writes = new ArrayList<>();
    private final List<Measurement> copies = new ArrayList<>();
    private final List<Measurement> reads = new ArrayList<>();

    /** @param store null for a temporary directory, where the old path runs beside */
    DemoReport(double scale, StoreAddress store) {
        this.scale = scale;
        this.store = store;
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

    /** @param sync whether a commit has waited for the disk */
    void print(Console console, boolean sync) throws IOException {
        Runtime jvm = Runtime.getRuntime();
        console.println(String.format(
                Locale.ROOT,
                "TPC-H lineitem at scale %s: %s rows, 16 columns",
                scaleText(),
                Sizes.count(writes.get(0).rows())));
        console.println("Java " + Runtime.version().feature() + ", heap of at most " + Sizes.bytes(jvm.maxMemory())
                + ", " + Sizes.count(jvm.availableProcessors(), "processor"));
        if (store != null) {
            console.println("Store " + store + (store.endpoint() == null ? "" : " at " + store.endpoint()));
        }
        console.println("");
        console.println(String.format(
                ROW, "", "rows/s", "MB/s", "bytes", "peak heap", "direct", store == null ? "B/row" : "reqs"));
        section(console, "write, streaming", writes);
        if (store == null) {
            section(console, "write, old path", copies);
        }
        section(console, "read back", reads);
        console.println("");
        console.println("Verified: every format gave back all rows, and in each of the 16 columns the");
        console.println("values that were generated (by checksum).");
        if (store == null) {
            console.println(verdict());
        }
        console.println("");
        explain(console, sync);
    }

    private void section(Console console, String title, List<Measurement> runs) throws IOException {
        console.println(title);
        for (Measurement run : runs) {
            console.println(row(run));
        }
    }

    private void explain(Console console, boolean sync) throws IOException {
        if (store == null) {
            console.println("Timed is the way from a batch in memory (old path: from a list of all rows) to");
            console.println(
                    sync
                            ? "the file, safe on the disk. Generating and comparing rows is not timed."
                            : "the file, without waiting for the disk. Generating and comparing is not timed.");
        } else {
            console.println("Timed is the way from a batch in memory to a commit, and back. Generating and");
            console.println("comparing rows is not timed.");
        }
        console.println("MB/s: of the files' bytes. peak heap: in use after a garbage collection.");
        if (store == null) {
            console.println("direct: the most direct memory. B/row: bytes allocated on the heap per row");
            console.println("while the time ran.");
        } else {
            console.println("direct: the most direct memory. reqs: requests to the server.");
        }
    }

    private String row(Measurement run) {
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
                store == null
                        ? String.format(Locale.ROOT, "%.1f", run.allocatedBytesPerRow())
                        : Sizes.count(run.requests()));
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
