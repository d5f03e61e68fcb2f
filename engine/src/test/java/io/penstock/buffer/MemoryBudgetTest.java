package io.penstock.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    @Test
    void reservationIsCountedUntilItIsClosed() throws Exception {
        MemoryBudget budget = new MemoryBudget(1000, Duration.ZERO);
        Reservation reservation = budget.reserve(600, "a writer");
        assertEquals(600, budget.reservedBytes());
        reservation.close();
        reservation.close();
        assertEquals(0, budget.reservedBytes());
        assertEquals(600, budget.peakBytes());
    }

    @Test
    void moreThanTheWholeBudgetFailsAtOnceWithTheNumbers() {
        MemoryBudget budget = new MemoryBudget(1000, Duration.ofDays(1));
        MemoryExhaustedException e =
                assertThrows(MemoryExhaustedException.class, () -> budget.reserve(1001, "the writer of a.b"));
        assertEquals(
                "the writer of a.b needs 1001 bytes of direct memory, more than the whole budget of 1000 (penstock.memory.bytes)",
                e.getMessage());
    }

    @Test
    void deadlinePassesWithTheNumbersInTheMessage() throws Exception {
        MemoryBudget budget = new MemoryBudget(1000, Duration.ofMillis(20));
        try (Reservation other = budget.reserve(700, "another")) {
            MemoryExhaustedException e =
                    assertThrows(MemoryExhaustedException.class, () -> budget.reserve(301, "the writer of a.b"));
            assertTrue(e.getMessage().contains("301"), e.getMessage());
            assertTrue(e.getMessage().contains("700 of 1000"), e.getMessage());
            assertTrue(e.getMessage().contains("penstock.memory.wait.millis"), e.getMessage());
            assertEquals(700, other.bytes());
        }
        assertEquals(0, budget.reservedBytes());
    }

    @Test
    void waiterGetsWhatIsReleased() throws Exception {
        MemoryBudget budget = new MemoryBudget(1000, Duration.ofSeconds(60));
        Reservation other = budget.reserve(1000, "another");
        Thread waiter = new Thread(() -> {
            try (Reservation mine = budget.reserve(1000, "the waiter")) {
                assertEquals(1000, mine.bytes());
            } catch (MemoryExhaustedException e) {
                throw new AssertionError(e);
            }
        });
        AtomicLong failures = new AtomicLong();
        waiter.setUncaughtExceptionHandler((thread, e) -> failures.incrementAndGet());
        waiter.start();
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        other.close();
        waiter.join();
        assertEquals(0, failures.get());
        assertEquals(0, budget.reservedBytes());
    }

    @Test
    void interruptedWaiterFailsAndStaysInterrupted() throws Exception {
        MemoryBudget budget = new MemoryBudget(10, Duration.ofSeconds(60));
        try (Reservation other = budget.reserve(10, "another")) {
            Thread.currentThread().interrupt();
            assertThrows(MemoryExhaustedException.class, () -> budget.reserve(1, "me"));
            assertTrue(Thread.interrupted());
            assertEquals(10, other.bytes());
        }
    }

    @Test
    void growingTakesOnlyWhatIsFree() throws Exception {
        MemoryBudget budget = new MemoryBudget(100, Duration.ZERO);
        try (Reservation reservation = budget.reserve(40, "a writer")) {
            assertTrue(reservation.tryGrow(60));
            assertFalse(reservation.tryGrow(1));
            reservation.shrink(30);
            assertEquals(70, budget.reservedBytes());
        }
        assertEquals(0, budget.reservedBytes());
    }

    @Test
    void budgetIsNeverExceededByManyThreads() throws Exception {
        MemoryBudget budget = new MemoryBudget(100, Duration.ofSeconds(60));
        AtomicLong held = new AtomicLong();
        AtomicLong worst = new AtomicLong();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 1; t <= 6; t++) {
            int bytes = 10 * t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 500; i++) {
                    try (Reservation mine = reserveAfter(go, budget, bytes)) {
                        worst.accumulateAndGet(held.addAndGet(mine.bytes()), Math::max);
                        held.addAndGet(-bytes);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(worst.get() <= 100, "held " + worst);
        assertEquals(0, budget.reservedBytes());
    }

    private static Reservation reserveAfter(CountDownLatch go, MemoryBudget budget, long bytes) {
        try {
            go.await();
            return budget.reserve(bytes, "a thread");
        } catch (InterruptedException | MemoryExhaustedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void arrowMemoryIsPartOfTheBudget() throws Exception {
        MemoryBudget budget = new MemoryBudget(1 << 20, Duration.ZERO);
        try (BufferAllocator root = ArrowMemory.newRoot();
                Reservation reservation = budget.reserve(1 << 10, "a writer");
                BufferAllocator child = ArrowMemory.newChild(root, "a writer", reservation, 1 << 10);
                BigIntVector vector = new BigIntVector("v", child)) {
            vector.allocateNew(10_000);
            assertTrue(budget.reservedBytes() >= 80_000, budget + "");
            assertThrows(OutOfMemoryException.class, () -> vector.allocateNew(1 << 20));
            assertTrue(budget.reservedBytes() <= 1 << 20);
        }
        assertEquals(0, budget.reservedBytes());
    }
}
