package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.FileSystemContract;
import io.penstock.storage.Sink;
import io.penstock.testing.Fault;
import io.penstock.testing.FaultyProxy;
import io.penstock.testing.S3Request.Kind;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/** The contract, and what is particular to S3. */
class S3FileSystemTest extends FileSystemContract {
    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    @Override
    protected FileSystem newStore() throws IOException {
        return new S3FileSystem(server.options(), memory.pool(), memory.budget());
    }

    @Override
    protected boolean hasDirectories() {
        return false;
    }

    @Override
    protected boolean keepsOpenFiles() {
        return false;
    }

    private S3FileSystem storeAt(String prefix) throws IOException {
        return new S3FileSystem(server.optionsBelow(prefix), memory.pool(), memory.budget());
    }

    @Test
    void listOfMoreFilesThanAReplyHasIsWhole() throws IOException {
        List<String> expected = new ArrayList<>();
        List<CompletableFuture<?>> puts = new ArrayList<>();
        for (int i = 0; i < 1003; i++) {
            String name = String.format(Locale.ROOT, "%04d", i);
            expected.add(name);
            puts.add(server.client()
                    .putObject(
                            r -> r.bucket(server.bucket()).key(S3TestServer.key("dir/" + name)),
                            AsyncRequestBody.fromBytes(new byte[] {1})));
        }
        puts.forEach(CompletableFuture::join);
        server.put("dir/sub/file", new byte[1]);
        expected.add("sub");
        assertEquals(expected, names("dir"));
        assertEquals(List.of("dir"), names(""));
        removeAll(puts.size());
    }

