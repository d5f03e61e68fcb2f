package io.penstock.storage.file;

import io.penstock.buffer.PooledBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Appends to one file what one caller hands over, on a thread of its own: the caller's interrupts do not reach the channel, and
 * the caller fills the next buffer meanwhile. What has queued up goes out in one gathered write.
 *
 * <p>The caller waits for room, or for the end; its interrupt status does not cut that short, since the disk bounds it. After a
 * failure nothing more is written and every buffer is back in its pool.
 */
final class WriteBehind {
    /** One that is filled while one is written hides the disk; more only even out its pauses. */
    static final int MAX_POOLED = 4;

    /** Far fewer than the 1024 that one system call takes. */
    private static final int MAX_QUEUED = 256;

    /** The JDK copies a heap buffer into a direct one of the same size that it then keeps. */
    private static final int HEAP_CHUNK_BYTES = 1 << 16;

    private final FileChannel channel;
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final Condition handedOver = lock.newCondition();

    /** A ring of {@link PooledBuffer} and borrowed {@link ByteBuffer}; the first are perhaps being written. */
    private final Object[] queue = new Object[MAX_QUEUED];

    private int first;
    private int queued;
    private int pooled;
    private int borrowed;
    private Thread thread;
    private Uninterrupted.Task last;
    private boolean dropping;
    private boolean ended;
    private Throwable failure;

    /** Of the thread alone. */
    private final ByteBuffer[] gathered = new ByteBuffer[MAX_QUEUED];

    WriteBehind(FileChannel channel, String name) {
        this.channel = channel;
        this.name = name;
    }

    /** Takes ownership of {@code buffer}, whether it succeeds or not. Waits until fewer than {@link #MAX_POOLED} are left. */
    void write(PooledBuffer buffer) {
        lock.lock();
        try {
            if (!offer(buffer)) {
                buffer.release();
                return;
            }
            pooled++;
            while (pooled >= MAX_POOLED && !ended) {
                progress.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Uses {@code bytes}, position and all, until {@link #settle} returns. */
    void write(ByteBuffer bytes) {
        lock.lock();
        try {
            if (offer(bytes)) {
                borrowed++;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no borrowed bytes are in use. */
    void settle() {
        lock.lock();
        try {
            while (borrowed > 0 && !ended) {
                progress.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What went wrong; null if nothing has. */
    Throwable failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything is written and then {@code task} done, on the thread. Nothing may be written after that. */
    void finish(Uninterrupted.Task task) {
        lock.lock();
        try {
            if (!ended) {
                last = task;
                start();
                awaitEnd();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what is not written yet, and waits until nothing is in use any more. */
    void drop() {
        lock.lock();
        try {
            dropping = true;
            if (thread == null) {
                ended = true;
            }
            awaitEnd();
        } finally {
            lock.unlock();
        }
    }

    private boolean offer(Object bytes) {
        while (queued == MAX_QUEUED && !ended) {
            progress.awaitUninterruptibly();
        }
        start();
        if (ended) {
            return false;
        }
        queue[(first + queued) % MAX_QUEUED] = bytes;
        queued++;
        handedOver.signal();
        return true;
    }

    private void start() {
        if (thread != null || ended) {
            return;
        }
        Thread started = Uninterrupted.newThread(name, this::run);
        try {
            started.start();
            thread = started;
        } catch (OutOfMemoryError e) {
            // The process has no thread left; the file is all that fails.
            failure = e;
            ended = true;
        }
    }

    private void awaitEnd() {
        handedOver.signal();
        while (!ended) {
            progress.awaitUninterruptibly();
        }
    }

    private void run() {
        Throwable thrown = null;
        try {
            for (int count = awaitQueued(); count > 0; count = awaitQueued()) {
                write(count);
                written(count);
            }
            Uninterrupted.Task task = lastTask();
            if (task != null) {
                task.run();
            }
        } catch (Throwable e) {
            thrown = e;
        } finally {
            end(thrown);
        }
    }

    /** How many are to be written next; 0 at the end. */
    private int awaitQueued() {
        lock.lock();
        try {
            while (queued == 0 && last == null && !dropping) {
                handedOver.awaitUninterruptibly();
            }
            return dropping ? 0 : queued;
        } finally {
            lock.unlock();
        }
    }

    /** The first {@code count} of the ring, which the caller leaves alone. */
    private void write(int count) throws IOException {
        int direct = 0;
        for (int i = 0; i < count; i++) {
            Object next = queue[(first + i) % MAX_QUEUED];
            ByteBuffer bytes = next instanceof PooledBuffer buffer ? buffer.bytes() : (ByteBuffer) next;
            if (bytes.isDirect()) {
                gathered[direct++] = bytes;
            } else {
                writeGathered(direct);
                direct = 0;
                writeHeap(bytes);
            }
        }
        writeGathered(direct);
    }

    private void writeGathered(int count) throws IOException {
        for (int done = 0; done < count; ) {
            if (gathered[done].hasRemaining()) {
                channel.write(gathered, done, count - done);
            } else {
                gathered[done++] = null;
            }
        }
    }

    private void writeHeap(ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            bytes.limit(Math.min(end, bytes.position() + HEAP_CHUNK_BYTES));
            channel.write(bytes);
        }
    }

    private void written(int count) {
        lock.lock();
        try {
            for (int i = 0; i < count; i++) {
                removeFirst();
            }
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Uninterrupted.Task lastTask() {
        lock.lock();
        try {
            return dropping ? null : last;
        } finally {
            lock.unlock();
        }
    }

    private void end(Throwable thrown) {
        lock.lock();
        try {
            failure = thrown;
            ended = true;
            while (queued > 0) {
                removeFirst();
            }
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void removeFirst() {
        Object done = queue[first];
        queue[first] = null;
        first = (first + 1) % MAX_QUEUED;
        queued--;
        if (done instanceof PooledBuffer buffer) {
            pooled--;
            buffer.release();
        } else {
            borrowed--;
        }
    }
}
