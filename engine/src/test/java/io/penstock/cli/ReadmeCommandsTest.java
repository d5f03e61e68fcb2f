package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the README's commands as they stand there, but for directories, a port and how much is generated. */
class ReadmeCommandsTest {
    private static final Path README = Path.of("..", "README.md");
    private static final String ENDPOINT = "http://127.0.0.1:9444";

    @TempDir
    Path directory;

    private static List<String> commands(String section) throws IOException {
        String text = Files.readString(README);
        text = text.substring(text.indexOf("\n## " + section + "\n"));
        text = text.substring(0, text.indexOf("\n## ", 1));
        return text.lines()
                .filter(line -> line.startsWith("scripts/penstock "))
                .map(line -> line.substring("scripts/penstock ".length()))
                .toList();
    }

    /** The words of a command; those in quotes are one. */
    private String[] words(String command, String endpoint) {
        List<String> words = new ArrayList<>();
        Matcher word = Pattern.compile("\"([^\"]*)\"|\\S+").matcher(command);
        while (word.find()) {
            String text = word.group(1) == null ? word.group() : word.group(1);
            words.add(text.replace("/tmp/lake", directory.resolve("lake").toString())
                    .replace(ENDPOINT, endpoint)
                    .replaceAll("(tpch:\\w+:)[0-9.]+", "$10.001"));
        }
        if (words.get(0).equals("demo")) {
            words.removeAll(List.of("--scale", "0.1"));
            words.addAll(List.of("--scale", "0.001"));
        }
        return words.toArray(String[]::new);
    }

    @Test
    void commandsOfTheCommandLineWork() throws IOException {
        List<String> commands = commands("Command line");
        assertEquals(10, commands.size());
        for (String command : commands) {
            Cli.done(words(command, ENDPOINT));
        }
    }

    @Test
    void walkThroughOfS3IsTwoCommands() throws Exception {
        List<String> commands = commands("S3");
        assertEquals(
                List.of("s3server", "demo", "copy"),
                commands.stream().map(line -> line.split(" ")[0]).toList());
        assertTrue(Cli.done("s3server", "--help").contains(ENDPOINT.substring(ENDPOINT.lastIndexOf(':') + 1)));
        String[] server = words(commands.get(0) + " --port 0", ENDPOINT);
        try (CliProcess process = new CliProcess(directory, List.of("-Xmx256m"), server)) {
            String said = process.out().readLine();
            String endpoint = said.substring(said.lastIndexOf(' ') + 1);
            assertEquals(
                    "serving bucket demo at " + endpoint + "; next: scripts/penstock "
                            + commands.get(1).replace(ENDPOINT, endpoint),
                    said);
            String report = Cli.done(words(commands.get(1), endpoint));
            assertTrue(report.contains("Verified: every format gave back all rows"), report);
            assertEquals("", tables("s3://demo/", endpoint));
            Cli.done(words("write --store /tmp/lake --table tpch.orders --quiet tpch:orders:1", endpoint));
            Cli.done(words(commands.get(2), endpoint));
            assertEquals("tpch.orders\n", tables("s3://demo/lake", endpoint));
            assertEquals(130, process.interrupt());
        }
    }

    private static String tables(String store, String endpoint) {
        return Cli.done("tables", "--store", store, "--endpoint", endpoint);
    }

    @Test
    void wordsInQuotesAreOne() {
        assertEquals(
                List.of("read", "--where", "a <> 'O' and b"),
                Arrays.asList(words("read --where \"a <> 'O' and b\"", ENDPOINT)));
    }
}
