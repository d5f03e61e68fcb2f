package io.penstock.storage.file;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs I/O on a thread that nobody interrupts. An interrupt closes the channel that its thread is using, and hides whether the
 * operation was done; after a sync that is not to be found out any more.
 */
final class Uninterrupted {
    interface Task {
        void run() throws IOException;
    }

    private Uninterrupted() {}

    static Thread newThread(String name, Runnable body) {
        Thread thread = new Thread(null, body, "penstock-io-" + name, 0, false);
        thread.setDaemon(true);
        return thread;
    }

    /** Returns when {@code task} has ended, or throws what it threw. The caller's interrupt status stays. */
    static void run(String name, Task task) throws IOException {
        FutureTask<Void> future = new FutureTask<>(() -> {
            task.run();
            return null;
        });
        newThread(name, future).start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    future.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException rethrown(Throwable cause) {
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return (IOException) cause;
    }
}
