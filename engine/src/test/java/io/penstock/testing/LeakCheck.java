package io.penstock.testing;

import io.penstock.buffer.ArrowMemory;
import io.penstock.buffer.BufferPool;
import io.penstock.buffer.MemoryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives each test its direct memory, and fails a test that has not given it all back at its end, or has written to Arrow memory that was not its own:
 *
 * <pre>{@code
 * @RegisterExtension
 * final LeakCheck memory = new LeakCheck();
 * }</pre>
 *
 * <p>Of a test that failed anyway, the leak is only a suppressed exception.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
    private static final int DEFAULT_BUFFER_BYTES = 64 << 10;
    private static final long BUDGET_BYTES = 1L << 30;

    private final int bufferBytes;
    private final List<BufferPool> pools = new ArrayList<>();
    private MemoryBudget budget;
    private GuardedMemory arrowMemory;
    private BufferAllocator allocator;

    public LeakCheck() {
        this(DEFAULT_BUFFER_BYTES);
    }

    /** @param bufferBytes the size of the buffers of {@link #pool} */
    public LeakCheck(int bufferBytes) {
        this.bufferBytes = bufferBytes;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        pools.clear();
        newPool(bufferBytes);
        budget = new MemoryBudget(BUDGET_BYTES, Duration.ofSeconds(10));
        arrowMemory = new GuardedMemory();
        allocator = ArrowMemory.newRoot(arrowMemory);
    }

    public BufferPool pool() {
        return pools.get(0);
    }

    /** One more pool, with buffers of another size. */
    public BufferPool newPool(int bytes) {
        BufferPool pool = new BufferPool(bytes, 16, true);
        pools.add(pool);
        return pool;
    }

    public MemoryBudget budget() {
        return budget;
    }

    public BufferAllocator allocator() {
        return allocator;
    }

    /** Fails if anything is outstanding now. */
    public void requireNothingOutstanding() {
        for (BufferPool pool : pools) {
            pool.requireNoneOutstanding();
        }
        if (allocator.getAllocatedMemory() != 0) {
            throw new IllegalStateException(allocator.getAllocatedMemory()
                    + " bytes of Arrow memory were not released\n" + allocator.toVerboseString());
        }
        if (budget.reservedBytes() != 0) {
            throw new IllegalStateException(budget.reservedBytes() + " bytes of the budget are still reserved");
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Throwable failure = context.getExecutionException().orElse(null);
        try {
            requireNothingOutstanding();
            for (BufferPool pool : pools) {
                pool.close();
            }
            allocator.close();
            arrowMemory.close();
        } catch (IllegalStateException leak) {
            if (failure == null) {
                throw leak;
            }
            failure.addSuppressed(leak);
        }
    }
}
