package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.Setting;
import io.penstock.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a store is, as the command line says it.
 *
 * @param uri of the store
 * @param endpoint of the server that has it; null for that of the settings
 */
record StoreAddress(String uri, String endpoint) {
    /** @throws IllegalArgumentException if there is an endpoint that is none, or is not needed for this store */
    void check() {
        if (endpoint == null) {
            return;
        }
        if (!isS3()) {
            throw new IllegalArgumentException(
                    "an endpoint is of a store on S3, s3://bucket/prefix, and " + uri + " is none");
        }
        try {
            URI parsed = new URI(endpoint);
            boolean http = "http".equals(parsed.getScheme()) || "https".equals(parsed.getScheme());
            if (http && parsed.getHost() != null) {
                return;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new IllegalArgumentException("endpoint '" + endpoint + "' is none: expected http(s)://HOST[:PORT]");
    }

    boolean isS3() {
        return uri.startsWith("s3:");
    }

    /** Opens the store; a directory that does not exist is made by the first write. */
    Penstock open(Settings settings) throws IOException {
        return Penstock.open(uri, endpoint == null ? settings : settings.with(Setting.S3_ENDPOINT, endpoint));
    }

    /**
     * Opens a store that must exist: who reads a directory that is not there has mistyped it. A bucket that is not there is named by the first
     * request.
     *
     * @param option that the address came with, for the message
     * @throws IllegalArgumentException if it is a path at which there is no directory
     */
    Penstock openExisting(String option) throws IOException {
        if (isMissing()) {
            throw new IllegalArgumentException(
                    "there is no store at " + uri + ": give " + option + " a directory that exists");
        }
        return open(Settings.defaults());
    }

    private boolean isMissing() {
        try {
            if (uri.startsWith("file:")) {
                return Files.notExists(Path.of(URI.create(uri)));
            }
            return uri.indexOf(':') < 0 && !uri.isEmpty() && Files.notExists(Path.of(uri));
        } catch (IllegalArgumentException e) {
            // Opening it says what is wrong with it.
            return false;
        }
    }

    @Override
    public String toString() {
        return uri;
    }
}
