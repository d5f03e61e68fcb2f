package io.penstock.testing;

import io.penstock.storage.FileSystem;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.Callable;

/** A store whose calls a test sees before they reach it: to let something else happen in between, or in their place. */
public final class InterposedStore {
    /** What a test does with a call. */
    @FunctionalInterface
    public interface Interposer {
        /**
         * @param call the name of the method
         * @param path its first argument; empty if it has none
         * @param store makes the call
         */
        Object call(String call, String path, Callable<Object> store) throws Throwable;
    }

    private InterposedStore() {}

    /** {@code store} with {@code interposer} before it. */
    public static FileSystem of(FileSystem store, Interposer interposer) {
        return (FileSystem) Proxy.newProxyInstance(
                FileSystem.class.getClassLoader(), new Class<?>[] {FileSystem.class}, (proxy, method, arguments) -> {
                    String path = arguments != null && arguments[0] instanceof String text ? text : "";
                    try {
                        return interposer.call(method.getName(), path, () -> method.invoke(store, arguments));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
