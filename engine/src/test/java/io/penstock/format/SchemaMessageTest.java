package io.penstock.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.testing.RandomSchemas;
import java.nio.ByteBuffer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** The message of a schema is the one that Arrow writes. */
class SchemaMessageTest {
    @Test
    void bytesAreThoseOfArrow() {
        long seed = System.nanoTime();
        for (int i = 0; i < 200; i++) {
            Schema schema = RandomSchemas.random(seed + i, i % 10, 3);
            byte[] message = SchemaMessage.of(schema);
            assertArrayEquals(schema.serializeAsMessage(), message, "seed " + seed);
            assertEquals(schema, SchemaReader.read(ByteBuffer.wrap(message)), "seed " + seed);
        }
    }
}
