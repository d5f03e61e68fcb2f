package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs commands in this process and catches what they print. */
final class Cli {
    private Cli() {}

    /** What a command has printed and how it ended. */
    record Result(int status, byte[] bytes, String err) {
        String out() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        List<String> lines() {
            return out().lines().toList();
        }
    }

    /** Runs a command that has to succeed, and returns what it wrote to standard output. */
    static String done(String... args) {
        return doneWith(new byte[0], args).out();
    }

    static Result doneWith(byte[] in, String... args) {
        Result result = run(in, args);
        assertEquals("", result.err(), "standard error of " + List.of(args));
        assertEquals(0, result.status(), "status of " + List.of(args));
        return result;
    }

    /** Runs a command that has to fail, and returns its one line on standard error. */
    static String failed(String... args) {
        return failedWith(new byte[0], args);
    }

    static String failedWith(byte[] in, String... args) {
        String line = refused(1, in, args);
        // Whatever could not be given back would be among the suppressed exceptions.
        String[] debug = java.util.Arrays.copyOf(args, args.length + 1);
        debug[args.length] = "--debug";
        assertFalse(
                run(in, debug).err().contains("Suppressed:"),
                () -> "a cleanup failed:\n" + run(in, debug).err());
        return line;
    }

    /** Runs a command that is called wrongly, and returns its one line on standard error. */
    static String misused(String... args) {
        return refused(2, new byte[0], args);
    }

    private static String refused(int status, byte[] in, String... args) {
        Result result = run(in, args);
        assertEquals(status, result.status(), () -> "status of " + List.of(args) + ": " + result.err());
        assertEquals("", result.out(), "standard output of " + List.of(args));
        List<String> lines = result.err().lines().toList();
        assertEquals(1, lines.size(), result.err());
        assertTrue(lines.get(0).startsWith("penstock: "), result.err());
        return lines.get(0).substring("penstock: ".length());
    }

    static Result run(byte[] in, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(in),
                new Console.Output(out),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                0);
        int status = Main.run(console, new Interruption(), args);
        return new Result(status, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }
}
