package io.penstock.format;

import java.math.BigInteger;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * The loops over the values of one column that find out which lie in {@link Ranges}. Nulls are taken for values.
 *
 * <p>A value is in a range if an odd number of edges is not above it: that is all there is to compare, for one range or a thousand.
 */
abstract class ValueTests {
    /** Sets the bit of each row. */
    abstract void run(FieldVector vector, int rows, Bitmap passed);

    @SuppressWarnings("unchecked")
    static ValueTests of(ColumnTest test) {
        ArrowType type = Layout.storage(test.field().getType());
        return switch (Layout.of(type)) {
            case BITS -> new BoolTests((Ranges<BigInteger>) test.ranges());
            case BYTES, LARGE_BYTES, VIEWS -> new BytesTests((Ranges<byte[]>) test.ranges(), Layout.of(type), 0);
            case FIXED_WIDTH -> fixedWidth(test, type);
            case NULL,
                    LIST,
                    LARGE_LIST,
                    LIST_VIEW,
                    LARGE_LIST_VIEW,
                    FIXED_SIZE_LIST,
                    STRUCT,
                    SPARSE_UNION,
                    DENSE_UNION,
                    RUN_END_ENCODED -> throw new IllegalStateException("no order of " + type);
        };
    }

    @SuppressWarnings("unchecked")
    private static ValueTests fixedWidth(ColumnTest test, ArrowType type) {
        int width = Layout.width(type);
        if (type instanceof ArrowType.FixedSizeBinary) {
            return new BytesTests((Ranges<byte[]>) test.ranges(), Layout.FIXED_WIDTH, width);
        }
        Ranges<BigInteger> ranges = (Ranges<BigInteger>) test.ranges();
        if (type instanceof ArrowType.Decimal) {
            return new DecimalTests(ranges, width);
        }
        if (type instanceof ArrowType.FloatingPoint floating) {
            return new FloatingPointTests(ranges, floating.getPrecision(), test.acceptsOthers());
        }
        boolean signed = !(type instanceof ArrowType.Int integer) || integer.getIsSigned();
        return new IntegerTests(ranges, width, signed);
    }

    /** Bits as they lie: each word is taken as it is, inverted, all or nothing. */
    private static final class BoolTests extends ValueTests {
        private final long ofTrue;
        private final long ofFalse;

        BoolTests(Ranges<BigInteger> ranges) {
            ofTrue = ranges.contains(BigInteger.ONE) ? -1 : 0;
            ofFalse = ranges.contains(BigInteger.ZERO) ? -1 : 0;
        }

        @Override
        void run(FieldVector vector, int rows, Bitmap passed) {
            long data = vector.getDataBufferAddress();
            for (int i = 0; i < passed.wordCount(); i++) {
                long word = Bitmap.bits(data, i * Long.SIZE, rows);
                passed.setWord(i, word & ofTrue | ~word & ofFalse);
            }
        }
    }

    /** Integers of up to 64 bits, and what is counted in such. */
    private static final class IntegerTests extends ValueTests {
        private final LongEdges edges;
        private final int width;
        private final boolean signed;
        private final long[] block = new long[Long.SIZE];

        IntegerTests(Ranges<BigInteger> ranges, int width, boolean signed) {
            this.width = width;
            this.signed = signed;
            this.edges = LongEdges.of(ranges, !signed && width == Long.BYTES);
        }

        @Override
        void run(FieldVector vector, int rows, Bitmap passed) {
            long data = vector.getDataBufferAddress();
            for (int from = 0; from < rows; from += Long.SIZE) {
                int count = Math.min(Long.SIZE, rows - from);
                LongBlock.load(data + (long) from * width, width, signed, count, block);
                passed.setWord(from >>> 6, edges.inside(block, count));
            }
        }
    }

    /** Floating-point numbers as the integers that {@link ColumnOrder#key} numbers them with: a NaN is below or above all edges. */
    private static final class FloatingPointTests extends ValueTests {
        private static final LongEdges NUMBERS = new LongEdges(
                new long[] {ColumnOrder.key(Double.NEGATIVE_INFINITY), ColumnOrder.key(Double.POSITIVE_INFINITY) + 1},
                0);

        private final LongEdges edges;
        private final FloatingPointPrecision precision;
        private final boolean acceptsNaN;
        private final long[] block = new long[Long.SIZE];

        FloatingPointTests(Ranges<BigInteger> ranges, FloatingPointPrecision precision, boolean acceptsNaN) {
            this.edges = LongEdges.of(ranges, false);
            this.precision = precision;
            this.acceptsNaN = acceptsNaN;
        }

        @Override
        void run(FieldVector vector, int rows, Bitmap passed) {
            long data = vector.getDataBufferAddress();
            for (int from = 0; from < rows; from += Long.SIZE) {
                int count = Math.min(Long.SIZE, rows - from);
                switch (precision) {
                    case HALF -> LongBlock.loadHalves(data + from * 2L, count, block);
                    case SINGLE -> LongBlock.loadFloats(data + from * 4L, count, block);
                    case DOUBLE -> LongBlock.loadDoubles(data + from * 8L, count, block);
                }
                long word = edges.inside(block, count);
                passed.setWord(from >>> 6, acceptsNaN ? word | ~NUMBERS.inside(block, count) : word);
            }
        }
    }

    /** Decimals of 128 and 256 bits; where 64 bits hold every edge, a value that they do not hold is as good as the nearest they do. */
    private static final class DecimalTests extends ValueTests {
        private final WideEdges wide;
        private final LongEdges edges;
        private final int width;
        private final long[] block = new long[Long.SIZE];

        DecimalTests(Ranges<BigInteger> ranges, int width) {
            this.width = width;
            this.wide = new WideEdges(ranges, width);
            this.edges = wide.narrowed();
        }

        @Override
        void run(FieldVector vector, int rows, Bitmap passed) {
            long data = vector.getDataBufferAddress();
            for (int from = 0; from < rows; from += Long.SIZE) {
                int count = Math.min(Long.SIZE, rows - from);
                long source = data + (long) from * width;
                if (edges == null) {
                    passed.setWord(from >>> 6, wide.inside(source, count));
                } else {
                    LongBlock.loadNearest(source, width, count, block);
                    passed.setWord(from >>> 6, edges.inside(block, count));
                }
            }
        }
    }
}
