package io.penstock.cli;

import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 server in this JVM that keeps its objects in a directory, and that everybody on this machine may use, and nobody else. For trying things
 * out. Closing it waits for no request.
 */
final class S3Server implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    /** The most that one request without chunks may bring: more than a part of any upload that is tried on one machine. */
    private static final long MAX_REQUEST_BYTES = 2L << 30;

    private final S3Proxy server;

    /**
     * Starts it, and makes the bucket if there is none of that name.
     *
     * @param directory which exists
     * @param port to listen on; 0 for any that is free
     */
    S3Server(Path directory, int port, String bucket) throws IOException {
        requireAttributes(directory);
        FilesystemNio2BlobStore objects = new FilesystemNio2BlobStore(directory.toString());
        if (!objects.containerExists(bucket)) {
            objects.createContainer(bucket);
        }
        server = S3Proxy.builder()
                .blobStore(objects)
                .endpoint(URI.create("http://" + HOST + ":" + port))
                // Of any client, also those with headers that it does not know.
                .ignoreUnknownHeaders(true)
                .v4MaxNonChunkedRequestSize(MAX_REQUEST_BYTES)
                .stopTimeout(0)
                .build();
        try {
            server.start();
        } catch (Exception e) {
            IOException failure = isTaken(e)
                    ? new IOException("port " + port + " is taken: give --port another, or 0 for any that is free", e)
                    : new IOException("the server does not start: " + e.getMessage(), e);
            try {
                close();
            } catch (IOException suppressed) {
                failure.addSuppressed(suppressed);
            }
            throw failure;
        }
    }

    /** The server keeps what belongs to an object, its metadata and ETag, in attributes of the file. */
    private static void requireAttributes(Path directory) throws IOException {
        String name = "penstock";
        UserDefinedFileAttributeView view = Files.getFileAttributeView(directory, UserDefinedFileAttributeView.class);
        try {
            if (view == null) {
                throw new UnsupportedOperationException("no such view");
            }
            view.write(name, ByteBuffer.allocate(1));
            view.delete(name);
        } catch (IOException | UnsupportedOperationException e) {
            throw new IOException(
                    "the server needs extended attributes, which cannot be written in " + directory
                            + ": give --dir a directory on another file system",
                    e);
        }
    }

    private static boolean isTaken(Throwable thrown) {
        return thrown != null && (thrown instanceof BindException || isTaken(thrown.getCause()));
    }

    /** Where it listens. */
    URI endpoint() {
        return URI.create("http://" + HOST + ":" + server.getPort());
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("the server does not stop: " + e.getMessage(), e);
        }
    }
}
