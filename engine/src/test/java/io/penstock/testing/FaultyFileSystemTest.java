package io.penstock.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.storage.FileSystem;
import io.penstock.storage.Sink;
import io.penstock.storage.Source;
import io.penstock.storage.memory.MemoryFileSystem;
import io.penstock.testing.FaultyFileSystem.When;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultyFileSystemTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private FileSystem store;
    private FaultyFileSystem faulty;

    @BeforeEach
    void openStore() {
        store = new MemoryFileSystem(memory.pool(), memory.budget(), "test");
        faulty = new FaultyFileSystem(store);
    }

    @AfterEach
    void closeStore() throws IOException {
        faulty.close();
    }

    @Test
    void withoutAFailureItIsTheStore() throws IOException {
        use();
        assertEquals(
                List.of(
                        "call 1: mkdirAll dir",
                        "call 2: openForWrite dir/file",
                        "call 3: write 5 bytes to dir/file",
                        "call 4: write 2 borrowed bytes to dir/file",
                        "call 5: settle dir/file",
                        "call 6: commit dir/file",
                        "call 7: close sink dir/file",
                        "call 8: createExclusive log",
                        "call 9: openForRead dir/file",
                        "call 10: read 7 bytes at 0 of dir/file",
                        "call 11: view 7 bytes at 0 of dir/file",
                        "call 12: close source dir/file",
                        "call 13: remove log"),
                faulty.log());
        assertEquals(13, faulty.calls());
        assertEquals(0, faulty.injected());
        assertTrue(store.exists("dir/file"));
    }

    @ParameterizedTest
    @EnumSource
    void everyCallCanFailAndNothingLeaks(When when) throws IOException {
        for (int n = 1; n <= 13; n++) {
            faulty.failOn(n, when);
            Exception failure = assertThrows(IOException.class, this::use);
            assertTrue(InjectedFailure.isIn(failure), failure.toString());
            assertEquals(1, faulty.injected());
            faulty.requireNothingOpen();
            boolean committed = n > 6 || n == 6 && when == When.AFTER;
            assertEquals(committed, store.exists("dir/file"), "call " + n);
            assertEquals(List.of(), store.unfinished("dir"));
            store.remove("dir/file");
            store.remove("log");
            assertEquals(0, memory.pool().outstanding());
        }
    }

    @Test
    void failuresThatGoOnSpareTheCleanup() throws IOException {
        store.createExclusive("log", ByteBuffer.allocate(1));
        Sink sink = faulty.openForWrite("file");
        faulty.failFrom(2, When.BEFORE);
        assertTrue(faulty.exists("log"));
        assertThrows(InjectedFailure.class, () -> faulty.exists("log"));
        assertThrows(InjectedFailure.class, () -> faulty.list(""));
        assertTrue(faulty.remove("log"));
        assertThrows(InjectedFailure.class, sink::commit);
        sink.close();
        assertFalse(faulty.discard("file"));
        assertEquals(3, faulty.injected());
        faulty.reset();
        assertFalse(faulty.exists("log"));
    }

    @Test
    void sinkThatHasFailedFailsFromThenOn() throws IOException {
        try (Sink sink = faulty.openForWrite("file")) {
            faulty.failOn(1, When.AFTER);
            assertThrows(
                    InjectedFailure.class,
                    () -> sink.write(memory.pool().acquire().length(5)));
            IOException again = assertThrows(
                    IOException.class, () -> sink.write(memory.pool().acquire().length(5)));
            assertTrue(InjectedFailure.isIn(again));
            assertThrows(IOException.class, sink::commit);
        }
        assertFalse(store.exists("file"));
    }

    @Test
    void whatIsLeftOpenIsFound() throws IOException {
        Sink sink = faulty.openForWrite("file");
        AssertionError leak = assertThrows(AssertionError.class, faulty::requireNothingOpen);
        assertTrue(leak.getSuppressed()[0].getMessage().contains("openForWrite file"));
        sink.close();
        faulty.requireNothingOpen();
    }

    private void use() throws IOException {
        faulty.mkdirAll("dir");
        try (Sink sink = faulty.openForWrite("dir/file")) {
            sink.write(memory.pool().acquire().length(5));
            sink.write(ByteBuffer.allocate(2));
            sink.settle();
            sink.commit();
        }
        faulty.createExclusive("log", ByteBuffer.allocate(1));
        try (Source source = faulty.openForRead("dir/file")) {
            source.read(0, ByteBuffer.allocate(7));
            source.view(0, 7).ifPresent(Source.View::close);
        }
        faulty.remove("log");
    }
}
