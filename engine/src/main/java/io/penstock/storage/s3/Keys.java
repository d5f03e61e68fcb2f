package io.penstock.storage.s3;

import io.penstock.storage.StoragePath;
import java.nio.charset.StandardCharsets;

/** Which keys of the bucket the paths of a store are: those below its prefix, whatever it has in common with other prefixes. */
final class Keys {
    private final String prefix;

    /** @param prefix of the store, without a slash at its end; {@code ""} for the whole bucket */
    Keys(String prefix) {
        this.prefix = prefix.isEmpty() ? "" : prefix + "/";
    }

    /**
     * The key of a file.
     *
     * @throws IllegalArgumentException for no path, or one that is too long with the prefix
     */
    String of(String path) {
        String key = prefix + StoragePath.check(path);
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > StoragePath.MAX_PATH_BYTES) {
            throw new IllegalArgumentException("path '" + path.substring(0, Math.min(100, path.length()))
                    + "' is refused: its key has " + bytes + " bytes with the store's prefix, and S3 takes "
                    + StoragePath.MAX_PATH_BYTES);
        }
        return key;
    }

    /** What the keys of everything in a directory, which may be the root, begin with. */
    String below(String directory) {
        return StoragePath.checkDirectory(directory).isEmpty() ? prefix : prefix + directory + "/";
    }

    /** The path of a key of this store. */
    String path(String key) {
        return key.substring(prefix.length());
    }
}
