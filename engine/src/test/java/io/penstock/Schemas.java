package io.penstock;

import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Schemas that several tests use. */
final class Schemas {
    /** {@code id: int64 not null, item: utf8, price: float64}. */
    static final Schema ORDERS = new Schema(List.of(
            required("id", new ArrowType.Int(64, true)),
            Field.nullable("item", ArrowType.Utf8.INSTANCE),
            Field.nullable("price", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE))));

    private Schemas() {}

    static Field required(String name, ArrowType type) {
        return new Field(name, FieldType.notNullable(type), null);
    }
}
