package io.penstock.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs an S3 server until it is interrupted. */
@Command(
        name = "s3server",
        description =
                "Runs an S3 server on this machine, to try a store on S3 without an account, until Ctrl-C. It asks "
                        + "nobody for credentials and listens to this machine only.")
final class S3ServerCommand implements Callable<Integer> {
    /** As Amazon S3 has them. */
    private static final String BUCKET_NAME = "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]";

    private static final int MAX_PORT = 65_535;
    private static final long PAUSE_MILLIS = 50;

    private final Console console;
    private final Interruption interruption;

    @Spec
    CommandSpec spec;

    @Option(
            names = "--port",
            defaultValue = "9444",
            paramLabel = "N",
            description = "The port to listen on, default ${DEFAULT-VALUE}; 0 takes any that is free.")
    int port;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Where to keep the objects; made if it is not there, and left as it is afterwards. Without it, a "
                            + "temporary directory, which is removed.")
    Path directory;

    @Option(
            names = "--bucket",
            defaultValue = "demo",
            paramLabel = "NAME",
            description = "The bucket to make, default ${DEFAULT-VALUE}.")
    String bucket;

    S3ServerCommand(Console console, Interruption interruption) {
        this.console = console;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws Exception {
        check();
        boolean temporary = directory == null;
        Path objects = temporary ? Files.createTempDirectory("penstock-s3server-") : Files.createDirectories(directory);
        Running running = new Running(temporary ? objects : null);
        return interruption.run(running, () -> {
            interruption.outcome("the server has ended, its objects are " + (temporary ? "removed" : "in " + objects));
            running.server = new S3Server(objects, port, bucket);
            String endpoint = running.server.endpoint().toString();
            console.println("serving bucket " + bucket + " at " + endpoint
                    + "; next: scripts/penstock demo --store s3://" + bucket + "/ --endpoint " + endpoint);
            while (true) {
                interruption.check();
                Thread.sleep(PAUSE_MILLIS);
            }
        });
    }

    private void check() {
        if (port < 0 || port > MAX_PORT) {
            throw new ParameterException(
                    spec.commandLine(), "--port " + port + " is refused: expected 0 to " + MAX_PORT);
        }
        if (!bucket.matches(BUCKET_NAME)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--bucket '" + bucket
                            + "' is refused: expected 3 to 63 of lower-case letters, digits, '.' and '-'");
        }
    }

    /** The server and the directory that goes with it. */
    private static final class Running implements AutoCloseable {
        private final Path temporary;
        private S3Server server;

        /** @param temporary to remove at the end; null for none */
        Running(Path temporary) {
            this.temporary = temporary;
        }

        @Override
        public void close() throws IOException {
            try {
                if (server != null) {
                    server.close();
                }
            } finally {
                if (temporary != null) {
                    DirectoryTree.remove(temporary);
                }
            }
        }
    }
}