    /** The server's own listing ends with the first thousand. */
    private void removeAll(int files) {
        List<CompletableFuture<?>> deletes = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            String key = S3TestServer.key(String.format(Locale.ROOT, "dir/%04d", i));
            deletes.add(
                    server.client().deleteObject(r -> r.bucket(server.bucket()).key(key)));
        }
        deletes.forEach(CompletableFuture::join);
    }

    @Test
    void storesOfDifferentPrefixesDoNotSeeEachOther() throws IOException {
        try (S3FileSystem whole = storeAt("");
                S3FileSystem some = storeAt("some");
                S3FileSystem like = storeAt("some/where2")) {
            create("dir/file", new byte[] {1});
            assertEquals(List.of(), like.list(""));
            assertFalse(like.exists("dir/file"));
            assertFalse(like.remove("dir/file"));
            try (Sink sink = like.openForWrite("dir/file")) {
                sink.write(ByteBuffer.wrap(new byte[] {2}));
                assertEquals(List.of(), store.unfinished("dir"));
                assertFalse(store.discard("dir/file"));
                sink.commit();
            }
            assertContent(new byte[] {1}, "dir/file");
            assertTrue(like.remove("dir/file"));
            assertContent(new byte[] {1}, "dir/file");
            assertTrue(some.exists("where/dir/file"));
            assertTrue(whole.exists("some/where/dir"));
            assertEquals(
                    List.of("some"),
                    whole.list("").stream().map(FileEntry::name).toList());
            assertEquals(
                    List.of("where"),
                    some.list("").stream().map(FileEntry::name).toList());
            whole.createExclusive("file", ByteBuffer.wrap(new byte[] {3}));
            assertEquals(
                    List.of(S3TestServer.key("dir/file"), "file").stream()
                            .sorted()
                            .toList(),
                    server.keys());
        }
    }

    @Test
    void uploadsOfOtherProcessesAreSeenAndDiscarded() throws IOException {
        createUpload("dir/file");
        createUpload("dir/file");
        createUpload("dir/file2");
        createUpload("dir/sub/file");
        createUpload("dirt");
        assertEquals(List.of("dir/file", "dir/file2"), store.unfinished("dir"));
        assertEquals(List.of("dirt"), store.unfinished(""));
        assertFalse(store.exists("dir"));
        assertEquals(List.of(), store.list(""));
        assertTrue(store.discard("dir/file"));
        assertFalse(store.discard("dir/file"));
        assertEquals(List.of("dir/file2"), store.unfinished("dir"));
        for (String path : List.of("dir/file2", "dir/sub/file", "dirt")) {
            assertTrue(store.discard(path));
        }
        server.assertNothingLeft();
    }

    private String createUpload(String path) {
        return server.client()
                .createMultipartUpload(r -> r.bucket(server.bucket()).key(S3TestServer.key(path)))
                .join()
                .uploadId();
    }

    @Test
    void uploadIsAsOldAsItsLatestPart() throws Exception {
        String id = createUpload("dir/file");
        server.client()
                .uploadPart(
                        r -> r.bucket(server.bucket())
                                .key(S3TestServer.key("dir/file"))
                                .uploadId(id)
                                .partNumber(1),
                        AsyncRequestBody.fromBytes(new byte[] {1}))
                .join();
        assertEquals(List.of(), store.unfinished("dir", Duration.ofMinutes(1)));
        // The server tells whole seconds.
        Thread.sleep(2_000);
        assertEquals(List.of("dir/file"), store.unfinished("dir", Duration.ofSeconds(1)));
        assertTrue(store.discard("dir/file"));
    }

    @Test
    void directoryIsThereWhenSomethingLiesInIt() throws IOException {
        create("dir/sub/file", new byte[] {1});
        create("dir-", new byte[] {1});
        assertTrue(store.exists("dir"));
        assertTrue(store.exists("dir/sub"));
        assertFalse(store.exists("di"));
        assertFalse(store.exists("dir/su"));
        assertThrows(NoSuchFileException.class, () -> store.openForRead("dir"));
        DirectoryNotEmptyException refused = assertThrows(DirectoryNotEmptyException.class, () -> store.remove("dir"));
        assertEquals("dir", refused.getFile());
        assertTrue(store.remove("dir/sub/file"));
        assertFalse(store.exists("dir"));
        assertFalse(store.remove("dir"));
    }

    @Test
    void markOfAnEmptyDirectoryIsADirectory() throws IOException {
        server.put("dir/", new byte[0]);
        assertTrue(store.exists("dir"));
        assertEquals(List.of("dir"), names(""));
        assertEquals(List.of(), names("dir"));
        create("dir/file", new byte[] {1});
        assertEquals(List.of("file"), names("dir"));
        assertThrows(DirectoryNotEmptyException.class, () -> store.remove("dir"));
        store.remove("dir/file");
        server.put("dir/", new byte[0]);
        assertTrue(store.remove("dir"));
        assertFalse(store.exists("dir"));
        server.assertNothingLeft();
    }

    @Test
    void keysOfOthersThatAreNoPathsAreNotListed() throws IOException {
        for (String key : List.of("dir/a\u0001b", "dir/ok +%&<>", "dir/x.inprogress", "dir/\\")) {
            server.put(key, new byte[] {1});
        }
        assertEquals(List.of("ok +%&<>"), names("dir"));
        assertContent(new byte[] {1}, "dir/ok +%&<>");
    }

    @Test
    void pathWhoseKeyWouldBeTooLongIsRefused() throws IOException {
        String deep = "x/".repeat(500) + "x".repeat(20);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> store.createExclusive(deep, ByteBuffer.allocate(1)));
        assertTrue(refused.getMessage().contains("1031 bytes with the store's prefix"), refused.getMessage());
        String longest = "x/".repeat(500) + "x".repeat(1024 - 1000 - S3TestServer.PREFIX.length() - 1);
        assertFalse(store.exists(longest));
    }

    @Test
    void bucketThatIsNotThereIsNamed() throws IOException {
        S3Options there = server.options();
        S3Options missing = new S3Options(
                "no-such-bucket",
                there.prefix(),
                there.endpoint(),
                there.region(),
                true,
                there.credentials(),
                null,
                there.encryption(),
                null,
                true,
                there.partBytes(),
                2,
                there.readBytes(),
                4,
                there.timeout(),
                2,
                false);
        try (S3FileSystem nowhere = new S3FileSystem(missing, memory.pool(), memory.budget())) {
            for (IOException refused : List.of(
                    assertThrows(IOException.class, () -> nowhere.list("dir")),
                    assertThrows(IOException.class, () -> nowhere.openForWrite("file")),
                    assertThrows(IOException.class, () -> nowhere.openForRead("file")),
                    assertThrows(IOException.class, () -> nowhere.createExclusive("file", ByteBuffer.allocate(1))))) {
                assertTrue(refused.getMessage().contains("There is no bucket 'no-such-bucket'"), refused.getMessage());
            }
        }
    }

    @Test
    void everyFailureOfTheServerIsSurfacedWithTheFileAndTheCause() throws IOException {
        create("dir/file", new byte[] {1});
        try (FaultyProxy proxy = new FaultyProxy(server.endpoint());
                S3FileSystem denied = new S3FileSystem(
                        server.options(proxy.endpoint(), Duration.ofSeconds(5), 1), memory.pool(), memory.budget())) {
            proxy.fail(request -> true, Fault.error(403, "AccessDenied"), 0, Long.MAX_VALUE);
            for (Executable call : List.<Executable>of(
                    () -> denied.exists("dir/file"),
                    () -> denied.remove("dir/file"),
                    () -> denied.list("dir/file"),
                    () -> denied.unfinished("dir/file"),
                    () -> denied.discard("dir/file"),
                    () -> denied.openForRead("dir/file"),
                    () -> denied.openForWrite("dir/file"))) {
                IOException refused = assertThrows(IOException.class, call);
                assertTrue(
                        refused.getMessage().contains("s3://" + server.bucket() + "/some/where"), refused.getMessage());
                assertTrue(refused.getMessage().contains("403"), refused.getMessage());
                assertFalse(refused.getMessage().contains(S3TestServer.SECRET_KEY), refused.getMessage());
            }
        }
        assertContent(new byte[] {1}, "dir/file");
    }

    @Test
    void failureOfAMomentIsNotSeen() throws IOException {
        create("dir/file", new byte[] {1});
        try (FaultyProxy proxy = new FaultyProxy(server.endpoint());
                S3FileSystem shaken = new S3FileSystem(
                        server.options(proxy.endpoint(), Duration.ofSeconds(5), 3), memory.pool(), memory.budget())) {
            for (Fault fault : List.of(
                    Fault.error(503, "SlowDown"),
                    Fault.error(500, "InternalError"),
                    Fault.reset(Fault.Moment.BEFORE),
                    Fault.reset(Fault.Moment.AFTER))) {
                proxy.reset().fail(request -> true, fault, 0, 1);
                assertTrue(shaken.exists("dir/file"), fault.toString());
                proxy.fail(request -> true, fault, 0, 1);
                assertEquals(1, shaken.list("dir").size(), fault.toString());
                proxy.fail(request -> true, fault, 0, 1);
                assertEquals(List.of(), shaken.unfinished("dir"), fault.toString());
                assertEquals(3, proxy.injected(), fault.toString());
            }
            proxy.fail(Kind.DELETE, Fault.reset(Fault.Moment.AFTER), 1);
            assertTrue(shaken.remove("dir/file"));
        }
        assertFalse(store.exists("dir/file"));
    }

    @Test
    void storeNamesItsBucketAndPrefixAndNoKeys() throws IOException {
        assertEquals("s3://" + server.bucket() + "/" + S3TestServer.PREFIX, store.toString());
        try (S3FileSystem whole = storeAt("")) {
            assertEquals("s3://" + server.bucket() + "/", whole.toString());
        }
        assertFalse(server.options().toString().contains(S3TestServer.SECRET_KEY));
    }
}
