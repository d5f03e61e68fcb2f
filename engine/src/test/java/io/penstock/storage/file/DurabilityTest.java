package io.penstock.storage.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The order of the system calls that make a file stay, as {@code strace} sees them. Killing a process would prove nothing: what
 * it wrote is in the page cache and stays even if nothing was synced.
 */
class DurabilityTest {
    private static final Pattern CALL =
            Pattern.compile("(fsync|fdatasync|rename|link)[a-z0-9]*\\((?:\\d+<|AT_FDCWD[^,]*, \"|\")([^\">]*).*");

    @TempDir
    Path directory;

    @Test
    void contentsThenNameThenDirectoriesAreSynced() throws Exception {
        assertEquals(
                List.of(
                        "fsync store/data/new/.file.inprogress",
                        "rename store/data/new/.file.inprogress",
                        "fsync store/data/new",
                        "fsync store/data",
                        "fsync store",
                        "fsync .",
                        "fsync store/log/.0.RANDOM.inprogress.inprogress",
                        "link store/log/.0.RANDOM.inprogress.inprogress",
                        "fsync store/log",
                        "fsync store",
                        "fsync store/made",
                        "fsync store"),
                calls(true));
    }

    @Test
    void unsyncedStoreSyncsNothing() throws Exception {
        assertEquals(
                List.of("rename store/data/new/.file.inprogress", "link store/log/.0.RANDOM.inprogress.inprogress"),
                calls(false));
    }

    /** What a process does that commits a file, creates one and makes a directory. */
    private List<String> calls(boolean sync) throws Exception {
        Path trace = directory.resolve("trace");
        Path top = Files.createDirectory(directory.resolve("top")).toRealPath();
        List<String> command = new ArrayList<>(
                List.of("strace", "-f", "-y", "-o", trace.toString(), "-e", "trace=fsync,fdatasync,/^rename,/^link"));
        command.addAll(ChildProcess.command("commit", top.resolve("store"), sync));
        assumeTrue(
                ended(List.of("strace", "-y", "-e", "trace=/^rename", "true")) == 0,
                "skipped: this process may not trace another with strace");
        assertEquals(0, ended(command));
        List<String> calls = new ArrayList<>();
        for (String line : Files.readAllLines(trace)) {
            Matcher call = CALL.matcher(line.substring(line.indexOf(' ') + 1).strip());
            if (call.matches() && call.group(2).startsWith(top.toString())) {
                String path = top.relativize(Path.of(call.group(2))).toString();
                calls.add(call.group(1) + " "
                        + (path.isEmpty() ? "." : path.replaceAll("\\.[0-9a-f]{16}\\.", ".RANDOM.")));
            }
        }
        return calls;
    }

    private static int ended(List<String> command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }
}
