package io.penstock.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Schemas over every Arrow type that arrow-java can hold, in message format: a dictionary-encoded field has the type of its values. */
public final class RandomSchemas {
    private RandomSchemas() {}

    /** One nullable column of every type without children, named after it. */
    public static List<Field> flat() {
        List<Field> fields = new ArrayList<>();
        for (ArrowType type : leafTypes()) {
            fields.add(nullable(name(type), type));
        }
        return fields;
    }

    /** A column of every nested type, the deeper ones too; without unions and run-end encoding. */
    public static List<Field> nested() {
        Field text = nullable("item", ArrowType.Utf8.INSTANCE);
        Field number = nullable("item", new ArrowType.Int(32, true));
        Field struct = nullable(
                "struct",
                ArrowType.Struct.INSTANCE,
                nullable("a", new ArrowType.Int(64, true)),
                nullable("b", ArrowType.Utf8.INSTANCE),
                nullable("c", ArrowType.Bool.INSTANCE));
        return List.of(
                nullable("list", ArrowType.List.INSTANCE, text),
                nullable("large_list", ArrowType.LargeList.INSTANCE, number),
                nullable("fixed_list", new ArrowType.FixedSizeList(3), number),
                nullable("empty_fixed_list", new ArrowType.FixedSizeList(0), number),
                nullable("list_of_bools", ArrowType.List.INSTANCE, nullable("item", ArrowType.Bool.INSTANCE)),
                struct,
                map("map", nullable("value", new ArrowType.Int(64, true))),
                nullable("list_of_structs", ArrowType.List.INSTANCE, struct),
                nullable("list_of_lists", ArrowType.List.INSTANCE, nullable("item", ArrowType.List.INSTANCE, text)),
                nullable(
                        "struct_of_lists",
                        ArrowType.Struct.INSTANCE,
                        nullable("l", ArrowType.List.INSTANCE, number),
                        struct),
                map("map_of_lists", nullable("value", ArrowType.List.INSTANCE, text)),
                nullable("fixed_list_of_structs", new ArrowType.FixedSizeList(2), struct),
                nullable("list_of_views", ArrowType.List.INSTANCE, nullable("item", ArrowType.Utf8View.INSTANCE)),
                nullable("list_of_nulls", ArrowType.List.INSTANCE, nullable("item", ArrowType.Null.INSTANCE)),
                nullable("empty_struct", ArrowType.Struct.INSTANCE));
    }

    /** List views, unions and run-end encoding. */
    public static List<Field> exotic() {
        Field text = nullable("item", ArrowType.Utf8.INSTANCE);
        return List.of(
                nullable("list_view", ArrowType.ListView.INSTANCE, text),
                nullable("large_list_view", ArrowType.LargeListView.INSTANCE, text),
                nullable(
                        "sparse_union",
                        new ArrowType.Union(UnionMode.Sparse, new int[] {5, 7}),
                        nullable("i", new ArrowType.Int(32, true)),
                        nullable("s", ArrowType.Utf8.INSTANCE)),
                nullable(
                        "dense_union",
                        new ArrowType.Union(UnionMode.Dense, new int[] {0, 3}),
                        nullable("i", new ArrowType.Int(64, true)),
                        nullable("s", ArrowType.Utf8.INSTANCE)),
                nullable(
                        "run_end_encoded",
                        ArrowType.RunEndEncoded.INSTANCE,
                        required("run_ends", new ArrowType.Int(32, true)),
                        nullable("values", ArrowType.Utf8.INSTANCE)));
    }

    /** Dictionary-encoded columns with indices of every type, of values of several types, nested ones too. */
    public static List<Field> dictionaries() {
        List<Field> fields = new ArrayList<>();
        long id = 0;
        for (int bits : new int[] {8, 16, 32, 64}) {
            for (boolean signed : new boolean[] {true, false}) {
                fields.add(encoded(
                        "dict_" + (signed ? "i" : "u") + bits,
                        ArrowType.Utf8.INSTANCE,
                        id++,
                        new ArrowType.Int(bits, signed)));
            }
        }
        fields.add(encoded("dict_of_int", new ArrowType.Int(64, true), id++, new ArrowType.Int(32, true)));
        fields.add(encoded("dict_of_decimal", new ArrowType.Decimal(20, 3, 128), id++, new ArrowType.Int(16, true)));
        fields.add(encoded("dict_of_view", ArrowType.Utf8View.INSTANCE, id++, new ArrowType.Int(32, true)));
        Field inner = encoded("item", ArrowType.Utf8.INSTANCE, id++, new ArrowType.Int(8, true));
        fields.add(nullable("list_of_dict", ArrowType.List.INSTANCE, inner));
        fields.add(nullable(
                "struct_of_dict",
                ArrowType.Struct.INSTANCE,
                encoded("d", ArrowType.Binary.INSTANCE, id++, new ArrowType.Int(32, true)),
                nullable("i", new ArrowType.Int(32, true))));
        DictionaryEncoding outer = new DictionaryEncoding(id++, false, new ArrowType.Int(16, true));
        Field leaf = encoded("item", ArrowType.Utf8.INSTANCE, id, new ArrowType.Int(8, true));
        fields.add(
                new Field("dict_of_list_of_dict", new FieldType(true, ArrowType.List.INSTANCE, outer), List.of(leaf)));
        return fields;
    }

