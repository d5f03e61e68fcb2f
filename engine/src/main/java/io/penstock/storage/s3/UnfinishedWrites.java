package io.penstock.storage.s3;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The writes of one store that this process has begun and not finished. Thread-safe. */
final class UnfinishedWrites {
    private final Map<String, Begun> writes = new HashMap<>();

    private record Begun(S3Sink sink, Instant at) {}

    /** Adds one; false if there is one of that path. */
    synchronized boolean begin(S3Sink sink) {
        return writes.putIfAbsent(sink.path(), new Begun(sink, Instant.now())) == null;
    }

    /** Takes one out, unless it was discarded and another of its path has begun. */
    synchronized void end(S3Sink sink) {
        Begun begun = writes.get(sink.path());
        if (begun != null && begun.sink == sink) {
            writes.remove(sink.path());
        }
    }

    /** Takes the one of that path out; null if there is none. */
    synchronized S3Sink take(String path) {
        Begun begun = writes.remove(path);
        return begun == null ? null : begun.sink;
    }

    synchronized boolean contains(String path) {
        return writes.containsKey(path);
    }

    /** The paths of those that were begun before. */
    synchronized List<String> begunBefore(Instant time) {
        return writes.entrySet().stream()
                .filter(write -> !write.getValue().at.isAfter(time))
                .map(Map.Entry::getKey)
                .toList();
    }

    synchronized List<S3Sink> sinks() {
        return writes.values().stream().map(Begun::sink).toList();
    }
}
