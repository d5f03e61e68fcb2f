package io.penstock.cli;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.arrow.memory.OutOfMemoryException;
import picocli.CommandLine.ParameterException;

/** What went wrong, in one line for a person. */
final class Failure {
    private Failure() {}

    static String line(Throwable thrown) {
        String line = describe(unwrap(thrown));
        return line.replaceAll("\\s*\\R\\s*", " ").strip();
    }

    private static Throwable unwrap(Throwable thrown) {
        boolean wrapper = thrown instanceof UncheckedIOException
                || thrown instanceof ExecutionException
                || thrown instanceof CompletionException;
        return wrapper && thrown.getCause() != null ? unwrap(thrown.getCause()) : thrown;
    }

    private static String describe(Throwable thrown) {
        String message = thrown.getMessage();
        if (thrown instanceof OutOfMemoryError) {
            return "out of memory (" + message + "): give Java more, for example PENSTOCK_JAVA_OPTS=-Xmx1g";
        }
        if (thrown instanceof FileSystemException e) {
            return describe(e);
        }
        if (thrown instanceof ReadOnlyFileSystemException) {
            return "the file system is read-only";
        }
        if (thrown instanceof CharacterCodingException) {
            return "the text is not UTF-8";
        }
        if (message == null || message.isBlank()) {
            return "unexpected " + thrown.getClass().getName() + "; --debug shows where";
        }
        boolean speaksForItself = thrown instanceof IllegalArgumentException
                || thrown instanceof IllegalStateException
                || thrown instanceof FileNotFoundException
                || thrown instanceof EOFException
                || thrown instanceof ParameterException
                || thrown.getClass().getName().startsWith("io.penstock.")
                || thrown.getClass() == IOException.class
                || thrown.getClass() == OutOfMemoryException.class;
        return speaksForItself ? message : thrown.getClass().getSimpleName() + ": " + message;
    }

    private static String describe(FileSystemException e) {
        String file = e.getFile() == null ? "" : e.getFile();
        // Penstock's own messages come in these classes too, where the class says more to a program.
        if (file.indexOf(' ') > 0 && e.getReason() == null) {
            return file;
        }
        String what;
        if (e instanceof NoSuchFileException) {
            what = "no such file or directory";
        } else if (e instanceof AccessDeniedException) {
            what = "permission denied";
        } else if (e instanceof NotDirectoryException) {
            what = "not a directory";
        } else if (e instanceof DirectoryNotEmptyException) {
            what = "the directory is not empty";
        } else if (e instanceof FileAlreadyExistsException) {
            what = "it exists already";
        } else {
            what = "";
        }
        String detail = e.getReason() == null ? what : e.getReason();
        return detail.isEmpty() ? file : file + ": " + detail;
    }
}
