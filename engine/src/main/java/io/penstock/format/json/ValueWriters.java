package io.penstock.format.json;

import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Chooses the writer of a field: the one place that knows which type has which text. */
final class ValueWriters {
    private ValueWriters() {}

    static ValueWriter of(Field field, JsonTarget target) {
        ValueWriter values = ofType(field.getType(), field.getChildren(), target);
        return field.getDictionary() == null
                ? values
                : new IndirectWriters.Encoded(
                        field.getDictionary().getIndexType(),
                        field.getDictionary().getId(),
                        values);
    }

    private static ValueWriter ofType(ArrowType type, List<Field> children, JsonTarget target) {
        if (type instanceof ArrowType.ExtensionType extension) {
            return ofType(extension.storageType(), children, target);
        }
        return switch (type.getTypeID()) {
            case Null -> new IndirectWriters.Nothing();
            case Bool -> new IntegerWriters.Bool();
            case Int -> IntegerWriters.of((ArrowType.Int) type);
            case FloatingPoint -> FloatingWriters.of((ArrowType.FloatingPoint) type);
            case Decimal -> new DecimalWriter((ArrowType.Decimal) type);
            case Utf8 -> new TextWriters.Run(target, false);
            case LargeUtf8 -> new TextWriters.Run(target, true);
            case Utf8View -> new TextWriters.View(target);
            case Binary -> new BinaryWriters.Run(target, false);
            case LargeBinary -> new BinaryWriters.Run(target, true);
            case BinaryView -> new BinaryWriters.View(target);
            case FixedSizeBinary -> new BinaryWriters.FixedSize(target);
            case Date -> TemporalWriters.of((ArrowType.Date) type);
            case Time -> new TemporalWriters.Time((ArrowType.Time) type);
            case Timestamp -> new TemporalWriters.Timestamp((ArrowType.Timestamp) type);
            case Duration -> new TemporalWriters.Duration((ArrowType.Duration) type);
            case Interval -> TemporalWriters.of((ArrowType.Interval) type);
            case List -> new NestedWriters.Run(target, of(children.get(0), target), false);
            case LargeList -> new NestedWriters.Run(target, of(children.get(0), target), true);
            case FixedSizeList -> new NestedWriters.FixedSize(target, of(children.get(0), target));
            case ListView -> new NestedWriters.View(target, of(children.get(0), target), false);
            case LargeListView -> new NestedWriters.View(target, of(children.get(0), target), true);
            case Struct -> struct(children, target);
            case Map -> new NestedWriters.Run(target, entry(children.get(0), target), false);
            case Union -> new IndirectWriters.Union(target, (ArrowType.Union) type, all(children, target));
            case RunEndEncoded ->
                new IndirectWriters.RunEnd((ArrowType.Int) children.get(0).getType(), of(children.get(1), target));
            case NONE -> throw new IllegalArgumentException("a field without a type");
        };
    }

    static ValueWriter[] all(List<Field> fields, JsonTarget target) {
        ValueWriter[] writers = new ValueWriter[fields.size()];
        for (int i = 0; i < writers.length; i++) {
            writers[i] = of(fields.get(i), target);
        }
        return writers;
    }

    private static ValueWriter struct(List<Field> fields, JsonTarget target) {
        return new NestedWriters.Struct(target, all(fields, target), memberKeys(fields), '}');
    }

    /** {@code {"first":} and {@code ,"second":} and so on. */
    static Key[] memberKeys(List<Field> fields) {
        Key[] keys = new Key[fields.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new Key((i == 0 ? "{" : ",") + Key.quote(fields.get(i).getName()) + ":");
        }
        return keys;
    }

    private static ValueWriter entry(Field entries, JsonTarget target) {
        return new NestedWriters.Struct(
                target, all(entries.getChildren(), target), new Key[] {new Key("["), new Key(",")}, ']');
    }
}
