package io.penstock.format.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.BufferPool;
import io.penstock.format.BatchDecoder;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strings and bytes of any content and length, through buffers of any size. */
class JsonTextTest {
    private static final Schema TEXT = new Schema(List.of(RandomSchemas.required("t", ArrowType.Utf8.INSTANCE)));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    /** Every character that needs care, at every place of a word, in strings of every short length. */
    private static List<String> awkwardStrings() {
        String[] pieces = {
            "\"",
            "\\",
            "\u0000",
            "\n",
            "\u001f",
            "\u007f",
            " ",
            "\u0080",
            "\u07ff",
            "\u0800",
            "\uffff",
            "\ud83d\ude00",
            "\\u0041",
            "\u2028",
            "/"
        };
        List<String> strings = new ArrayList<>();
        strings.add("");
        for (String piece : pieces) {
            for (int before = 0; before <= 17; before++) {
                for (int after : new int[] {0, 1, 7, 8, 9}) {
                    strings.add("x".repeat(before) + piece + "y".repeat(after));
                }
                strings.add("x".repeat(before) + piece + piece);
            }
        }
        return strings;
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 65, 100, 777, 4096, 1 << 16})
    void awkwardStringsComeBack(int bufferBytes) throws IOException {
        roundTrip(memory.newPool(bufferBytes), awkwardStrings());
    }

    @Test
    void onlyWhatMustBeEscapedIs() {
        try (VectorSchemaRoot batch = batch(List.of("a\"b\\c/\b\f\n\r\t\u0000\u001f\u007f\u20ac\ud83d\ude00"))) {
            assertEquals(
                    "[[\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\u20ac\ud83d\ude00\"]]\n",
                    JsonFiles.text(memory, JsonFiles.BATCHES, batch));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 4096, 1 << 16})
    void stringsLargerThanABufferComeBack(int bufferBytes) throws IOException {
        int times = bufferBytes < 1000 ? 1000 : 1 << 16;
        String plain = "0123456789abcdef".repeat(times);
        String awkward = "\"\\\u0001\u20ac\ud83d\ude00x".repeat(times);
        roundTrip(memory.newPool(bufferBytes), List.of("a", plain, awkward, "b", plain.substring(1, 600), "", awkward));
    }

    @Test
    void randomTextComesBackWhateverItsAlignment() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> strings = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(random.nextInt(50) == 0 ? 3000 : 60);
            while (text.length() < length) {
                int c = random.nextInt(10) == 0 ? random.nextInt(0x20000) : random.nextInt(128);
                if (c < 0xd800 || c > 0xdfff) {
                    text.appendCodePoint(c);
                }
            }
            strings.add(text.toString());
        }
        try {
            roundTrip(memory.newPool(64 + random.nextInt(5000)), strings);
        } catch (AssertionError | RuntimeException | IOException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    @Test
    void bytesOfEveryLengthComeBackFromBase64() throws IOException {
        Random random = new Random(4);
        Schema schema = new Schema(List.of(RandomSchemas.nullable("b", ArrowType.Binary.INSTANCE)));
        List<byte[]> values = new ArrayList<>();
        for (int length = 0; length < 200; length++) {
            byte[] value = new byte[length == 199 ? 1_000_001 : length];
            random.nextBytes(value);
            values.add(value);
        }
        try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator())) {
            VarBinaryVector vector = (VarBinaryVector) batch.getVector(0);
            for (int i = 0; i < values.size(); i++) {
                vector.setSafe(i, values.get(i));
            }
            batch.setRowCount(values.size());
            String text = JsonFiles.text(memory, JsonFiles.RECORDS, batch);
            assertTrue(
                    text.contains("{\"b\":\"" + java.util.Base64.getEncoder().encodeToString(values.get(77)) + "\"}"));
            byte[] file = text.getBytes(StandardCharsets.UTF_8);
            try (BatchDecoder decoder = JsonFiles.read(memory, file, schema, JsonFiles.RECORDS, 1000)) {
                assertTrue(decoder.loadNext());
                for (int i = 0; i < values.size(); i++) {
                    assertArrayEquals(
                            values.get(i), ((VarBinaryVector) decoder.batch().getVector(0)).get(i));
                }
            }
        }
    }

    @Test
    void everyEscapeThatJsonHasIsRead() throws IOException {
        String file = "[[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20AC\\ud83D\\uDE00\\u0000\"]]";
        assertEquals(List.of("\"\\/\b\f\n\r\tA\u00e9\u20ac\ud83d\ude00\u0000"), strings(file, JsonFiles.BATCHES));
    }

    @Test
    void anEscapeThatABufferCutsIsRead() throws IOException {
        for (int padding = 8100; padding < 8300; padding++) {
            String file = "[[\"" + "p".repeat(padding) + "\\ud83d\\ude00\\n\"],[\"z\"]]";
            List<String> read = strings(file, JsonFiles.BATCHES);
            assertEquals("p".repeat(padding) + "\ud83d\ude00\n", read.get(0));
            assertEquals("z", read.get(1));
        }
    }

    private List<String> strings(String text, Map<String, String> options) throws IOException {
        byte[] file = text.getBytes(StandardCharsets.UTF_8);
        List<String> strings = new ArrayList<>();
        BufferPool small = memory.newPool(8192);
        try (BatchDecoder decoder = JsonFiles.read(memory, small, file, TEXT, options, null, 1000)) {
            while (decoder.loadNext()) {
                VarCharVector vector = (VarCharVector) decoder.batch().getVector(0);
                for (int i = 0; i < vector.getValueCount(); i++) {
                    strings.add(new String(vector.get(i), StandardCharsets.UTF_8));
                }
            }
        }
        return strings;
    }

    private VectorSchemaRoot batch(List<String> strings) {
        Field field = TEXT.getFields().get(0);
        VarCharVector vector = (VarCharVector) field.createVector(memory.allocator());
        vector.allocateNew();
        for (int i = 0; i < strings.size(); i++) {
            vector.setSafe(i, strings.get(i).getBytes(StandardCharsets.UTF_8));
        }
        vector.setValueCount(strings.size());
        return new VectorSchemaRoot(List.of(field), List.<FieldVector>of(vector), strings.size());
    }

    private void roundTrip(BufferPool pool, List<String> strings) throws IOException {
        for (Map<String, String> options : List.of(JsonFiles.BATCHES, JsonFiles.RECORDS)) {
            byte[] file;
            try (VectorSchemaRoot batch = batch(strings)) {
                file = JsonFiles.write(memory, pool, TEXT, options, 1000, JsonFiles.NO_DICTIONARIES, List.of(batch));
            }
            try (BatchDecoder decoder = JsonFiles.read(memory, pool, file, TEXT, options, null, 10_000)) {
                int row = 0;
                while (decoder.loadNext()) {
                    VarCharVector vector = (VarCharVector) decoder.batch().getVector(0);
                    for (int i = 0; i < vector.getValueCount(); i++) {
                        assertEquals(strings.get(row++), new String(vector.get(i), StandardCharsets.UTF_8), "row " + i);
                    }
                }
                assertEquals(strings.size(), row);
                assertFalse(decoder.loadNext());
            }
        }
    }
}
