package io.penstock.format.parquet;

import io.penstock.format.Workers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The threads that make the pages of one file: that of the encoder's caller, and as many more as {@link Workers} allows. Pages of different
 * leaves are encoded side by side while the caller waits, and helps; they are compressed side by side while it goes on. So a batch is
 * read by nobody when its call returns.
 *
 * <p>What fails in another thread is thrown at the caller's next call, and at all after that. Closing it waits for pages that are being
 * made.
 */
final class PageCrew implements AutoCloseable {
    /** Pages that wait to be compressed, for each thread: more than it has compressed before the next are encoded. */
    private static final int WAITING_PER_THREAD = 8;

    /** The memory of a {@link PageWriter}, in pages: one compressed or in two encodings, and an index for each value. */
    private static final int WRITER_PAGES = 3;

    /** The memory of an {@link EncodedPage}, in pages as they are staged: each value may get its length. */
    private static final int BODY_PAGES = 2;

    /** What one thread does while the caller waits, and helps; side by side with others of its kind. */
    interface Job {
        /** @param writer what this thread makes pages with */
        void run(PageWriter writer);
    }

    private final PageStore store;
    private final BufferAllocator allocator;
    private final Workers workers;
    private final PageWriter caller;
    private final List<Mate> mates = new ArrayList<>();
    private final int maxWaiting;
    private final long maxKeptBytes;

    /** Those that nobody has taken. */
    private final Deque<Job> jobs = new ArrayDeque<>();
    /** The largest first: what is left for the end is small, and no thread has to wait long for another. */
    private final PriorityQueue<EncodedPage> waiting = new PriorityQueue<>(
            Comparator.comparingLong((EncodedPage page) -> page.bytes).reversed());

    private final List<EncodedPage> pages = new ArrayList<>();
    private final Deque<EncodedPage> unused = new ArrayDeque<>();
    /** Those that are taken and have not ended are among them. */
    private int unfinishedJobs;
    /** Those that are taken and not stored are among them. */
    private int unfinishedPages;

    private long unfinishedBytes;
    private volatile Throwable failure;
    private boolean closed;

    /**
     * Does not own {@code store}.
     *
     * @param leaves how many there are
     * @param pageBytes of each
     */
    PageCrew(
            Workers workers,
            int leaves,
            long pageBytes,
            boolean versionTwo,
            PageStore store,
            BufferAllocator allocator) {
        this.store = store;
        this.allocator = allocator;
        this.workers = workers;
        this.maxWaiting = maxWaiting(workers.threads(), leaves);
        this.maxKeptBytes = 2 * BODY_PAGES * pageBytes;
        this.caller = new PageWriter(versionTwo, allocator);
        for (int i = 1; i < workers.threads(); i++) {
            mates.add(new Mate(new PageWriter(versionTwo, allocator)));
        }
    }

    /** Those of all leaves once, but not more than keep the threads busy for long. */
    private static int maxWaiting(int threads, int leaves) {
        return Math.min(WAITING_PER_THREAD * threads, leaves + 2 * threads);
    }

    /** What the caller's thread alone takes to make pages, about. */
    static long callersBytes(long pageBytes) {
        return (WRITER_PAGES + BODY_PAGES) * pageBytes;
    }

    /** What more threads take besides. */
    static long matesBytes(int threads, int leaves, long pageBytes) {
        long bodies = maxWaiting(threads, leaves) + threads - 1L;
        return ((threads - 1L) * WRITER_PAGES + bodies * BODY_PAGES) * pageBytes;
    }

    /** What the caller's thread makes pages with. */
    PageWriter callersWriter() {
        return caller;
    }

    /** Throws what one of the threads has failed with, if one has. */
    void requireNoFailure() {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }

    /** Runs each of {@code all}, and returns when all have returned. */
    void run(List<? extends Job> all) {
        requireNoFailure();
        if (mates.isEmpty() || all.size() <= 1) {
            runHere(all);
            return;
        }
        synchronized (this) {
            jobs.addAll(all);
            unfinishedJobs = all.size();
            callMates(all.size() - 1);
        }
        helpUntil(() -> unfinishedJobs == 0);
    }

    private void runHere(List<? extends Job> all) {
        try {
            for (int i = 0; i < all.size(); i++) {
                all.get(i).run(caller);
            }
        } catch (RuntimeException | Error e) {
            fail(e);
            throw e;
        }
    }

    /** A page for a leaf to be encoded into; it goes to {@link #store}. */
    synchronized EncodedPage newPage() {
        EncodedPage page = unused.poll();
        if (page == null) {
            page = new EncodedPage(allocator);
            pages.add(page);
        }
        return page;
    }

