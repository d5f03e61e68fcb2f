package io.penstock.storage.file;

import static io.penstock.storage.StoragePath.UNFINISHED_SUFFIX;

import io.penstock.storage.StoragePath;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The names of unfinished files, which lie beside the file they are to become. {@code .NAME.inprogress} belongs to a sink: its
 * creation keeps a second one off. {@code .NAME.RANDOM.inprogress.inprogress} belongs to a put-if-absent, of which any number may
 * be on their way. No name of the one kind is a name of the other, because NAME never ends in the suffix.
 */
final class UnfinishedName {
    private static final int RANDOM_DIGITS = 16;

    private UnfinishedName() {}

    static String ofSink(String name) {
        return "." + name + UNFINISHED_SUFFIX;
    }

    static String ofExclusive(String name) {
        String random = String.format(
                "%0" + RANDOM_DIGITS + "x", ThreadLocalRandom.current().nextLong());
        return "." + name + "." + random + UNFINISHED_SUFFIX + UNFINISHED_SUFFIX;
    }

    static boolean isUnfinished(String fileName) {
        return fileName.endsWith(UNFINISHED_SUFFIX);
    }

    /** What the unfinished file is to become; null if it is none of ours. */
    static String finalName(String fileName) {
        if (!fileName.startsWith(".") || !isUnfinished(fileName)) {
            return null;
        }
        String name = withoutEnd(fileName.substring(1), UNFINISHED_SUFFIX.length());
        if (isUnfinished(name)) {
            name = withoutEnd(name, UNFINISHED_SUFFIX.length() + 1 + RANDOM_DIGITS);
        }
        return StoragePath.isName(name) ? name : null;
    }

    private static String withoutEnd(String name, int length) {
        return name.substring(0, Math.max(0, name.length() - length));
    }
}
