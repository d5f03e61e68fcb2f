package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A command in a process of its own, for tests to signal and to kill. */
final class CliProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final Path errors;

    /** @param directory for what it writes to standard error */
    CliProcess(Path directory, List<String> javaOptions, String... args) throws IOException {
        errors = Files.createTempFile(directory, "err", "");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.penstock.cli.Main"));
        command.addAll(List.of(args));
        process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    }

    BufferedReader out() {
        return process.inputReader(StandardCharsets.UTF_8);
    }

    OutputStream in() {
        return process.getOutputStream();
    }

    String errors() throws IOException {
        // A JVM of 24 or later warns of what the script's flags allow, with an empty line at the end.
        return Files.readString(errors)
                .lines()
                .filter(line -> !line.isEmpty() && !line.startsWith("WARNING: "))
                .reduce("", (all, line) -> all + line + "\n");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until something is so, which the process has to live to see. */
    void await(BooleanSupplier reached) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!reached.getAsBoolean()) {
            assertTrue(process.isAlive(), "it ended by itself: " + errors());
            assertTrue(System.nanoTime() < deadline, "it does not get there");
            Thread.sleep(10);
        }
    }

    /** Waits for its end by itself, and returns its status. */
    int end() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it did not end");
        return process.exitValue();
    }

    /** Sends what Ctrl-C sends; or, where this process was started so that it ignores that, what ends a service. */
    int interrupt() throws Exception {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        boolean ignored = Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
        String signal = ignored ? "TERM" : "INT";
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor());
        return ignored ? end() - 13 : end();
    }

    /** Ends it as a loss of power would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
