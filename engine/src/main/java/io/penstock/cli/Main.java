package io.penstock.cli;

import io.penstock.cli.Console.ClosedOutputException;
import io.penstock.cli.Interruption.InterruptedCommandException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line. Ends with 0 when the command has done what it says, 1 when it failed, 2 when it was called wrongly, 130 when it
 * was interrupted. An error is one line on standard error.
 */
@Command(
        name = "penstock",
        description = "Streams rows and Arrow batches into tables, and back.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Options for Java (-Dname=value, -Xmx64m, ...) go before the command. Every",
            "setting is a system property: scripts/penstock -Dpenstock.batch.rows=500 ...",
            "Exit: 0 done, 1 failed, 2 wrong usage, 130 interrupted."
        })
public final class Main implements Runnable {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final int INTERRUPTED = 130;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and end.")
    boolean help;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    boolean debug;

    @Spec
    CommandSpec spec;

    private Main() {}

    /** Runs one command and ends the JVM. */
    public static void main(String[] args) {
        // Arrow logs through SLF4J, which would say on standard error that nobody listens.
        System.setProperty("slf4j.internal.verbosity", System.getProperty("slf4j.internal.verbosity", "ERROR"));
        Console console = Console.ofProcess();
        Interruption interruption = new Interruption();
        interruption.install(console);
        int status = run(console, interruption, args);
        if (!interruption.requested()) {
            interruption.ended();
        }
        System.exit(status);
    }

    static int run(Console console, Interruption interruption, String... args) {
        Main main = new Main();
        CommandLine line = new CommandLine(main)
                .addSubcommand(new DemoCommand(console, interruption))
                .addSubcommand(new WriteCommand(console, interruption))
                .addSubcommand(new ReadCommand(console))
                .addSubcommand(new TablesCommand(console))
                .addSubcommand(new DescribeCommand(console))
                .addSubcommand(new CopyCommand(console, interruption))
                .addSubcommand(new DropCommand())
                .addSubcommand(new RecoverCommand(console))
                .addSubcommand(new S3ServerCommand(console, interruption));
        PrintWriter out = new PrintWriter(new OutputStreamWriter(console.out(), StandardCharsets.UTF_8), true);
        line.setOut(out)
                .setErr(new PrintWriter(new OutputStreamWriter(console.err(), StandardCharsets.UTF_8), true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setUsageHelpWidth(80)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, arguments) -> main.wrongUsage(console, e))
                .setExecutionExceptionHandler((e, command, result) -> main.failed(console, e));
        try {
            return line.execute(args);
        } catch (OutOfMemoryError | LinkageError | StackOverflowError e) {
            return main.failed(console, e);
        } finally {
            out.flush();
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private int wrongUsage(Console console, ParameterException e) {
        CommandLine command = e.getCommandLine();
        if (e.getCause() instanceof WhereException where) {
            console.err().println("penstock: " + where.getMessage());
            console.err().println(where.shown());
            return WRONG_USAGE;
        }
        boolean top = command.getParent() == null;
        String name = command.getCommandSpec().qualifiedName();
        console.err()
                .println("penstock: " + Failure.line(e) + (top ? "; the commands are " + commands(command) : "")
                        + " (see " + name + " --help)");
        if (debug) {
            e.printStackTrace(console.err());
        }
        return WRONG_USAGE;
    }

    private static String commands(CommandLine top) {
        return String.join(", ", top.getSubcommands().keySet());
    }

    private int failed(Console console, Throwable e) {
        if (e instanceof InterruptedCommandException) {
            return INTERRUPTED;
        }
        if (e instanceof ClosedOutputException) {
            return DONE;
        }
        console.err().println("penstock: " + Failure.line(e));
        if (debug) {
            e.printStackTrace(console.err());
        }
        return FAILED;
    }
}
