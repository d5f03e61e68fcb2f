package io.penstock.log;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The transactions of this process that are not over: for recovery, which otherwise only knows that the process lives. Thread-safe. It is one for
 * the process because engines in it may share a store.
 */
public final class LiveTransactions {
    private static final Set<String> LIVE = ConcurrentHashMap.newKeySet();

    private LiveTransactions() {}

    public static void begin(String transaction) {
        LIVE.add(transaction);
    }

    public static void end(String transaction) {
        LIVE.remove(transaction);
    }

    static boolean contains(String transaction) {
        return LIVE.contains(transaction);
    }
}
