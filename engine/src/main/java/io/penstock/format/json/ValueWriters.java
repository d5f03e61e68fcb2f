package io.penstock.format.json;

import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Chooses the writers of a file's fields: the one place that knows which type has which text. */
final class ValueWriters {
    private final JsonTarget target;
    private final DayTexts days = new DayTexts();

    ValueWriters(JsonTarget target) {
        this.target = target;
    }

    ValueWriter of(Field field) {
        ValueWriter values = ofType(field.getType(), field.getChildren());
        return field.getDictionary() == null
                ? values
                : new IndirectWriters.Encoded(
                        field.getDictionary().getIndexType(),
                        field.getDictionary().getId(),
                        values);
    }

    private ValueWriter ofType(ArrowType type, List<Field> children) {
        if (type instanceof ArrowType.ExtensionType extension) {
            return ofType(extension.storageType(), children);
        }
        return switch (type.getTypeID()) {
            case Null -> new IndirectWriters.Nothing();
            case Bool -> new IntegerWriters.Bool();
            case Int -> IntegerWriters.of((ArrowType.Int) type);
            case FloatingPoint -> FloatingWriters.of((ArrowType.FloatingPoint) type);
            case Decimal -> new DecimalWriter((ArrowType.Decimal) type);
            case Utf8 -> new TextWriters.Narrow(target);
            case LargeUtf8 -> new TextWriters.Large(target);
            case Utf8View -> new TextWriters.View(target);
            case Binary -> new BinaryWriters.Run(target, false);
            case LargeBinary -> new BinaryWriters.Run(target, true);
            case BinaryView -> new BinaryWriters.View(target);
            case FixedSizeBinary -> new BinaryWriters.FixedSize(target);
            case Date -> TemporalWriters.of((ArrowType.Date) type, days);
            case Time -> new TemporalWriters.Time((ArrowType.Time) type);
            case Timestamp -> new TemporalWriters.Timestamp((ArrowType.Timestamp) type, days);
            case Duration -> new TemporalWriters.Duration((ArrowType.Duration) type);
            case Interval -> TemporalWriters.of((ArrowType.Interval) type);
            case List -> new NestedWriters.Run(target, of(children.get(0)), false);
            case LargeList -> new NestedWriters.Run(target, of(children.get(0)), true);
            case FixedSizeList -> new NestedWriters.FixedSize(target, of(children.get(0)));
            case ListView -> new NestedWriters.View(target, of(children.get(0)), false);
            case LargeListView -> new NestedWriters.View(target, of(children.get(0)), true);
            case Struct -> struct(children);
            case Map -> new NestedWriters.Run(target, entry(children.get(0)), false);
            case Union -> new IndirectWriters.Union(target, (ArrowType.Union) type, all(children));
            case RunEndEncoded ->
                new IndirectWriters.RunEnd((ArrowType.Int) children.get(0).getType(), of(children.get(1)));
            case NONE -> throw new IllegalArgumentException("a field without a type");
        };
    }

    ValueWriter[] all(List<Field> fields) {
        ValueWriter[] writers = new ValueWriter[fields.size()];
        for (int i = 0; i < writers.length; i++) {
            writers[i] = of(fields.get(i));
        }
        return writers;
    }

    private ValueWriter struct(List<Field> fields) {
        return new NestedWriters.Struct(target, all(fields), memberKeys(fields), '}');
    }

    /** {@code {"first":} and {@code ,"second":} and so on. */
    static Key[] memberKeys(List<Field> fields) {
        Key[] keys = new Key[fields.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new Key((i == 0 ? "{" : ",") + Key.quote(fields.get(i).getName()) + ":");
        }
        return keys;
    }

    private ValueWriter entry(Field entries) {
        return new NestedWriters.Struct(
                target, all(entries.getChildren()), new Key[] {new Key("["), new Key(",")}, ']');
    }
}
