package io.penstock.testing;

import java.io.IOException;

/** What a {@link FaultyFileSystem} throws, so that a test can tell it from failures that it did not ask for. */
public final class InjectedFailure extends IOException {
    private static final long serialVersionUID = 1L;

    InjectedFailure(String call) {
        super("injected failure of storage " + call);
    }

    /** Whether {@code thrown} is one, or was caused by one, or suppresses one. */
    public static boolean isIn(Throwable thrown) {
        if (thrown == null) {
            return false;
        }
        if (thrown instanceof InjectedFailure || isIn(thrown.getCause())) {
            return true;
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (isIn(suppressed)) {
                return true;
            }
        }
        return false;
    }
}
