package io.penstock.format.json;

import io.penstock.format.VectorMemory;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Chooses the reader of a field, as {@link ValueWriters} chooses its writer. */
final class ValueReaders {
    private final JsonSource source;
    private final BufferAllocator allocator;
    private final BatchSize size;
    private final VectorMemory scratch;

    ValueReaders(JsonSource source, BufferAllocator allocator, BatchSize size, VectorMemory scratch) {
        this.source = source;
        this.allocator = allocator;
        this.size = size;
        this.scratch = scratch;
    }

    /** The field that a reader of {@code field} fills: the same without dictionaries. */
    static Field plain(Field field) {
        return new Field(
                field.getName(),
                new FieldType(field.isNullable(), field.getType(), null, field.getMetadata()),
                field.getChildren().stream().map(ValueReaders::plain).toList());
    }

    ValueReader of(Field field) {
        return of(field, field.getName());
    }

    private ValueReader of(Field field, String path) {
        ValueReader.Place place = new ValueReader.Place(source, allocator, path, !field.isNullable());
        return ofType(place, field.getType(), field.getChildren());
    }

    private ValueReader ofType(ValueReader.Place place, ArrowType type, List<Field> children) {
        if (type instanceof ArrowType.ExtensionType extension) {
            return ofType(place, extension.storageType(), children);
        }
        return switch (type.getTypeID()) {
            case Null -> new IndirectReaders.Nothing(optional(place));
            case Bool -> new IntegerReaders.Bool(place);
            case Int -> new IntegerReaders.Whole(place, (ArrowType.Int) type);
            case FloatingPoint -> new FloatingReader(place, ((ArrowType.FloatingPoint) type).getPrecision());
            case Decimal -> new DecimalReader(place, (ArrowType.Decimal) type, slotBytes((ArrowType.Decimal) type));
            case Utf8 -> new TextReaders.Run(place, false, false, size);
            case LargeUtf8 -> new TextReaders.Run(place, true, false, size);
            case Utf8View -> new TextReaders.View(place, false, size);
            case Binary -> new TextReaders.Run(place, false, true, size);
            case LargeBinary -> new TextReaders.Run(place, true, true, size);
            case BinaryView -> new TextReaders.View(place, true, size);
            case FixedSizeBinary ->
                new TextReaders.FixedSize(place, ((ArrowType.FixedSizeBinary) type).getByteWidth(), scratch);
            case Date -> TemporalReaders.of(place, (ArrowType.Date) type);
            case Time -> new TemporalReaders.Time(place, (ArrowType.Time) type);
            case Timestamp -> new TemporalReaders.Timestamp(place, (ArrowType.Timestamp) type);
            case Duration -> new TemporalReaders.Duration(place, (ArrowType.Duration) type);
            case Interval -> TemporalReaders.of(place, (ArrowType.Interval) type);
            case List -> sequence(place, children.get(0), false, false);
            case LargeList -> sequence(place, children.get(0), true, false);
            case ListView -> sequence(place, children.get(0), false, true);
            case LargeListView -> sequence(place, children.get(0), true, true);
            case FixedSizeList ->
                new NestedReaders.FixedSize(
                        place,
                        of(children.get(0), place.column() + "[]"),
                        ((ArrowType.FixedSizeList) type).getListSize());
            case Struct ->
                new NestedReaders.Struct(
                        place,
                        all(children, place),
                        new MemberNames(source, place.column(), names(children), "field", scratch));
            case Map -> map(place, children.get(0));
            case Union -> new IndirectReaders.Union(required(place), (ArrowType.Union) type, all(children, place));
            case RunEndEncoded ->
                new IndirectReaders.RunEnd(
                        place, (ArrowType.Int) children.get(0).getType(), of(children.get(1), place.column()));
            case NONE -> throw new IllegalArgumentException("Column '" + place.column() + "' has no type");
        };
    }

    /** Of Arrow's vectors, which have none for decimals of 32 and 64 bits. */
    private static int slotBytes(ArrowType.Decimal type) {
        return type.getBitWidth() == 256 ? 32 : 16;
    }

    private static ValueReader.Place optional(ValueReader.Place place) {
        return new ValueReader.Place(place.source(), place.allocator(), place.column(), false);
    }

    private static ValueReader.Place required(ValueReader.Place place) {
        return new ValueReader.Place(place.source(), place.allocator(), place.column(), true);
    }

    private ValueReader sequence(ValueReader.Place place, Field element, boolean large, boolean view) {
        return new NestedReaders.Sequence(
                place, of(element, place.column() + "[]"), large, view, size, smallestBytes(element));
    }

    private ValueReader map(ValueReader.Place place, Field entries) {
        ValueReader.Place entry = new ValueReader.Place(source, allocator, place.column() + "[]", true);
        ValueReader[] keyAndValue = all(entries.getChildren(), entry);
        return new NestedReaders.Sequence(
                place, new NestedReaders.Struct(entry, keyAndValue, null), false, false, size, smallestBytes(entries));
    }

    private ValueReader[] all(List<Field> fields, ValueReader.Place parent) {
        ValueReader[] readers = new ValueReader[fields.size()];
        for (int i = 0; i < readers.length; i++) {
            readers[i] = of(fields.get(i), parent.column() + "." + fields.get(i).getName());
        }
        return readers;
    }

    static List<String> names(List<Field> fields) {
        return fields.stream().map(Field::getName).toList();
    }

    /** What a value takes in its vector, whatever it is. */
    static int smallestBytes(Field field) {
        ArrowType type = field.getType();
        int children = 0;
        for (Field child : field.getChildren()) {
            children += smallestBytes(child);
        }
        int own = switch (type.getTypeID()) {
            case Null, Struct, FixedSizeList, RunEndEncoded, NONE -> 0;
            case Bool, Union -> 1;
            case Int, FloatingPoint, Date, Time, Timestamp, Duration, Utf8, Binary, List, Map, ListView -> 8;
            case LargeUtf8, LargeBinary, LargeList -> 8;
            case Interval, Utf8View, BinaryView, LargeListView -> 16;
            case Decimal -> slotBytes((ArrowType.Decimal) type);
            case FixedSizeBinary -> ((ArrowType.FixedSizeBinary) type).getByteWidth();
        };
        boolean listed = switch (type.getTypeID()) {
            case List, LargeList, ListView, LargeListView, Map -> true;
            default -> false;
        };
        int each = type instanceof ArrowType.FixedSizeList list ? list.getListSize() : 1;
        return own + (listed ? 0 : (int) Math.min(Integer.MAX_VALUE / 4, (long) children * each));
    }
}
