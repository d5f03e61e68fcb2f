package io.penstock.interop;

import io.delta.kernel.data.ArrayValue;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.ByteType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.ShortType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampNTZType;
import io.delta.kernel.types.TimestampType;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.types.TimeUnit;

/** The values that Delta Kernel read, as the plain objects that {@link ArrowValues} says. */
final class KernelValues {
    private KernelValues() {}

    static Object value(ColumnVector vector, int row) {
        if (vector.isNullAt(row)) {
            return null;
        }
        DataType type = vector.getDataType();
        if (type instanceof StructType struct) {
            List<Object> members = new ArrayList<>();
            for (int member = 0; member < struct.length(); member++) {
                members.add(value(vector.getChild(member), row));
            }
            return members;
        }
        if (type instanceof ArrayType) {
            ArrayValue array = vector.getArray(row);
            return values(array.getElements(), array.getSize());
        }
        return type instanceof MapType ? entries(vector.getMap(row)) : single(type, vector, row);
    }

    private static List<Object> values(ColumnVector elements, int count) {
        List<Object> values = new ArrayList<>();
        for (int element = 0; element < count; element++) {
            values.add(value(elements, element));
        }
        return values;
    }

    private static List<Object> entries(MapValue map) {
        List<Object> entries = new ArrayList<>();
        for (int entry = 0; entry < map.getSize(); entry++) {
            List<Object> pair = new ArrayList<>();
            pair.add(value(map.getKeys(), entry));
            pair.add(value(map.getValues(), entry));
            entries.add(pair);
        }
        return entries;
    }

    private static Object single(DataType type, ColumnVector vector, int row) {
        if (type instanceof BooleanType) {
            return vector.getBoolean(row);
        }
        if (type instanceof FloatType) {
            return (double) vector.getFloat(row);
        }
        if (type instanceof DoubleType) {
            return vector.getDouble(row);
        }
        if (type instanceof DecimalType) {
            return vector.getDecimal(row);
        }
        if (type instanceof StringType) {
            return vector.getString(row);
        }
        if (type instanceof BinaryType) {
            return HexFormat.of().formatHex(vector.getBinary(row));
        }
        if (type instanceof DateType) {
            return LocalDate.ofEpochDay(vector.getInt(row));
        }
        if (type instanceof TimestampType || type instanceof TimestampNTZType) {
            return ArrowValues.nanos(vector.getLong(row), TimeUnit.MICROSECOND);
        }
        return BigInteger.valueOf(integer(type, vector, row));
    }

    private static long integer(DataType type, ColumnVector vector, int row) {
        if (type instanceof ByteType) {
            return vector.getByte(row);
        }
        if (type instanceof ShortType) {
            return vector.getShort(row);
        }
        if (type instanceof IntegerType) {
            return vector.getInt(row);
        }
        if (type instanceof LongType) {
            return vector.getLong(row);
        }
        throw new IllegalArgumentException("no plain value of " + type);
    }
}
