package io.penstock.storage;

import java.time.Instant;

/**
 * One name in a directory.
 *
 * @param name without the directory
 * @param directory whether it is a directory; its size is 0 then
 * @param sizeBytes the length of the file
 * @param modified when it appeared, by the store's clock
 */
public record FileEntry(String name, boolean directory, long sizeBytes, Instant modified) {}
