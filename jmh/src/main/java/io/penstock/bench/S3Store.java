package io.penstock.bench;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.MemoryBudget;
import io.penstock.storage.FileSystem;
import io.penstock.storage.s3.S3FileSystem;
import io.penstock.storage.s3.S3Options;
import java.io.IOException;
import java.time.Duration;

/** Penstock's store on a server on loopback: its defaults, with the contenders' sizes. */
final class S3Store {
    private static final int READ_BYTES = 1 << 20;
    private static final int READS_IN_FLIGHT = 4;

    private S3Store() {}

    /** The caller closes it. This JVM's default credentials become the server's. */
    static FileSystem open(S3Endpoint endpoint, BufferPool pool) throws IOException {
        System.setProperty("aws.accessKeyId", S3Endpoint.ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", S3Endpoint.SECRET_KEY);
        S3Options options = new S3Options(
                S3Endpoint.BUCKET,
                "",
                endpoint.uri(),
                S3Endpoint.REGION,
                true,
                S3Options.Credentials.DEFAULT,
                null,
                S3Options.Encryption.DEFAULT,
                null,
                true,
                ObjectUpload.PART_BYTES,
                ObjectUpload.IN_FLIGHT,
                READ_BYTES,
                READS_IN_FLIGHT,
                Duration.ofSeconds(60),
                5,
                false);
        return new S3FileSystem(options, pool, new MemoryBudget(1L << 30, Duration.ofSeconds(1)));
    }
}
