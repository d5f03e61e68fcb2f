package io.penstock.log;

import java.io.IOException;

/**
 * A commit was sent and its reply lost, and the store could not be asked whether it had happened, or it may happen yet; or it happened, and the
 * store could not make sure that it stays. The data files stay, since the table may have them; recovery settles it.
 */
public final class CommitOutcomeUnknownException extends IOException {
    private static final long serialVersionUID = 1L;

    CommitOutcomeUnknownException(String path, String writer, Throwable cause) {
        super(
                path + ": it is not known whether transaction " + writer + " was committed: " + cause.getMessage()
                        + "; recover() settles it when the store answers again",
                cause);
    }
}
