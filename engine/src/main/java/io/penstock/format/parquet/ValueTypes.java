package io.penstock.format.parquet;

import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The types of values behind what a field says of how they are kept. */
final class ValueTypes {
    private ValueTypes() {}

    /** The type of the values of a field in message format: of a run-end-encoded one's runs, an extension's storage. */
    static ArrowType of(Field field) {
        ArrowType type = field.getType();
        if (type instanceof ArrowType.RunEndEncoded) {
            return of(field.getChildren().get(1));
        }
        return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
    }

    /** Whether the vectors of a field have a slot for each value, and not indices or runs. */
    static boolean direct(Field field) {
        return field.getDictionary() == null
                && !(field.getType() instanceof ArrowType.RunEndEncoded)
                && !(field.getType() instanceof ArrowType.Null);
    }
}
