package io.penstock.storage;

import java.nio.charset.StandardCharsets;

/**
 * The rules for a path on any store: names joined by {@code /}, relative to the root, that mean the same on a file system and on an
 * object store.
 */
public final class StoragePath {
    /** The longest name most file systems take, less what the file store adds to the name of an unfinished file. */
    public static final int MAX_NAME_BYTES = 200;

    /** The longest key of an object on S3. */
    public static final int MAX_PATH_BYTES = 1024;

    /** How the name of an unfinished file ends: no finished one may. */
    public static final String UNFINISHED_SUFFIX = ".inprogress";

    private StoragePath() {}

    /**
     * Returns {@code path} if it is one.
     *
     * @throws IllegalArgumentException otherwise; the message quotes it and says why
     */
    public static String check(String path) {
        if (path.isEmpty()) {
            throw refusal(path, "it is empty");
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw refusal(path, "it is longer than " + MAX_PATH_BYTES + " bytes");
        }
        if (path.startsWith("/")) {
            throw refusal(path, "it is absolute; paths are relative to the store's root");
        }
        for (String name : path.split("/", -1)) {
            String reason = refusalOf(name);
            if (reason != null) {
                throw refusal(path, reason);
            }
        }
        return path;
    }

    /** As {@link #check}, for a directory: the root, {@code ""}, is one. */
    public static String checkDirectory(String path) {
        return path.isEmpty() ? path : check(path);
    }

    /** Whether {@code name} can be the last part of a path. */
    public static boolean isName(String name) {
        return refusalOf(name) == null;
    }

    /** The part before the last slash; {@code ""} if there is none. */
    public static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /** The part after the last slash. */
    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** {@code name} in {@code directory}, which may be the root. */
    public static String resolve(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    /** Why {@code name} cannot be a part of a path; null if it can. */
    private static String refusalOf(String name) {
        if (name.isEmpty()) {
            return "it has an empty name between slashes";
        }
        if (name.equals(".") || name.equals("..")) {
            return "'" + name + "' could lead out of the store";
        }
        if (name.endsWith(UNFINISHED_SUFFIX)) {
            return "names that end in '" + UNFINISHED_SUFFIX + "' are reserved for unfinished files";
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            return "a name in it is longer than " + MAX_NAME_BYTES + " bytes";
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < ' ' || c == 0x7f || c == '\\' || c == '/') {
                return String.format("it has the character U+%04X", (int) c);
            }
            if (Character.isSurrogate(c) && !isPair(name, i)) {
                return String.format("it has the unpaired surrogate U+%04X", (int) c);
            }
        }
        return null;
    }

    private static boolean isPair(String name, int i) {
        return Character.isHighSurrogate(name.charAt(i))
                ? i + 1 < name.length() && Character.isLowSurrogate(name.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(name.charAt(i - 1));
    }

    private static IllegalArgumentException refusal(String path, String reason) {
        String shown = path.length() <= 100 ? path : path.substring(0, 100) + "...";
        return new IllegalArgumentException("path '" + shown.replaceAll("\\p{Cntrl}", "?") + "' is refused: " + reason);
    }
}
