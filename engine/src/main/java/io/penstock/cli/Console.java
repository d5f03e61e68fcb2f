package io.penstock.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * The three streams of a call. Text is UTF-8 whatever the platform says.
 *
 * @param in standard input
 * @param out standard output, where nothing is lost silently as it is in {@code System.out}
 * @param err standard error
 * @param columns the width of the terminal that standard error is; 0 if it is none
 */
record Console(InputStream in, Output out, PrintStream err, int columns) {
    static Console ofProcess() {
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        String columns = System.getenv("PENSTOCK_TERMINAL_COLUMNS");
        boolean terminal = columns != null && columns.matches("[1-9][0-9]{0,3}");
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new Output(new FileOutputStream(FileDescriptor.out)),
                err,
                terminal ? Integer.parseInt(columns) : 0);
    }

    /** Prints a line to standard output. */
    void println(String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The reader of standard output has gone away. */
    static final class ClosedOutputException extends IOException {
        private static final long serialVersionUID = 1L;

        ClosedOutputException(IOException cause) {
            super("standard output was closed", cause);
        }
    }

    /** Standard output, unbuffered. A failure to write says so, or that nobody reads any more. */
    static final class Output extends OutputStream {
        private final WritableByteChannel channel;

        Output(OutputStream target) {
            channel = Channels.newChannel(target);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            write(ByteBuffer.wrap(bytes, offset, length));
        }

        /** Writes the remaining bytes. */
        void write(ByteBuffer bytes) throws IOException {
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                String message = String.valueOf(e.getMessage());
                if (message.contains("Broken pipe") || message.contains("pipe is being closed")) {
                    throw new ClosedOutputException(e);
                }
                throw new IOException("cannot write to standard output: " + message, e);
            }
        }
    }
}
