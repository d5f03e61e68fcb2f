package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class S3ServerCommandTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    Path directory;

    private Process process;

    @AfterEach
    void endProcess() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Starts the command in a process of its own and returns its one line. */
    private String start(String... args) throws IOException {
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                "io.penstock.cli.Main",
                "s3server"));
        command.addAll(List.of(args));
        process = new ProcessBuilder(command)
                .redirectError(directory.resolve("err").toFile())
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        return String.valueOf(out.readLine());
    }

    private String errors() throws IOException {
        return Files.readString(directory.resolve("err"))
                .lines()
                .filter(line -> !line.startsWith("WARNING: "))
                .reduce("", (all, line) -> all + line + "\n");
    }

    private static URI endpoint(String line) {
        return URI.create(line.substring(line.lastIndexOf(' ') + 1));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** What ends a service, and as Ctrl-C does, lets it clean up; unlike that it reaches processes in the background. */
    private void end() throws Exception {
        process.destroy();
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it did not end");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void servesABucketToAnybodyAndSaysWhatToDoNext() throws Exception {
        String line = start("--port", "0");
        URI endpoint = endpoint(line);
        assertEquals(
                "serving bucket demo at " + endpoint + "; next: scripts/penstock demo --store s3://demo/ --endpoint "
                        + endpoint,
                line);
        HttpRequest.BodyPublisher content = HttpRequest.BodyPublishers.ofString("content");
        URI object = endpoint.resolve("/demo/a/b");
        assertEquals(200, send(HttpRequest.newBuilder(object).PUT(content)).statusCode());
        assertEquals("content", send(HttpRequest.newBuilder(object)).body());
        HttpResponse<String> again =
                send(HttpRequest.newBuilder(object).PUT(content).header("If-None-Match", "*"));
        assertEquals(412, again.statusCode());
        end();
        assertEquals("penstock: interrupted: the server has ended, its objects are removed\n", errors());
        try (Stream<Path> left = Files.list(directory.resolve("tmp"))) {
            assertEquals(
                    List.of(),
                    left.filter(path -> path.getFileName().toString().startsWith("penstock"))
                            .toList());
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void keepsTheObjectsInADirectoryOfOnesOwn() throws Exception {
        Path objects = directory.resolve("objects");
        for (int i = 0; i < 2; i++) {
            URI endpoint = endpoint(start("--port", "0", "--dir", objects.toString(), "--bucket", "mine"));
            URI object = endpoint.resolve("/mine/a");
            assertEquals(
                    i == 0 ? 404 : 200, send(HttpRequest.newBuilder(object)).statusCode());
            send(HttpRequest.newBuilder(object).PUT(HttpRequest.BodyPublishers.ofString("content")));
            end();
            assertEquals("penstock: interrupted: the server has ended, its objects are in " + objects + "\n", errors());
        }
        assertTrue(Files.exists(objects.resolve("mine/a")));
    }

    @Test
    void portThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            String error = Cli.failed("s3server", "--port", port, "--dir", directory.toString());
            assertEquals("port " + port + " is taken: give --port another, or 0 for any that is free", error);
            assertFalse(Cli.failed("s3server", "--port", port).isEmpty());
        }
    }

    @Test
    void wrongOptionsAreRefused() {
        assertTrue(Cli.misused("s3server", "--port", "65536").contains("expected 0 to 65535"));
        assertTrue(Cli.misused("s3server", "--port", "-1").contains("expected 0 to 65535"));
        assertTrue(Cli.misused("s3server", "--bucket", "../x").contains("lower-case letters"));
        assertTrue(Cli.misused("s3server", "--bucket", "Demo").contains("lower-case letters"));
    }
}
