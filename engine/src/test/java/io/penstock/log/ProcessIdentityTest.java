package io.penstock.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.penstock.log.ProcessIdentity.Life;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Who is dead is told only of processes that this one could see. */
class ProcessIdentityTest {
    private static final ProcessIdentity SELF = ProcessIdentity.self();

    /** What makes the host of that name another one is not part of it. */
    private static String name() {
        return SELF.host().substring(0, (SELF.host() + "/").indexOf('/'));
    }

    @Test
    void processOfAnotherMachineOfTheSameNameMayBeAlive() throws Exception {
        Path boots = Path.of("/proc/sys/kernel/random/boot_id");
        assumeFalse(Files.notExists(boots), "nothing tells machines apart");
        assertEquals(Life.UNKNOWN, new ProcessIdentity(name(), "another start", SELF.pid(), 1).life());
        assertEquals(Life.UNKNOWN, new ProcessIdentity(name() + "/12345678", SELF.boot(), SELF.pid(), 1).life());
    }

    @Test
    void processFromBeforeTheHostWasStartedAnewIsDead() {
        assertEquals(Life.DEAD, new ProcessIdentity(SELF.host(), "another start", SELF.pid(), 1).life());
        assertEquals(Life.ALIVE, SELF.life());
    }
}