    /**
     * Has a page compressed and stored, by this thread if the others have enough to do.
     *
     * @param writer of this thread
     */
    void store(EncodedPage page, PageWriter writer) {
        if (!handOver(page)) {
            writer.store(page, store);
            stored(page);
        }
    }

    private synchronized boolean handOver(EncodedPage page) {
        if (mates.isEmpty() || unfinishedPages >= maxWaiting) {
            return false;
        }
        unfinishedPages++;
        unfinishedBytes += page.maxStoredBytes();
        waiting.add(page);
        callMates(1);
        // The caller may be waiting for the leaf that made it.
        notifyAll();
        return true;
    }

    private synchronized void stored(EncodedPage page) {
        page.place.done = true;
        page.place = null;
        page.trim(maxKeptBytes);
        unused.push(page);
    }

    /** Returns when all of {@code places} are what they are to be. */
    void await(List<StoredPage> places) {
        if (!mates.isEmpty()) {
            // One that failed before it was handed over is never done.
            helpUntil(() -> failure != null || allDone(places));
        }
    }

    private static boolean allDone(List<StoredPage> places) {
        for (int i = places.size() - 1; i >= 0; i--) {
            if (!places.get(i).done) {
                return false;
            }
        }
        return true;
    }

    /** What the store holds when all pages are in it, at most. */
    long maxStoredBytes() {
        // First the pages, then the store: one that is put into it meanwhile is counted twice, and not left out.
        return store.heldBytes(unfinishedBytes());
    }

    private synchronized long unfinishedBytes() {
        return unfinishedBytes;
    }

    /** What the store holds when all pages are in it: they are then. */
    long storedBytes() {
        if (!mates.isEmpty()) {
            helpUntil(() -> unfinishedPages == 0);
        }
        return store.heldBytes(0);
    }

    /** Works until there is what is waited for. */
    private void helpUntil(BooleanSupplier reached) {
        boolean interrupted = false;
        while (true) {
            Job job;
            EncodedPage page;
            synchronized (this) {
                while (!reached.getAsBoolean() && jobs.isEmpty() && waiting.isEmpty()) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        // Those who make pages need not wait for anything, so this does not last.
                        interrupted = true;
                    }
                }
                if (reached.getAsBoolean()) {
                    break;
                }
                job = jobs.poll();
                page = job == null ? waiting.poll() : null;
            }
            work(job, page, caller);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        requireNoFailure();
    }

    /** Does what was taken, a job or else a page. */
    private void work(Job job, EncodedPage page, PageWriter writer) {
        try {
            if (failure == null && job != null) {
                job.run(writer);
            } else if (failure == null) {
                writer.store(page, store);
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            worked(page);
        }
    }

    private synchronized void fail(Throwable e) {
        if (failure == null) {
            failure = e;
        } else if (failure != e) {
            failure.addSuppressed(e);
        }
    }

    private synchronized void worked(EncodedPage page) {
        if (page == null) {
            unfinishedJobs--;
        } else {
            unfinishedPages--;
            unfinishedBytes -= page.maxStoredBytes();
            stored(page);
        }
        notifyAll();
    }

    /** Wakes up to {@code count} others who have nothing to do. */
    private void callMates(int count) {
        int left = count;
        for (int i = 0; i < mates.size() && left > 0; i++) {
            Mate mate = mates.get(i);
            if (!mate.called) {
                mate.called = true;
                mate.task = workers.submit(mate);
                left--;
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            jobs.clear();
            waiting.clear();
        }
        mates.forEach(Mate::close);
        pages.forEach(EncodedPage::close);
        caller.close();
    }

    /** Does one thing after the other until there is nothing to do; in between, writers of other files have their turn. */
    private final class Mate implements Runnable, AutoCloseable {
        private final PageWriter writer;
        private boolean called;
        private Workers.Task task;

        Mate(PageWriter writer) {
            this.writer = writer;
        }

        @Override
        public void run() {
            Job job;
            EncodedPage page;
            synchronized (PageCrew.this) {
                job = jobs.poll();
                page = job == null ? waiting.poll() : null;
                if (job == null && page == null) {
                    called = false;
                    return;
                }
            }
            work(job, page, writer);
            again();
        }

        private void again() {
            synchronized (PageCrew.this) {
                called = !closed && !(jobs.isEmpty() && waiting.isEmpty());
                if (called) {
                    task = workers.submit(this);
                }
            }
        }

        @Override
        public void close() {
            Workers.Task last;
            synchronized (PageCrew.this) {
                last = task;
            }
            if (last != null) {
                last.end();
            }
            writer.close();
        }
    }
}
