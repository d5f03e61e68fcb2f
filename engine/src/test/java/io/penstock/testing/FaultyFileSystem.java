package io.penstock.testing;

import io.penstock.buffer.PooledBuffer;
import io.penstock.storage.BlockChecksums;
import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Sink;
import io.penstock.storage.Source;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A store whose n-th call fails, and that knows what was left open. Calls of the store, its sinks and its sources are counted
 * from 1; {@code path}, {@code size}, {@code bytes} and the like are not calls. Thread-safe.
 *
 * <p>To sweep a run: let it once without a failure, take {@link #calls}, and repeat it with {@link #failOn} for every n.
 *
 * <p>A call fails before its effect, as if it had not reached the store, or after it, as if the reply was lost. A close always
 * has its effect: a failure of it is thrown afterwards. A sink that has failed fails from then on, as its contract says. The
 * failure of a sink's commit after its effect says, as the contract demands, that the outcome is not known.
 */
public final class FaultyFileSystem implements FileSystem {
    /** When a failing call fails. */
    public enum When {
        BEFORE,
        AFTER
    }

    private enum Kind {
        WORK,
        CLEANUP
    }

    private interface Call<T> {
        T run() throws IOException;
    }

    private final FileSystem store;
    private final Map<Object, Throwable> open = new ConcurrentHashMap<>();
    private final List<String> log = new ArrayList<>();
    private long firstFailing = Long.MAX_VALUE;
    private boolean repeats;
    private When when = When.BEFORE;
    private long injected;

    public FaultyFileSystem(FileSystem store) {
        this.store = store;
    }

    /** Counts from 1 again, and makes call {@code n} fail, whatever it is. */
    public synchronized FaultyFileSystem failOn(long n, When when) {
        reset();
        this.firstFailing = n;
        this.when = when;
        return this;
    }

    /**
     * Counts from 1 again, and makes every call from {@code n} on fail but those that clean up: {@code remove}, {@code discard}
     * and the closes.
     */
    public synchronized FaultyFileSystem failFrom(long n, When when) {
        failOn(n, when);
        this.repeats = true;
        return this;
    }

    /** Counts from 1 again, and makes no call fail. */
    public synchronized FaultyFileSystem reset() {
        firstFailing = Long.MAX_VALUE;
        repeats = false;
        injected = 0;
        log.clear();
        return this;
    }

    /** How many calls there were. */
    public synchronized long calls() {
        return log.size();
    }

    /** The calls, for example {@code call 3: commit a/b}. */
    public synchronized List<String> log() {
        return List.copyOf(log);
    }

    /** How many calls were made to fail. */
    public synchronized long injected() {
        return injected;
    }

    /** Fails, with where they were opened, if sinks or sources are open. */
    public void requireNothingOpen() {
        if (!open.isEmpty()) {
            AssertionError leak = new AssertionError(open.size() + " sinks or sources were not closed");
            open.values().forEach(leak::addSuppressed);
            throw leak;
        }
    }

    @Override
    public Source openForRead(String path) throws IOException {
        return opened("openForRead " + path, () -> new FaultySource(store.openForRead(path)));
    }

    @Override
    public Sink openForWrite(String path) throws IOException {
        return opened("openForWrite " + path, () -> new FaultySink(store.openForWrite(path)));
    }

    @Override
    public void createExclusive(String path, ByteBuffer content) throws IOException {
        call(Kind.WORK, "createExclusive " + path, () -> {
            store.createExclusive(path, content);
            return null;
        });
    }

    @Override
    public boolean exists(String path) throws IOException {
        return call(Kind.WORK, "exists " + path, () -> store.exists(path));
    }

    @Override
    public boolean remove(String path) throws IOException {
        return call(Kind.CLEANUP, "remove " + path, () -> store.remove(path));
    }

    @Override
    public void mkdirAll(String path) throws IOException {
        call(Kind.WORK, "mkdirAll " + path, () -> {
            store.mkdirAll(path);
            return null;
        });
    }

    @Override
    public List<FileEntry> list(String directory) throws IOException {
        return call(Kind.WORK, "list " + directory, () -> store.list(directory));
    }

    @Override
    public List<String> unfinished(String directory, Duration longerAgo) throws IOException {
        return call(Kind.WORK, "unfinished " + directory, () -> store.unfinished(directory, longerAgo));
    }

    @Override
    public boolean discard(String path) throws IOException {
        return call(Kind.CLEANUP, "discard " + path, () -> store.discard(path));
    }

    @Override
    public int maxBuffersInFlight() {
        return store.maxBuffersInFlight();
    }

    @Override
    public long sinkBytes() {
        return store.sinkBytes();
    }

    @Override
    public long sourceBytes() {
        return store.sourceBytes();
    }

    @Override
    public String toString() {
        return store.toString();
    }

    /** Closes the store; not counted. */
    @Override
    public void close() throws IOException {
        store.close();
    }

    private <T extends Wrapper> T opened(String name, Call<T> call) throws IOException {
        String failing = begin(Kind.WORK, name);
        if (failing != null && when == When.BEFORE) {
            throw new InjectedFailure(failing);
        }
        T result = call.run();
        open.put(
                result,
                new Throwable(name + " by thread " + Thread.currentThread().getName()));
        if (failing != null) {
            // The caller has nothing to close, so whoever lost the reply does.
            InjectedFailure failure = new InjectedFailure(failing);
            open.remove(result);
            try {
                result.wrapped().close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
        return result;
    }

    private <T> T call(Kind kind, String name, Call<T> call) throws IOException {
        String failing = begin(kind, name);
        if (failing != null && when == When.BEFORE) {
            throw new InjectedFailure(failing);
        }
        T result = call.run();
        if (failing != null) {
            throw new InjectedFailure(failing);
        }
        return result;
    }

    /** The name of the call if it is to fail, null otherwise. */
    private synchronized String begin(Kind kind, String name) {
        String call = "call " + (log.size() + 1) + ": " + name;
        log.add(call);
        long n = log.size();
        if (n == firstFailing || repeats && n > firstFailing && kind == Kind.WORK) {
            injected++;
            return call;
        }
        return null;
    }

    private interface Wrapper {
        Closeable wrapped();
    }

    private final class FaultySink implements Sink, Wrapper {
        private final Sink sink;
        private InjectedFailure failure;
        private boolean closed;

        FaultySink(Sink sink) {
            this.sink = sink;
        }

        @Override
        public Closeable wrapped() {
            return sink;
        }

        @Override
        public String path() {
            return sink.path();
        }

        @Override
        public void write(PooledBuffer buffer) throws IOException {
            String failing;
            try {
                failing = beginWork("write " + buffer.length() + " bytes to " + path());
            } catch (IOException e) {
                buffer.release();
                throw e;
            }
            sink.write(buffer);
            endWork(failing);
        }

        @Override
        public void write(ByteBuffer borrowed) throws IOException {
            String failing = beginWork("write " + borrowed.remaining() + " borrowed bytes to " + path());
            sink.write(borrowed);
            endWork(failing);
        }

        @Override
        public void settle() throws IOException {
            String failing;
            try {
                failing = beginWork("settle " + path());
            } finally {
                // Whatever it throws, no borrowed memory is in use afterwards.
                sink.settle();
            }
            endWork(failing);
        }

        @Override
        public long bytes() {
            return sink.bytes();
        }

        @Override
        public BlockChecksums checksums() {
            return sink.checksums();
        }

        @Override
        public void commit() throws IOException {
            String failing = beginWork("commit " + path());
            sink.commit();
            if (failing != null) {
                failure = new InjectedFailure(failing + " (it is not known whether the file has appeared)");
                throw failure;
            }
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                sink.close();
                return;
            }
            closed = true;
            String failing = begin(Kind.CLEANUP, "close sink " + path());
            open.remove(this);
            sink.close();
            if (failing != null) {
                throw new InjectedFailure(failing);
            }
        }

        /** The name of the call if it is to fail after its effect, null otherwise. */
        private String beginWork(String name) throws IOException {
            if (failure != null) {
                throw new IOException("the sink has failed before", failure);
            }
            String failing = begin(Kind.WORK, name);
            if (failing != null && when == When.BEFORE) {
                failure = new InjectedFailure(failing);
                throw failure;
            }
            return failing;
        }

        private void endWork(String failing) throws IOException {
            if (failing != null) {
                failure = new InjectedFailure(failing);
                throw failure;
            }
        }
    }

    private final class FaultySource implements Source, Wrapper {
        private final Source source;
        private boolean closed;

        FaultySource(Source source) {
            this.source = source;
        }

        @Override
        public Closeable wrapped() {
            return source;
        }

        @Override
        public String path() {
            return source.path();
        }

        @Override
        public long size() {
            return source.size();
        }

        @Override
        public void read(long offset, ByteBuffer target) throws IOException {
            call(Kind.WORK, "read " + target.remaining() + " bytes at " + offset + " of " + path(), () -> {
                source.read(offset, target);
                return null;
            });
        }

        @Override
        public Optional<View> view(long offset, long length) throws IOException {
            String failing = begin(Kind.WORK, "view " + length + " bytes at " + offset + " of " + path());
            if (failing != null) {
                throw new InjectedFailure(failing);
            }
            return source.view(offset, length).map(TrackedView::new);
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                source.close();
                return;
            }
            closed = true;
            String failing = begin(Kind.CLEANUP, "close source " + path());
            open.remove(this);
            source.close();
            if (failing != null) {
                throw new InjectedFailure(failing);
            }
        }
    }

    private final class TrackedView implements Source.View {
        private final Source.View view;

        TrackedView(Source.View view) {
            this.view = view;
            open.put(this, new Throwable("view taken here"));
        }

        @Override
        public long address() {
            return view.address();
        }

        @Override
        public long length() {
            return view.length();
        }

        @Override
        public void close() {
            open.remove(this);
            view.close();
        }
    }
}
