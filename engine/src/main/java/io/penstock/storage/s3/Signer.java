package io.penstock.storage.s3;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.crt.auth.credentials.Credentials;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** Who asks: the source of credentials, found when it is opened, or nobody. Thread-safe. */
final class Signer implements Closeable {
    private final AwsCredentialsProvider provider;
    private final String region;
    private final String whyUnsigned;

    private Signer(AwsCredentialsProvider provider, String region, String whyUnsigned) {
        this.provider = provider;
        this.region = region;
        this.whyUnsigned = whyUnsigned;
    }

    /**
     * Looks for credentials. Where there are none, requests are not signed.
     *
     * @param isOnAws whether a container's or an instance's credentials are worth asking for; elsewhere nobody answers at their address
     */
    static Signer open(S3Options.Credentials credentials, String region, boolean isOnAws) {
        return switch (credentials) {
            case ANONYMOUS -> unsigned(region, "penstock.s3.credentials=anonymous says so");
            case DEFAULT -> {
                AwsCredentialsProvider provider = isOnAws
                        ? DefaultCredentialsProvider.builder().build()
                        : AwsCredentialsProviderChain.of(
                                SystemPropertyCredentialsProvider.create(),
                                EnvironmentVariableCredentialsProvider.create(),
                                WebIdentityTokenFileCredentialsProvider.create(),
                                ProfileCredentialsProvider.create());
                try {
                    provider.resolveCredentials();
                    yield new Signer(provider, region, null);
                } catch (SdkException e) {
                    close(provider);
                    yield unsigned(
                            region,
                            "no credentials were found in system properties (aws.accessKeyId), the environment"
                                    + " (AWS_ACCESS_KEY_ID), a web identity or a profile"
                                    + (isOnAws ? ", nor of a container or an instance" : ""));
                }
            }
        };
    }

    private static Signer unsigned(String region, String why) {
        return new Signer(AnonymousCredentialsProvider.create(), region, why);
    }

    /** For the SDK. */
    AwsCredentialsProvider provider() {
        return provider;
    }

    /** Why requests are not signed; null if they are. */
    String whyUnsigned() {
        return whyUnsigned;
    }

    /**
     * How the CRT signs a request that begins now; empty if it does not.
     *
     * @throws IOException if the source of credentials has none any more
     */
    Optional<AwsSigningConfig> signing() throws IOException {
        if (whyUnsigned != null) {
            return Optional.empty();
        }
        AwsSigningConfig config = AwsSigningConfig.getDefaultS3SigningConfig(region, null);
        config.setCredentials(current());
        return Optional.of(config);
    }

    /** Asked for each request: the source renews what expires. */
    private Credentials current() throws IOException {
        AwsCredentialsIdentity identity;
        try {
            identity = provider.resolveCredentials();
        } catch (SdkException e) {
            throw new IOException("the credentials could not be renewed: " + e.getMessage(), e);
        }
        byte[] token = identity instanceof AwsSessionCredentialsIdentity session ? bytes(session.sessionToken()) : null;
        return new Credentials(bytes(identity.accessKeyId()), bytes(identity.secretAccessKey()), token);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        close(provider);
    }

    private static void close(AwsCredentialsProvider provider) {
        if (provider instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}
