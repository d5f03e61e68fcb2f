package io.penstock.storage.s3;

import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/** What another process does with a connection of its own. */
final class ConnectedProcess {
    private ConnectedProcess() {}

    static Process start(S3TestServer server, String work) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(server.javaOptions());
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                ConnectedProcess.class.getName(),
                work,
                server.bucket(),
                server.endpoint().toString()));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    public static void main(String[] arguments) throws Exception {
        S3Connection connection = S3Connection.open(new S3Options(
                arguments[1],
                S3TestServer.PREFIX,
                URI.create(arguments[2]),
                S3TestServer.REGION,
                true,
                S3Options.Credentials.DEFAULT,
                null,
                S3Options.Encryption.DEFAULT,
                null,
                true,
                5 << 20,
                2,
                1 << 20,
                4,
                Duration.ofSeconds(20),
                2,
                false));
        put(connection, "first");
        switch (arguments[0]) {
            case "endWithoutClosing" -> {}
            case "exitWithoutClosing" -> System.exit(0);
            case "exitInTheMiddle" -> {
                for (int i = 0; i < 20; i++) {
                    connection.wire().put(S3TestServer.key("middle"), Map.of(), Map.of(), new Zeros(5 << 20));
                }
                Thread.sleep(20);
                System.exit(0);
            }
            case "writeInAShutdownHook" -> {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    // After the CRT's own hook has most likely run.
                    pause(500);
                    put(connection, "hook");
                    connection
                            .sdk()
                            .putObject(
                                    request -> request.bucket(arguments[1]).key(S3TestServer.key("hook-sdk")),
                                    AsyncRequestBody.fromString("x"))
                            .join();
                    connection.close();
                    System.out.println("written");
                }));
                System.out.println("ready");
                Thread.sleep(60_000);
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void put(S3Connection connection, String name) {
        connection
                .wire()
                .put(S3TestServer.key(name), Map.of(), Map.of(), new Zeros(10))
                .reply()
                .join();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Zeros(long bytes) implements Body {
        @Override
        public void copy(long offset, ByteBuffer target) {
            target.put(new byte[(int) Math.min(target.remaining(), bytes - offset)]);
        }
    }
}
