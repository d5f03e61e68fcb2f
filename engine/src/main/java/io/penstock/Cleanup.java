package io.penstock;

import java.io.IOException;

/** A number of steps that are all taken, whatever becomes of the others; later failures are suppressed into the first. */
final class Cleanup {
    /** A step that may fail. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    private Throwable failure;

    Cleanup() {}

    /** Continues after a failure that is the reason to clean up. */
    Cleanup(Throwable failure) {
        this.failure = failure;
    }

    /** Takes a step; says whether it succeeded. */
    boolean attempt(Step step) {
        try {
            step.run();
            return true;
        } catch (Throwable e) {
            add(e);
            return false;
        }
    }

    /** Takes a step that is harmless to repeat, and repeats it if it fails: storage fails for moments. */
    boolean attemptTwice(Step step) {
        try {
            step.run();
            return true;
        } catch (Throwable e) {
            return attempt(step);
        }
    }

    /** The first failure; null if there is none. */
    Throwable failure() {
        return failure;
    }

    /** @throws IOException the first failure, if there is one */
    void throwFailure(String what) throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw new IOException(what + ": " + failure.getMessage(), failure);
        }
    }

    private void add(Throwable e) {
        if (failure == null) {
            failure = e;
        } else if (failure != e) {
            failure.addSuppressed(e);
        }
    }
}
