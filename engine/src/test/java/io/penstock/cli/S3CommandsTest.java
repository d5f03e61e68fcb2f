package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** The commands on a store of S3, on a server in this process. */
class S3CommandsTest {
    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    @TempDir
    Path directory;

    private String store;
    private String endpoint;
    private String local;

    @BeforeEach
    void nameStores() {
        store = "s3://" + server.bucket() + "/" + S3TestServer.PREFIX;
        endpoint = server.endpoint().toString();
        local = directory.resolve("local").toString();
    }

    private String[] on(String command, String... more) {
        return concat(new String[] {command, "--store", store, "--endpoint", endpoint}, more);
    }

    private static String[] concat(String[] args, String... more) {
        return Stream.concat(Stream.of(args), Stream.of(more)).toArray(String[]::new);
    }

    private void writeLocally(String... more) {
        Cli.done(concat(new String[] {"write", "--store", local, "--table", "a.b", "--quiet"}, more));
    }

    private String[] toS3() {
        return new String[] {"copy", "--from", local, "--to", store, "--to-endpoint", endpoint, "--table", "a.b"};
    }

    private String[] fromS3(String to) {
        return new String[] {"copy", "--from", store, "--from-endpoint", endpoint, "--to", to, "--table", "a.b"};
    }

    private List<String> localFiles() throws IOException {
        return files(Path.of(local));
    }

