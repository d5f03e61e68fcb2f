package io.penstock.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A process, so that another can tell whether it lives.
 *
 * @param host its name, and what tells it from others of that name
 * @param boot an id of that start of the host; empty where the system has none
 * @param pid on that host
 * @param startedMillis since the epoch; 0 where the system does not tell
 */
public record ProcessIdentity(String host, String boot, long pid, long startedMillis) {
    /** The number that Linux gives the namespace it starts with (PROC_PID_INIT_INO). */
    private static final String INITIAL_PID_NAMESPACE = "pid:[4026531836]";

    private static final ProcessIdentity SELF = identify();

    /** A start time is told relative to the start of the host, whose time of day moves when the clock is set. */
    private static final long TOLERANCE_MILLIS = 2_000;

    /** This process. */
    public static ProcessIdentity self() {
        return SELF;
    }

    /** Whether a process is alive, as far as this one can tell. */
    public enum Life {
        ALIVE,
        DEAD,
        /** It ran on another host. */
        UNKNOWN
    }

    /** Whether it is alive now. */
    public Life life() {
        if (!host.equals(SELF.host)) {
            return Life.UNKNOWN;
        }
        if (!boot.equals(SELF.boot)) {
            return Life.DEAD;
        }
        if (equals(SELF)) {
            return Life.ALIVE;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        return process.isPresent() && sameStart(process.get()) ? Life.ALIVE : Life.DEAD;
    }

    private boolean sameStart(ProcessHandle process) {
        long started = startOf(process);
        return started == 0 || startedMillis == 0 || Math.abs(started - startedMillis) <= TOLERANCE_MILLIS;
    }

    private static ProcessIdentity identify() {
        ProcessHandle self = ProcessHandle.current();
        String boot = read("/proc/sys/kernel/random/boot_id", "");
        return new ProcessIdentity(
                read("/proc/sys/kernel/hostname", System.getenv().getOrDefault("COMPUTERNAME", "localhost"))
                        + machine(boot)
                        + containerOfProcessIds(),
                boot,
                self.pid(),
                startOf(self));
    }

    /**
     * Tells hosts of the same name apart, for the other may be running while this one has been started anew. The id itself is not to be shown
     * (machine-id(5)). Where there is none every start is another host.
     */
    private static String machine(String boot) {
        String id = read("/etc/machine-id", boot);
        return id.isEmpty()
                ? ""
                : "/"
                        + UUID.nameUUIDFromBytes(("penstock " + id).getBytes(StandardCharsets.UTF_8))
                                .toString()
                                .substring(0, 8);
    }

    /** Process ids mean nothing outside of their namespace: a container is another host, even where it shares the host's name. */
    private static String containerOfProcessIds() {
        try {
            String namespace =
                    Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            return namespace.equals(INITIAL_PID_NAMESPACE) ? "" : "/" + namespace;
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    private static long startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static String read(String file, String otherwise) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            return otherwise;
        }
    }

    @Override
    public String toString() {
        return "process " + pid + " on " + host;
    }
}
