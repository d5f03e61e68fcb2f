package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    Path directory;

    private String store;

    @BeforeEach
    void nameStore() {
        store = directory.resolve("store").toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "write", "read", "tables", "describe", "copy", "drop", "recover", "s3server"})
    void helpOfEachCommandFitsATerminalOf80Columns(String command) {
        String help = Cli.done(command, "--help");
        assertTrue(help.startsWith("Usage: penstock " + command), help);
        assertTrue(help.endsWith("\n"), help);
        help.lines().forEach(line -> assertTrue(line.length() <= 80, line));
    }

    @Test
    void helpNamesEveryCommand() {
        String help = Cli.done("--help");
        for (String command :
                new String[] {"demo", "write", "read", "tables", "describe", "copy", "drop", "recover", "s3server"}) {
            assertTrue(help.contains("\n  " + command + " "), help);
        }
        help.lines().forEach(line -> assertTrue(line.length() <= 80, line));
    }

    @Test
    void wrongUsageIsOneLineThatPointsToTheHelp() {
        assertTrue(Cli.misused().contains("a command is missing"));
        assertTrue(Cli.misused("frobnicate").contains("the commands are demo, write, read"));
        assertTrue(Cli.misused("write").contains("--store"));
        assertTrue(Cli.misused("tables", "--store").endsWith("(see penstock tables --help)"));
        assertTrue(Cli.misused("tables", "--store", store, "--frob").contains("--frob"));
        assertTrue(
                Cli.misused("describe", "--store", store, "--table", "orders").contains("DATABASE.TABLE"));
        assertTrue(Cli.misused("read", "--store", store, "--table", "a.b", "--as", "xml")
                .contains("csv, jsonl, arrow, parquet"));
        assertTrue(Cli.misused("read", "--store", store, "--table", "a.b", "--limit", "x")
                .contains("--limit"));
        assertTrue(Cli.misused("read", "--store", store, "--table", "a.b", "--limit", "-1")
                .contains("0 or more"));
        assertTrue(Cli.misused("demo", "--scale", "0").contains("above 0"));
    }

    @Test
    void wrongUsageOfWriteSaysTheChoices() {
        String[] write = {"write", "--store", store, "--table", "a.b"};
        assertTrue(Cli.misused(with(write, "rows.xls")).contains("--input-format"));
        assertTrue(Cli.misused(with(write, "-")).contains("csv, tsv, jsonl, arrow or parquet"));
        assertTrue(Cli.misused(with(write, "tpch:orders")).contains("tpch:TABLE:SCALE"));
        assertTrue(Cli.misused(with(write, "tpch:order:1")).contains("orders"));
        assertTrue(Cli.misused(with(write, "tpch:orders:-1")).contains("'-1'"));
        assertTrue(Cli.misused(with(write, "--layout", "records", "a.csv")).contains("--format json"));
        assertTrue(Cli.misused(with(write, "--column", "a:b", "a.csv")).contains("NAME:OPTION=VALUE"));
        assertTrue(Cli.misused(with(write, "--batch-rows", "0", "a.csv")).contains("penstock.batch.rows"));
        assertTrue(Cli.misused(with(write, "--schema", "a:int65", "a.csv")).contains("position 3"));
    }

    private static String[] with(String[] args, String... more) {
        String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return all;
    }

    @Test
    void errorsSayWhatToDo() {
        assertTrue(Cli.failed("tables", "--store", store).contains("there is no store at"));
        assertTrue(Cli.failed("tables", "--store", "s3x://bucket").contains("expected file:///path"));
        assertTrue(Cli.failed("tables", "--store", "file://" + store).contains("there is no store at"));
        Cli.done("write", "--store", store, "--table", "a.b", "--quiet", "tpch:region:1");
        assertTrue(Cli.failed("read", "--store", store, "--table", "a.c").contains("no such table"));
        assertTrue(Cli.failed("describe", "--store", store, "--table", "a.c").contains("no such table"));
        assertTrue(Cli.failed("drop", "--store", store, "--table", "a.c").contains("no such table"));
        assertTrue(Cli.failed("read", "--store", store, "--table", "a.b", "--columns", "x")
                .contains("r_regionkey"));
    }

    @Test
    void debugShowsTheStackTrace() {
        Cli.Result result = Cli.run(new byte[0], "tables", "--store", store, "--debug");
        assertEquals(1, result.status());
        assertTrue(result.err().contains("\tat io.penstock.cli."), result.err());
    }

    @Test
    void aSettingThatDoesNotExistIsNamed() {
        System.setProperty("penstock.bufer.bytes", "1");
        try {
            assertTrue(Cli.misused("write", "--store", store, "--table", "a.b", "tpch:region:1")
                    .contains("'penstock.bufer.bytes'"));
        } finally {
            System.clearProperty("penstock.bufer.bytes");
        }
    }

    @Test
    void aReaderOfStandardOutputThatGoesAwayEndsTheCommandQuietly() {
        Cli.done("write", "--store", store, "--table", "a.b", "--quiet", "tpch:nation:1");
        for (String as : new String[] {"csv", "jsonl", "arrow"}) {
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int status = runInto("Broken pipe", err, "read", "--store", store, "--table", "a.b", "--as", as);
            assertEquals("", err.toString(StandardCharsets.UTF_8));
            assertEquals(0, status);
        }
    }

    @Test
    void anyOtherFailureOfStandardOutputIsAnError() {
        Cli.done("write", "--store", store, "--table", "a.b", "--quiet", "tpch:nation:1");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = runInto("No space left on device", err, "read", "--store", store, "--table", "a.b");
        assertEquals(
                "penstock: cannot write to standard output: No space left on device\n",
                err.toString(StandardCharsets.UTF_8));
        assertEquals(1, status);
    }

    private static int runInto(String failure, ByteArrayOutputStream err, String... args) {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(failure);
            }
        };
        Console console = new Console(
                new ByteArrayInputStream(new byte[0]),
                new Console.Output(broken),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                0);
        return Main.run(console, new Interruption(), args);
    }
}