    private static List<String> files(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private String dataFile() throws IOException {
        return localFiles().stream()
                .filter(file -> file.startsWith("a/b/part-"))
                .findFirst()
                .orElseThrow();
    }

    private void assertSameAsLocal() throws IOException {
        server.assertNothingLeft(localFiles());
        for (String file : localFiles()) {
            assertArrayEquals(Files.readAllBytes(Path.of(local, file)), server.content(file));
        }
    }

    @Test
    void everyCommandWorksOnABucket() throws IOException {
        assertEquals("", Cli.done(on("tables")));
        String written = Cli.done(on("write", "--table", "a.b", "--format", "parquet", "tpch:nation:1"));
        assertTrue(written.startsWith("a.b version 1: 25 rows"), written);
        assertEquals("a.b\n", Cli.done(on("tables")));
        assertEquals(
                "n_name\nALGERIA\nARGENTINA\n",
                Cli.done(on("read", "--table", "a.b", "--columns", "n_name", "--limit", "2")));
        JsonNode described = new ObjectMapper().readTree(Cli.done(on("describe", "--table", "a.b", "--json")));
        assertEquals(25, described.get("rows").asInt());
        assertEquals("would remove 0 leftovers\n", Cli.done(on("recover", "--dry-run")));
        assertEquals("removed 0 leftovers\n", Cli.done(on("recover")));
        Cli.done(on("drop", "--table", "a.b"));
        assertEquals("", Cli.done(on("tables")));
        server.assertNothingLeft();
    }

    @Test
    void aBucketThatIsNotThereIsSaid() {
        store = "s3://nobody-has-this-bucket/some/where";
        for (String[] command : new String[][] {
            on("tables"),
            on("read", "--table", "a.b"),
            on("describe", "--table", "a.b"),
            on("drop", "--table", "a.b"),
            on("recover"),
            on("write", "--table", "a.b", "tpch:region:1"),
            on("demo", "--scale", "0.001"),
            fromS3(local),
        }) {
            String line = Cli.failed(command);
            assertTrue(line.contains("nobody-has-this-bucket"), line);
            assertTrue(line.contains("no such bucket") || line.contains("bucket does not exist"), line);
        }
    }

    @Test
    void theDemoLeavesTheBucketAsItWas() throws IOException {
        Cli.done(on("write", "--table", "a.b", "--quiet", "tpch:region:1"));
        List<String> before = server.keys();
        JsonNode json = new ObjectMapper().readTree(Cli.done(on("demo", "--scale", "0.001", "--json")));
        assertEquals(5, json.get("write").size());
        for (JsonNode run : json.get("write")) {
            assertTrue(run.get("requests").asInt() > 0, run.toString());
        }
        for (JsonNode run : json.get("read")) {
            assertTrue(run.get("requests").asInt() > 0, run.toString());
        }
        assertEquals(before, server.keys());
    }

    @Test
    void aCopyOnS3IsTheTableWithAllItsVersions() throws IOException {
        writeLocally("--format", "parquet", "tpch:nation:1");
        writeLocally("tpch:nation:1");
        String line = Cli.done(toS3());
        assertTrue(line.startsWith("a.b version 2: 3 versions, 2 files, "), line);
        assertSameAsLocal();
        writeLocally("tpch:nation:1");
        assertTrue(Cli.done(toS3()).startsWith("a.b version 3: 1 version, 1 file, "));
        assertSameAsLocal();
        assertEquals("a.b version 3: the target has it already\n", Cli.done(toS3()));
    }

    @Test
    void theServerHoldsWhatArrivesAgainstTheChecksumOfTheLog() throws IOException {
        // More than one part of the transfer manager, whose checksum still is that of the whole.
        writeLocally("--format", "json", "--layout", "records", "tpch:lineitem:0.01");
        assertTrue(Files.size(Path.of(local, dataFile())) > 8 << 20);
        Cli.done(toS3());
        HeadObjectResponse head = server.client()
                .headObject(request -> request.bucket(server.bucket())
                        .key(S3TestServer.key(file()))
                        .checksumMode(ChecksumMode.ENABLED))
                .join();
        assertEquals("FULL_OBJECT", head.checksumTypeAsString());
        assertSameAsLocal();
    }

    private String file() {
        try {
            return dataFile();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aCopyFromS3IsTheTableWithAllItsVersions() throws IOException {
        Cli.done(on("write", "--table", "a.b", "--quiet", "--format", "arrow", "tpch:lineitem:0.01"));
        String line = Cli.done(fromS3(local));
        assertTrue(line.startsWith("a.b version 1: 2 versions, 1 file, "), line);
        assertSameAsLocal();
        assertEquals(Cli.done(on("read", "--table", "a.b")), Cli.done("read", "--store", local, "--table", "a.b"));
    }

    @Test
    void aCopyGoesFromOneStoreOfS3ToAnother() throws IOException {
        writeLocally("--format", "json", "tpch:lineitem:0.01");
        Cli.done(toS3());
        String other = "s3://" + server.bucket() + "/other";
        Cli.done(concat(fromS3(other), "--to-endpoint", endpoint));
        for (String file : localFiles()) {
            assertTrue(server.keys().contains("other/" + file), file);
        }
        Cli.done("drop", "--store", other, "--endpoint", endpoint, "--table", "a.b");
        assertSameAsLocal();
    }

    @Test
    void whatHasArrivedWholeIsNotSentAgain() throws IOException {
        writeLocally("tpch:nation:1");
        writeLocally("tpch:nation:1");
        Cli.done(toS3());
        // As if it had been killed before the log was written.
        List<String> log = localFiles().stream()
                .filter(file -> file.contains("_delta_log"))
                .toList();
        List<String> data = new ArrayList<>(localFiles());
        data.removeAll(log);
        removeFromS3(log);
        byte[] wrong = Files.readAllBytes(Path.of(local, data.get(1)));
        wrong[wrong.length / 2] ^= 1;
        server.client()
                .putObject(
                        request -> request.bucket(server.bucket())
                                .key(S3TestServer.key(data.get(1)))
                                .checksumCRC32C(checksum(wrong)),
                        AsyncRequestBody.fromBytes(wrong))
                .join();
        String line = Cli.done(toS3());
        assertTrue(line.contains(" 1 file, ") && line.contains(", 1 file kept "), line);
        assertSameAsLocal();
    }

    private static String checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private void removeFromS3(List<String> paths) {
        for (String path : paths) {
            server.client()
                    .deleteObject(request -> request.bucket(server.bucket()).key(S3TestServer.key(path)))
                    .join();
        }
    }

    @Test
    void aDamagedFileDoesNotArrive() throws IOException {
        writeLocally("--format", "json", "tpch:lineitem:0.001");
        Path damaged = Path.of(local, dataFile());
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[bytes.length / 2] ^= 1;
        Files.write(damaged, bytes);
        String line = Cli.failed(toS3());
        assertTrue(line.contains(damaged.getFileName().toString()) && line.contains("CRC32C"), line);
        assertEquals("", Cli.done(on("tables")));
        assertEquals(1, server.keys().size());
        Cli.done(on("drop", "--table", "a.b"));
        server.assertNothingLeft();
    }

    @Test
    void aFileThatIsDamagedOnS3DoesNotArrive() throws IOException {
        writeLocally("--format", "json", "tpch:lineitem:0.001");
        Cli.done(toS3());
        byte[] bytes = server.content(dataFile());
        bytes[bytes.length / 2] ^= 1;
        server.put(dataFile(), bytes);
        Path other = directory.resolve("other");
        String line = Cli.failed(fromS3(other.toString()));
        assertTrue(line.contains(Path.of(dataFile()).getFileName().toString()) && line.contains("CRC32C"), line);
        assertEquals("", Cli.done("tables", "--store", other.toString()));
        assertEquals(1, files(other).size());
    }

    @Test
    void anUploadThatNobodySpeaksForIsAbortedByItsAge() {
        Cli.done(on("write", "--table", "a.b", "--quiet", "tpch:region:1"));
        server.client()
                .createMultipartUpload(
                        request -> request.bucket(server.bucket()).key(S3TestServer.key("a/b/part-1.arrow")))
                .join();
        assertEquals("removed 0 leftovers\n", Cli.done(on("recover")));
        assertEquals("removed 0 leftovers\n", Cli.done(on("recover", "--older-than", "1h")));
        assertEquals(
                "removed      upload      a/b/part-1.arrow\nremoved 1 leftover\n",
                Cli.done(on("recover", "--older-than", "0s")));
        assertEquals(List.of(), server.uploads());
    }
}
