package io.penstock;

import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Where a value belongs, and so who is to blame in a refusal: a column, or a field nested in one.
 *
 * @param path the column's name; a nested field's after its parent's: {@code address.city}, {@code tags[]}, {@code scores.value}
 * @param type as messages show it
 * @param required whether a null is refused
 * @param batch knows the row, and that it is lost
 */
record Place(String path, String type, boolean required, RowBatch batch) {
    private static final int MAX_SHOWN = 100;

    static Place of(String path, Field field, RowBatch batch) {
        return new Place(path, shown(field.getType()), !field.isNullable(), batch);
    }

    /** The number of the row that is being put together, from 0 over all batches. */
    long row() {
        return batch.rowNumber();
    }

    IllegalArgumentException wrongType(String given) {
        return refused("is " + type + " and row " + row() + " gives it " + given);
    }

    IllegalArgumentException wrongType(Object given) {
        String name = given.getClass().getSimpleName();
        return wrongType(("AEIOU".indexOf(name.charAt(0)) < 0 ? "a " : "an ") + name);
    }

    /** A value of a fitting Java type that the column cannot hold. */
    IllegalArgumentException unfit(Object value) {
        return refused("is " + type + " and row " + row() + " gives it " + shown(value));
    }

    IllegalArgumentException unfit(Object value, String why) {
        return refused("is " + type + " and row " + row() + " gives it " + shown(value) + ": " + why);
    }

    IllegalArgumentException refusedNull() {
        return refused("is required but row " + row() + " gives it null");
    }

    IllegalArgumentException missing() {
        return refused("is required but row " + row() + " does not set it");
    }

    IllegalArgumentException refused(String problem) {
        return failed(new IllegalArgumentException(this + " " + problem));
    }

    <E extends RuntimeException> E failed(E failure) {
        batch.spoilRow();
        return failure;
    }

    /** A value as a message shows it: short, and on one line. */
    static String shown(Object value) {
        String text = String.valueOf(value);
        return (text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...").replaceAll("\\p{Cntrl}", "?");
    }

    private static String shown(ArrowType type) {
        return type instanceof ArrowType.Decimal decimal && decimal.getBitWidth() == 128
                ? "Decimal(" + decimal.getPrecision() + ", " + decimal.getScale() + ")"
                : type.toString();
    }

    @Override
    public String toString() {
        return "Column '" + path + "'";
    }
}
