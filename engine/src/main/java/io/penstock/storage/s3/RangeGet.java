package io.penstock.storage.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A GET of some bytes of an object, on its way. Interrupts do not disturb those who wait for it. */
final class RangeGet {
    private final Arrivals arrivals;
    private final Transfer transfer;

    /** Sends it. Until {@link #reply} or {@link #cancel} has returned, bytes may arrive in {@code landing}, which is given {@code most} at most. */
    RangeGet(S3Wire wire, String key, Map<String, String> headers, int most, Landing landing, AtomicLong counter) {
        arrivals = new Arrivals(landing, most, counter);
        transfer = wire.get(key, headers, arrivals);
    }

    /** Waits for the end of the reply. */
    Reply reply() throws IOException {
        return Waiting.on(transfer.reply());
    }

    /** Whether {@link #reply} would not wait. */
    boolean isOver() {
        return transfer.reply().isDone();
    }

    /** How many bytes the reply had: also those for which there was no room. */
    long bytes() {
        return arrivals.end;
    }

    /** Gives it up, and does not wait. */
    void abandon() {
        transfer.cancel();
    }

    /** Gives it up, and waits until nothing arrives any more. */
    void cancel() {
        transfer.cancel();
        transfer.reply().handle((reply, failure) -> null).join();
    }

    private static final class Arrivals implements Landing {
        private final Landing landing;
        private final int most;
        private final AtomicLong counter;
        private long end;

        Arrivals(Landing landing, int most, AtomicLong counter) {
            this.landing = landing;
            this.most = most;
            this.counter = counter;
        }

        @Override
        public void take(long offset, ByteBuffer bytes) {
            int length = bytes.remaining();
            counter.addAndGet(length);
            // A request that is repeated begins anew.
            end = offset + length;
            int room = (int) Math.min(length, Math.max(0, most - offset));
            if (room > 0) {
                landing.take(offset, bytes.slice(bytes.position(), room));
            }
        }
    }
}