    /** Every type there is: {@link #flat}, {@link #nested}, {@link #exotic} and {@link #dictionaries}. */
    public static Schema everything() {
        List<Field> fields = new ArrayList<>(flat());
        fields.addAll(nested());
        fields.addAll(exotic());
        fields.addAll(dictionaries());
        return new Schema(fields);
    }

    /**
     * A random schema of nullable and required columns, without the {@link #exotic} types.
     *
     * @param depth how deep children may nest; 0 for none
     */
    public static Schema random(long seed, int columns, int depth) {
        Random random = new Random(seed);
        List<Field> fields = new ArrayList<>();
        for (int column = 0; column < columns; column++) {
            fields.add(randomField(random, "c" + column, depth));
        }
        return new Schema(fields);
    }

    private static Field randomField(Random random, String name, int depth) {
        boolean nullable = random.nextInt(5) != 0;
        if (depth > 0 && random.nextInt(3) == 0) {
            Field item = randomField(random, "item", depth - 1);
            return switch (random.nextInt(5)) {
                case 0 -> field(name, nullable, ArrowType.List.INSTANCE, List.of(item));
                case 1 -> field(name, nullable, ArrowType.LargeList.INSTANCE, List.of(item));
                case 2 -> field(name, nullable, new ArrowType.FixedSizeList(random.nextInt(4)), List.of(item));
                case 3 -> {
                    List<Field> children = new ArrayList<>();
                    for (int child = random.nextInt(4); child >= 0; child--) {
                        children.add(randomField(random, "f" + child, depth - 1));
                    }
                    yield field(name, nullable, ArrowType.Struct.INSTANCE, children);
                }
                default -> map(name, item);
            };
        }
        List<ArrowType> leaves = leafTypes();
        ArrowType type = leaves.get(random.nextInt(leaves.size()));
        return field(name, nullable || type instanceof ArrowType.Null, type, List.of());
    }

    public static Field nullable(String name, ArrowType type, Field... children) {
        return field(name, true, type, List.of(children));
    }

    public static Field required(String name, ArrowType type, Field... children) {
        return field(name, false, type, List.of(children));
    }

    public static Field encoded(String name, ArrowType valueType, long id, ArrowType.Int indexType) {
        return new Field(name, new FieldType(true, valueType, new DictionaryEncoding(id, false, indexType)), null);
    }

    /** A map from required utf8 keys. */
    public static Field map(String name, Field value) {
        Field entries = required("entries", ArrowType.Struct.INSTANCE, required("key", ArrowType.Utf8.INSTANCE), value);
        return nullable(name, new ArrowType.Map(false), entries);
    }

    private static Field field(String name, boolean nullable, ArrowType type, List<Field> children) {
        return new Field(name, new FieldType(nullable, type, null), children);
    }

    private static List<ArrowType> leafTypes() {
        List<ArrowType> types = new ArrayList<>();
        for (int bits : new int[] {8, 16, 32, 64}) {
            types.add(new ArrowType.Int(bits, true));
            types.add(new ArrowType.Int(bits, false));
        }
        for (FloatingPointPrecision precision : FloatingPointPrecision.values()) {
            types.add(new ArrowType.FloatingPoint(precision));
        }
        types.add(ArrowType.Bool.INSTANCE);
        for (int[] decimal : new int[][] {
            {1, 0, 128}, {12, 2, 128}, {38, 10, 128}, {10, -2, 128}, {5, 8, 128}, {50, 5, 256}, {76, 0, 256}
        }) {
            types.add(new ArrowType.Decimal(decimal[0], decimal[1], decimal[2]));
        }
        types.add(ArrowType.Utf8.INSTANCE);
        types.add(ArrowType.LargeUtf8.INSTANCE);
        types.add(ArrowType.Utf8View.INSTANCE);
        types.add(ArrowType.Binary.INSTANCE);
        types.add(ArrowType.LargeBinary.INSTANCE);
        types.add(ArrowType.BinaryView.INSTANCE);
        types.add(new ArrowType.FixedSizeBinary(1));
        types.add(new ArrowType.FixedSizeBinary(7));
        types.add(new ArrowType.Date(DateUnit.DAY));
        types.add(new ArrowType.Date(DateUnit.MILLISECOND));
        types.add(new ArrowType.Time(TimeUnit.SECOND, 32));
        types.add(new ArrowType.Time(TimeUnit.MILLISECOND, 32));
        types.add(new ArrowType.Time(TimeUnit.MICROSECOND, 64));
        types.add(new ArrowType.Time(TimeUnit.NANOSECOND, 64));
        for (TimeUnit unit : TimeUnit.values()) {
            types.add(new ArrowType.Timestamp(unit, null));
            types.add(new ArrowType.Timestamp(unit, "UTC"));
            types.add(new ArrowType.Timestamp(unit, "America/New_York"));
            types.add(new ArrowType.Duration(unit));
        }
        for (IntervalUnit unit : IntervalUnit.values()) {
            types.add(new ArrowType.Interval(unit));
        }
        types.add(ArrowType.Null.INSTANCE);
        return types;
    }

    private static String name(ArrowType type) {
        return type.toString()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "_")
                .replaceAll("_$", "");
    }
}
