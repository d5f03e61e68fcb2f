package io.penstock.bench;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.List;

/**
 * Hardwood reading lineitem with its column readers, batch by batch, which hand out arrays. It is made for Java 21 and later, and this
 * module for 17: so it is called by method handles, a few for each column and batch of many thousand rows.
 */
final class HardwoodScan {
    /** The first Java that it runs on. */
    static final int JAVA = 21;

    private static final List<String> LONGS =
            List.of("orderkey", "partkey", "suppkey", "quantity", "extendedprice", "discount", "tax");
    private static final List<String> INTS = List.of("linenumber", "shipdate", "commitdate", "receiptdate");

    private final MethodHandle open;
    private final MethodHandle columnReaders;
    private final MethodHandle nextBatch;
    private final MethodHandle rowCount;
    private final MethodHandle column;
    private final MethodHandle longs;
    private final MethodHandle ints;
    private final MethodHandle binaryValues;
    private final MethodHandle binaryOffsets;
    private final Object context;

    HardwoodScan() throws ReflectiveOperationException {
        if (Runtime.version().feature() < JAVA) {
            throw new UnsupportedOperationException(
                    "Hardwood needs Java " + JAVA + " and this is " + Runtime.version() + ": set JAVA_HOME");
        }
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        Class<?> inputFile = Class.forName("dev.hardwood.InputFile");
        Class<?> contexts = Class.forName("dev.hardwood.HardwoodContext");
        Class<?> file = Class.forName("dev.hardwood.reader.ParquetFileReader");
        Class<?> projection = Class.forName("dev.hardwood.schema.ColumnProjection");
        Class<?> readers = Class.forName("dev.hardwood.reader.ColumnReaders");
        Class<?> reader = Class.forName("dev.hardwood.reader.ColumnReader");
        context = contexts.getMethod("create", int.class).invoke(null, 1);
        MethodHandle input = lookup.findStatic(inputFile, "of", MethodType.methodType(inputFile, Path.class));
        MethodHandle opened = MethodHandles.insertArguments(
                lookup.findStatic(file, "open", MethodType.methodType(file, inputFile, contexts)), 1, context);
        open = MethodHandles.filterReturnValue(input, opened)
                .asType(MethodType.methodType(AutoCloseable.class, Path.class));
        Object all = projection.getMethod("all").invoke(null);
        columnReaders = generic(MethodHandles.insertArguments(
                lookup.findVirtual(file, "columnReaders", MethodType.methodType(readers, projection)), 1, all));
        nextBatch = generic(lookup.findVirtual(readers, "nextBatch", MethodType.methodType(boolean.class)));
        rowCount = generic(lookup.findVirtual(readers, "getRecordCount", MethodType.methodType(int.class)));
        column = generic(lookup.findVirtual(readers, "getColumnReader", MethodType.methodType(reader, String.class)));
        longs = generic(lookup.findVirtual(reader, "getLongs", MethodType.methodType(long[].class)));
        ints = generic(lookup.findVirtual(reader, "getInts", MethodType.methodType(int[].class)));
        binaryValues = generic(lookup.findVirtual(reader, "getBinaryValues", MethodType.methodType(byte[].class)));
        binaryOffsets = generic(lookup.findVirtual(reader, "getBinaryOffsets", MethodType.methodType(int[].class)));
    }

    /** The same with an Object as receiver, and as what is returned if that is a class of Hardwood's. */
    private static MethodHandle generic(MethodHandle method) {
        MethodType type = method.type().changeParameterType(0, Object.class);
        boolean own = type.returnType().getName().startsWith("dev.");
        return method.asType(own ? type.changeReturnType(AutoCloseable.class) : type);
    }

    ColumnSums columns(Path path) throws Throwable {
        String[] names = DecimalLineItems.SCHEMA.getFields().stream()
                .map(org.apache.arrow.vector.types.pojo.Field::getName)
                .toArray(String[]::new);
        ColumnSums result = new ColumnSums();
        try (AutoCloseable file = (AutoCloseable) open.invokeExact(path);
                AutoCloseable readers = (AutoCloseable) columnReaders.invokeExact((Object) file)) {
            while ((boolean) nextBatch.invokeExact((Object) readers)) {
                int rows = (int) rowCount.invokeExact((Object) readers);
                for (int i = 0; i < names.length; i++) {
                    Object reader = (AutoCloseable) column.invokeExact((Object) readers, names[i]);
                    result.sums[i] += sum(names[i], reader, rows);
                }
            }
        }
        return result;
    }

    private long sum(String name, Object reader, int rows) throws Throwable {
        long sum = 0;
        if (LONGS.contains(name)) {
            long[] values = (long[]) longs.invokeExact(reader);
            for (int row = 0; row < rows; row++) {
                sum += values[row];
            }
        } else if (INTS.contains(name)) {
            int[] values = (int[]) ints.invokeExact(reader);
            for (int row = 0; row < rows; row++) {
                sum += values[row];
            }
        } else {
            byte[] bytes = (byte[]) binaryValues.invokeExact(reader);
            int[] offsets = (int[]) binaryOffsets.invokeExact(reader);
            for (int row = 0; row < rows; row++) {
                sum += ColumnSums.text(offsets[row + 1] - offsets[row], bytes[offsets[row + 1] - 1]);
            }
        }
        return sum;
    }

    void close() throws Exception {
        ((AutoCloseable) context).close();
    }
}
