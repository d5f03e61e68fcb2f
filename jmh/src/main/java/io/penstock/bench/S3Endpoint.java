package io.penstock.bench;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/** A server on loopback, and the SDK's clients for it: as they are by default, but for what all contenders have in common. */
record S3Endpoint(URI uri) {
    static final String BUCKET = "bench";
    static final String REGION = "us-east-1";
    static final String ACCESS_KEY = "AKIAPENSTOCKBENCH";
    static final String SECRET_KEY = "nobodys-secret";

    private static AwsCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY));
    }

    S3AsyncClient crt() {
        return S3AsyncClient.crtBuilder()
                .endpointOverride(uri)
                .region(Region.of(REGION))
                .forcePathStyle(true)
                .credentialsProvider(credentials())
                .minimumPartSizeInBytes((long) ObjectUpload.PART_BYTES)
                .maxConcurrency(ObjectUpload.IN_FLIGHT)
                .build();
    }

    S3AsyncClient async(SdkAsyncHttpClient.Builder<?> http) {
        return S3AsyncClient.builder()
                .endpointOverride(uri)
                .region(Region.of(REGION))
                .forcePathStyle(true)
                .credentialsProvider(credentials())
                .httpClientBuilder(http)
                .build();
    }

    S3Client sync(SdkHttpClient.Builder<?> http) {
        return sync(http, credentials());
    }

    S3Client sync(SdkHttpClient.Builder<?> http, AwsCredentialsProvider credentials) {
        return S3Client.builder()
                .endpointOverride(uri)
                .region(Region.of(REGION))
                .forcePathStyle(true)
                .credentialsProvider(credentials)
                .httpClientBuilder(http)
                .build();
    }
}
