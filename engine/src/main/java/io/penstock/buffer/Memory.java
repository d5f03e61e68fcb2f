package io.penstock.buffer;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import org.agrona.BufferUtil;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Raw access to native memory by address. Nothing here checks a bound: the caller holds memory that it owns or borrows, and
 * has checked its extent once for a whole run of accesses.
 *
 * <p>Multi-byte values are in native order, which Penstock requires to be little-endian, as Arrow and Parquet do.
 *
 * <p>None of this needs a JVM flag on JDK 17 to 25.
 */
public final class Memory {
    private static final MethodHandle PUT_LONG;
    private static final MethodHandle PUT_INT;
    private static final long ADDRESS_OFFSET;
    private static final long CAPACITY_OFFSET;
    private static final ByteBuffer EMPTY = ByteBuffer.allocateDirect(0);

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new ExceptionInInitializerError("Penstock needs a little-endian machine");
        }
        try {
            // By reflection, because naming sun.misc.Unsafe makes javac warn in a way that cannot be silenced.
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field singleton = type.getDeclaredField("theUnsafe");
            singleton.setAccessible(true);
            Object unsafe = singleton.get(null);
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PUT_LONG = lookup.findVirtual(
                            type, "putLong", MethodType.methodType(void.class, Object.class, long.class, long.class))
                    .bindTo(unsafe);
            PUT_INT = lookup.findVirtual(
                            type, "putInt", MethodType.methodType(void.class, Object.class, long.class, int.class))
                    .bindTo(unsafe);
            MethodHandle offset = lookup.findVirtual(
                            type, "objectFieldOffset", MethodType.methodType(long.class, Field.class))
                    .bindTo(unsafe);
            ADDRESS_OFFSET = (long) offset.invoke(Buffer.class.getDeclaredField("address"));
            CAPACITY_OFFSET = (long) offset.invoke(Buffer.class.getDeclaredField("capacity"));
        } catch (Throwable e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Memory() {}

    public static byte getByte(long address) {
        return MemoryUtil.getByte(address);
    }

    public static short getShort(long address) {
        return MemoryUtil.getShort(address);
    }

    public static int getInt(long address) {
        return MemoryUtil.getInt(address);
    }

    public static long getLong(long address) {
        return MemoryUtil.getLong(address);
    }

    public static float getFloat(long address) {
        return Float.intBitsToFloat(MemoryUtil.getInt(address));
    }

    public static double getDouble(long address) {
        return Double.longBitsToDouble(MemoryUtil.getLong(address));
    }

    public static void putByte(long address, byte value) {
        MemoryUtil.putByte(address, value);
    }

    public static void putShort(long address, short value) {
        MemoryUtil.putShort(address, value);
    }

    public static void putInt(long address, int value) {
        MemoryUtil.putInt(address, value);
    }

    public static void putLong(long address, long value) {
        MemoryUtil.putLong(address, value);
    }

    /** Copies {@code length} bytes; the ranges may overlap only if they are the same. */
    public static void copy(long source, long target, long length) {
        MemoryUtil.copyMemory(source, target, length);
    }

    public static void copy(byte[] source, int offset, long target, int length) {
        MemoryUtil.copyToMemory(source, offset, target, length);
    }

    public static void copy(long source, byte[] target, int offset, int length) {
        MemoryUtil.copyFromMemory(source, target, offset, length);
    }

    public static void fill(long address, long length, byte value) {
        MemoryUtil.setMemory(address, length, value);
    }

    /** The validity, or any other, bit at {@code index} of the least-significant-bit-first bitmap at {@code address}. */
    public static boolean getBit(long address, long index) {
        return (MemoryUtil.getByte(address + (index >>> 3)) >>> (index & 7) & 1) != 0;
    }

    /** The address of the first byte (index 0, not the position) of a direct buffer. */
    public static long address(ByteBuffer direct) {
        return BufferUtil.address(direct);
    }

    /**
     * A direct buffer over memory that somebody else owns: the view keeps nothing alive, and must not be used after the owner
     * has freed the memory. Position 0, limit and capacity {@code length}, little-endian.
     *
     * <p>The JDK offers this only to JNI before version 22. Setting the two fields of an empty direct buffer does the same
     * without a flag ({@code ArrowBuf.nioBuffer} needs {@code --add-opens} for it).
     */
    public static ByteBuffer view(long address, int length) {
        ByteBuffer view = EMPTY.duplicate();
        aim(view, address, length);
        return view.order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Makes a view show other memory, as {@link #view} would: for who needs many, one after the other.
     *
     * @param view that {@code view} returned, and that nobody else uses
     */
    public static void aim(ByteBuffer view, long address, int length) {
        if (length < 0 || address == 0 && length != 0) {
            throw new IllegalArgumentException("no memory view of " + length + " bytes at address " + address);
        }
        try {
            PUT_LONG.invokeExact((Object) view, ADDRESS_OFFSET, address);
            PUT_INT.invokeExact((Object) view, CAPACITY_OFFSET, length);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        view.clear();
    }

    /**
     * Ends a mapping now instead of at some collection. Nobody may touch the memory afterwards, through whatever view.
     *
     * @param mapped as {@code FileChannel.map} returned it, not a slice
     */
    public static void unmap(MappedByteBuffer mapped) {
        BufferUtil.free(mapped);
    }

    /** Frees the memory of a buffer that {@link ByteBuffer#allocateDirect} made, now instead of at some collection. */
    static void free(ByteBuffer direct) {
        BufferUtil.free(direct);
    }

    /** The direct memory that the JVM gives at most: {@code -XX:MaxDirectMemorySize}, which the JVM takes from the maximum heap size when it is not given. */
    public static long maxDirectBytes() {
        HotSpotDiagnosticMXBean hotspot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long limit = hotspot == null
                ? 0
                : Long.parseLong(hotspot.getVMOption("MaxDirectMemorySize").getValue());
        return limit > 0 ? limit : Runtime.getRuntime().maxMemory();
    }
}
