package io.penstock.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, and the other polite ways to end a process: the work in progress is rolled back before the JVM goes.
 *
 * <p>Writers belong to one thread, so the signal does not touch them: it asks, and the working thread, which looks between
 * batches, unwinds and cleans up by itself. Only while that thread waits for input, where it may stay forever and holds nothing
 * half done, does the signal's thread clean up in its place.
 */
final class Interruption {
    /** How long a commit, or the removal of a large temporary directory, may take after Ctrl-C. */
    private static final long PATIENCE_SECONDS = 30;

    /** Thrown in the working thread when the process is to end. */
    static final class InterruptedCommandException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InterruptedCommandException() {
            super("interrupted");
        }
    }

    /** The right to touch the engine. Whoever ends the process takes it and keeps it. */
    private final Semaphore engine = new Semaphore(1);

    private volatile boolean requested;
    private volatile boolean ended;
    private volatile AutoCloseable work;
    private volatile String outcome = "nothing was changed";

    /** Lets the signals of this process reach this object. */
    void install(Console console) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(console), "penstock-interrupt"));
    }

    /**
     * Does {@code task}, and closes {@code rollback} at its end, or when the process is to end. The process does not end before
     * that.
     */
    <T> T run(AutoCloseable rollback, Callable<T> task) throws Exception {
        engine.acquireUninterruptibly();
        try (rollback) {
            work = rollback;
            outcome = "rolled back, nothing was committed";
            check();
            return task.call();
        } finally {
            work = null;
            engine.release();
        }
    }

    /** What a person who interrupts from now on is told. */
    void outcome(String text) {
        outcome = text;
    }

    /** The command is over: what comes now is no interruption. */
    void ended() {
        ended = true;
    }

    boolean requested() {
        return requested;
    }

    /** @throws InterruptedCommandException if the process is to end */
    void check() {
        if (requested) {
            throw new InterruptedCommandException();
        }
    }

    private void interrupt(Console console) {
        if (ended) {
            return;
        }
        requested = true;
        try {
            if (engine.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                AutoCloseable abandoned = work;
                if (abandoned != null) {
                    abandoned.close();
                }
                console.err().println("penstock: interrupted: " + outcome);
            } else {
                console.err().println("penstock: interrupted, and the work did not stop; run recover on the store");
            }
        } catch (Exception e) {
            console.err()
                    .println("penstock: interrupted, and the rollback failed: " + Failure.line(e)
                            + "; run recover on the store");
        }
    }

    /** The same bytes, for a task of {@link #run}: while a read waits, an interruption need not wait for it. */
    InputStream interruptible(InputStream in) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                engine.release();
                try {
                    return in.read(bytes, offset, length);
                } finally {
                    engine.acquireUninterruptibly();
                    check();
                }
            }

            @Override
            public void close() throws IOException {
                in.close();
            }
        };
    }
}
