package io.penstock;

import java.sql.SQLException;
import java.sql.Struct;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;

/** Appends structs, field by field. A null has something, of no meaning, in every field. */
final class StructAppender extends ColumnAppender {
    private final String[] names;
    private final ColumnAppender[] fields;

    StructAppender(FieldVector vector, Place place, String[] names, ColumnAppender[] fields) {
        super(vector, place, 1);
        this.names = names;
        this.fields = fields;
    }

    @Override
    void setObject(Object value) {
        if (value == null) {
            setNull();
            return;
        }
        if (value instanceof Map<?, ?> map) {
            appendFields(map);
        } else if (value instanceof Object[] array) {
            appendFields(array);
        } else if (value instanceof List<?> list) {
            appendFields(list.toArray());
        } else if (value instanceof Struct struct) {
            appendFields(attributes(struct));
        } else {
            throw place.wrongType(value);
        }
        count++;
    }

    /** Appends a struct of a key and a value. */
    void appendEntry(Map.Entry<?, ?> entry) {
        fields[0].setObject(entry.getKey());
        fields[1].setObject(entry.getValue());
        count++;
    }

    private void appendFields(Map<?, ?> map) {
        int found = 0;
        for (int i = 0; i < fields.length; i++) {
            Object value = map.get(names[i]);
            if (value != null || map.containsKey(names[i])) {
                found++;
                fields[i].setObject(value);
            } else {
                fields[i].setMissing();
            }
        }
        if (found != map.size()) {
            throw unknownField(map);
        }
    }

    private IllegalArgumentException unknownField(Map<?, ?> map) {
        List<String> known = List.of(names);
        for (Object name : map.keySet()) {
            if (!(name instanceof String) || !known.contains(name)) {
                return place.refused("has the fields " + known + " and row " + place.row() + " gives it a field '"
                        + Place.shown(name) + "'");
            }
        }
        return place.refused("has the fields " + known + " and row " + place.row() + " gives it the same one twice");
    }

    private void appendFields(Object[] values) {
        if (values.length != fields.length) {
            throw place.refused("has " + fields.length + " fields (" + String.join(", ", names) + ") and row "
                    + place.row() + " gives it " + values.length + " values");
        }
        for (int i = 0; i < fields.length; i++) {
            fields[i].setObject(values[i]);
        }
    }

    private Object[] attributes(Struct struct) {
        try {
            return struct.getAttributes();
        } catch (SQLException e) {
            IllegalArgumentException unreadable =
                    place.refused("cannot be read in row " + place.row() + ": " + e.getMessage());
            unreadable.initCause(e);
            throw unreadable;
        }
    }

    @Override
    void appendNull() {
        for (ColumnAppender field : fields) {
            field.appendAbsent();
        }
        appendNullBit();
    }

    @Override
    void appendZero() {
        for (ColumnAppender field : fields) {
            field.appendAbsent();
        }
        count++;
    }

    @Override
    void truncate(int newCount) {
        for (ColumnAppender field : fields) {
            field.truncate(newCount);
        }
        truncateValidity(newCount);
    }

    @Override
    void finish() {
        super.finish();
        for (ColumnAppender field : fields) {
            field.finish();
        }
    }

    @Override
    void resume() {
        super.resume();
        for (ColumnAppender field : fields) {
            field.resume();
        }
    }

    @Override
    void allocate(int newCapacity) {
        for (ColumnAppender field : fields) {
            field.resize(newCapacity);
        }
        replaceBuffers(bitBytes(newCapacity));
    }

    @Override
    long bytes() {
        long total = 0;
        for (ColumnAppender field : fields) {
            total += field.bytes();
        }
        return total;
    }
}
