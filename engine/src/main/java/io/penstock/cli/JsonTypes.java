package io.penstock.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Finds the columns of JSON records and their types from a sample: bool, int64, float64, utf8, lists and structs of these, in the order
 * in which they first appear. Strings stay strings, whatever they say: JSON has told them apart already.
 */
final class JsonTypes {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Node record = new Node("the record");

    private enum Kind {
        UNKNOWN("null"),
        BOOL("true or false"),
        INT64("a whole number"),
        FLOAT64("a number"),
        UTF8("a string"),
        LIST("a list"),
        STRUCT("an object");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    private static final class Node {
        private final String path;
        private final Map<String, Node> children = new LinkedHashMap<>();
        private Kind kind = Kind.UNKNOWN;

        Node(String path) {
            this.path = path;
        }

        Node child(String name, String childPath) {
            return children.computeIfAbsent(name, key -> new Node(childPath));
        }

        void be(Kind next) {
            if (kind == Kind.UNKNOWN || kind == Kind.INT64 && next == Kind.FLOAT64) {
                kind = next;
            } else if (kind != next && !(kind == Kind.FLOAT64 && next == Kind.INT64)) {
                throw new IllegalArgumentException(
                        path + " is " + next.words + " here and " + kind.words + " before; say the type with --schema");
            }
        }
    }

    /**
     * Takes a line of the sample into account.
     *
     * @throws IllegalArgumentException if it is no object, or contradicts those before
     */
    void sample(byte[] bytes, int from, int to) {
        try (JsonParser json = JSON.createParser(bytes, from, to - from)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("expected an object in braces");
            }
            value(json, record);
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("expected one object on the line and got more");
            }
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(
                    "malformed JSON: " + message.lines().findFirst().orElse(message), e);
        }
    }

    private void value(JsonParser json, Node node) throws IOException {
        switch (json.currentToken()) {
            case VALUE_NULL -> {
                return;
            }
            case VALUE_TRUE, VALUE_FALSE -> node.be(Kind.BOOL);
            case VALUE_STRING -> node.be(Kind.UTF8);
            case VALUE_NUMBER_FLOAT -> node.be(Kind.FLOAT64);
            case VALUE_NUMBER_INT ->
                node.be(json.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? Kind.FLOAT64 : Kind.INT64);
            case START_ARRAY -> {
                node.be(Kind.LIST);
                Node element = node.child("item", "an element of " + node.path);
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    value(json, element);
                }
            }
            case START_OBJECT -> {
                node.be(Kind.STRUCT);
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    json.nextToken();
                    value(json, node.child(name, (node == record ? "" : node.path + ".") + name));
                }
            }
            default -> throw new IllegalArgumentException("unexpected " + json.currentToken());
        }
    }

    /** @throws IllegalArgumentException if the sample had no column */
    Schema schema() {
        if (record.children.isEmpty()) {
            throw new IllegalArgumentException(
                    "it has no record with a value to find the columns from; say them with --schema");
        }
        return new Schema(fields(record));
    }

    private static List<Field> fields(Node node) {
        List<Field> fields = new ArrayList<>();
        node.children.forEach((name, child) -> fields.add(field(name, child)));
        return fields;
    }

    private static Field field(String name, Node node) {
        ArrowType type = switch (node.kind) {
            case BOOL -> new ArrowType.Bool();
            case INT64 -> new ArrowType.Int(64, true);
            case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case UNKNOWN, UTF8 -> new ArrowType.Utf8();
            case LIST -> new ArrowType.List();
            case STRUCT -> new ArrowType.Struct();
        };
        return new Field(
                name,
                FieldType.nullable(type),
                node.kind == Kind.LIST || node.kind == Kind.STRUCT ? fields(node) : null);
    }
}
