package io.penstock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.storage.s3.S3Options;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @AfterEach
    void forgetProperties() {
        System.clearProperty("penstock.batch.rows");
        System.clearProperty("penstock.fs.sync");
        System.clearProperty("penstock.btach.rows");
    }

    @Test
    void codeWinsOverPropertyWinsOverDefault() {
        assertEquals(1000, Settings.defaults().batchRows());
        System.setProperty("penstock.batch.rows", "7");
        assertEquals(7, Settings.defaults().batchRows());
        assertEquals(9, Settings.defaults().with("penstock.batch.rows", "9").batchRows());
    }

    @Test
    void sizesTakeBinarySuffixes() {
        Settings defaults = Settings.defaults();
        assertEquals(65536, defaults.with("penstock.buffer.bytes", "65536").bufferBytes());
        assertEquals(65536, defaults.with("penstock.buffer.bytes", "64KiB").bufferBytes());
        assertEquals(8 << 20, defaults.with("penstock.buffer.bytes", "8 MiB").bufferBytes());
        assertEquals(3L << 30, defaults.with("penstock.memory.bytes", "3GiB").memoryBytes());
    }

    @Test
    void malformedValueIsRefusedWithTheValueAndTheChoices() {
        Settings defaults = Settings.defaults();
        for (String value : new String[] {"", "x", "0", "-1", "1.5", "99999999999999999999", "1e3"}) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> defaults.with("penstock.batch.rows", value));
            assertTrue(
                    e.getMessage()
                            .startsWith(
                                    "penstock.batch.rows='" + value + "' is refused: expected a whole number from 1"),
                    e.getMessage());
        }
        IllegalArgumentException choice =
                assertThrows(IllegalArgumentException.class, () -> defaults.with("penstock.fs.sync", "maybe"));
        assertEquals("penstock.fs.sync='maybe' is refused: expected one of full, none", choice.getMessage());
        IllegalArgumentException huge = assertThrows(
                IllegalArgumentException.class, () -> defaults.with("penstock.memory.bytes", "9999999999999GiB"));
        assertTrue(huge.getMessage().contains("8MiB"), huge.getMessage());
    }

    @Test
    void unknownPropertyIsRefusedWhenAnEngineOpensAndTheValidOnesAreListed() {
        System.setProperty("penstock.btach.rows", "7");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Penstock.open("memory:"));
        assertTrue(e.getMessage().startsWith("unknown setting 'penstock.btach.rows'"), e.getMessage());
        for (Setting setting : Setting.values()) {
            assertTrue(e.getMessage().contains(setting.property()), e.getMessage());
        }
    }

    @Test
    void malformedPropertyIsRefusedWhenAnEngineOpens() {
        System.setProperty("penstock.fs.sync", "often");
        assertThrows(IllegalArgumentException.class, () -> Penstock.open("memory:"));
    }

    @Test
    void propertiesOfTestsAreLeftAlone() {
        System.setProperty("penstock.test.anything", "x");
        try {
            assertFalse(Settings.defaults().debugLeaks());
        } finally {
            System.clearProperty("penstock.test.anything");
        }
    }

    @Test
    void everyDefaultIsAValidValue() {
        for (Setting setting : Setting.values()) {
            if (!setting.defaultValue().isEmpty()) {
                setting.check(setting.defaultValue());
            }
            assertEquals(setting, Setting.named(setting.property()));
        }
        assertTrue(Settings.defaults().memoryBytes() > 0);
    }

    @Test
    void settingOfTheEngineIsRefusedForATable() {
        TableSpec spec = TableSpec.of(Schemas.ORDERS);
        assertThrows(IllegalArgumentException.class, () -> spec.setting("penstock.memory.bytes", "1GiB"));
        assertThrows(IllegalArgumentException.class, () -> spec.setting("penstock.batch.rows", "none"));
        assertEquals("5", spec.setting("penstock.batch.rows", "5").settings().get("penstock.batch.rows"));
    }

    @Test
    void settingsOfS3ReachTheStore() {
        S3Options plain = Settings.defaults().s3("bucket", "prefix");
        assertEquals("bucket", plain.bucket());
        assertEquals("prefix", plain.prefix());
        assertEquals(null, plain.endpoint());
        assertFalse(plain.pathStyle());
        assertEquals(8 << 20, plain.partBytes());
        assertFalse(plain.singleWriter());
        S3Options other = Settings.defaults()
                .with("penstock.s3.endpoint", "http://127.0.0.1:9000")
                .with("penstock.s3.region", "eu-north-1")
                .with("penstock.s3.credentials", "anonymous")
                .with("penstock.s3.storage.class", "STANDARD_IA")
                .with("penstock.s3.encryption", "kms")
                .with("penstock.s3.kms.key", "key")
                .with("penstock.s3.checksum", "none")
                .with("penstock.s3.part.bytes", "16MiB")
                .with("penstock.s3.parts.in.flight", "3")
                .with("penstock.s3.read.bytes", "1MiB")
                .with("penstock.s3.reads.in.flight", "5")
                .with("penstock.s3.timeout.millis", "7000")
                .with("penstock.s3.retries", "0")
                .with("penstock.s3.exclusive", "single-writer")
                .s3("bucket", "");
        assertEquals(
                new S3Options(
                        "bucket",
                        "",
                        URI.create("http://127.0.0.1:9000"),
                        "eu-north-1",
                        true,
                        S3Options.Credentials.ANONYMOUS,
                        "STANDARD_IA",
                        S3Options.Encryption.KMS,
                        "key",
                        false,
                        16 << 20,
                        3,
                        1 << 20,
                        5,
                        Duration.ofSeconds(7),
                        0,
                        true),
                other);
        assertFalse(Settings.defaults()
                .with("penstock.s3.endpoint", "https://host")
                .with("penstock.s3.path.style", "false")
                .s3("bucket", "")
                .pathStyle());
        assertThrows(IllegalArgumentException.class, () -> Settings.defaults().with("penstock.s3.part.bytes", "4MiB"));
        assertThrows(IllegalArgumentException.class, () -> Settings.defaults().with("penstock.s3.region", " "));
    }
}
