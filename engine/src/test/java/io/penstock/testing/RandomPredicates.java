package io.penstock.testing;

import io.penstock.format.Predicate;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Predicates drawn from a seed that fit a schema, with values of which some are in the data and others next to them. */
public final class RandomPredicates {
    private final Random random;
    private final List<Field> columns;

    /** @param schema in message format; union columns are left alone */
    public RandomPredicates(Schema schema, long seed) {
        this.random = new Random(seed);
        this.columns = schema.getFields().stream()
                .filter(field -> !(field.getType() instanceof ArrowType.Union))
                .toList();
    }

    /** The next predicate, with values of {@code batch}. */
    public Predicate next(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
        return next(batch, dictionaries, 3);
    }

    private Predicate next(VectorSchemaRoot batch, DictionaryProvider dictionaries, int depth) {
        if (depth > 0 && random.nextInt(3) == 0) {
            List<Predicate> operands = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                operands.add(next(batch, dictionaries, depth - 1));
            }
            Predicate[] all = operands.toArray(Predicate[]::new);
            return switch (random.nextInt(5)) {
                case 0, 1 -> Predicate.and(all);
                case 2, 3 -> Predicate.or(all);
                default -> Predicate.not(all[0]);
            };
        }
        return test(columns.get(random.nextInt(columns.size())), batch, dictionaries);
    }

    /** A test of one column. */
    public Predicate test(Field column, VectorSchemaRoot batch, DictionaryProvider dictionaries) {
        if (!hasOrder(column.getType()) || random.nextInt(6) == 0) {
            return random.nextBoolean() ? Predicate.isNull(column.getName()) : Predicate.isNotNull(column.getName());
        }
        FieldVector vector = batch.getVector(column.getName());
        if (random.nextInt(4) == 0) {
            List<Object> values = new ArrayList<>();
            for (int i = random.nextInt(random.nextBoolean() ? 3 : 20); i >= 0; i--) {
                values.add(value(column.getType(), vector, dictionaries));
            }
            return Predicate.in(column.getName(), values);
        }
        Predicate.Operator[] operators = Predicate.Operator.values();
        return new Predicate.Comparison(
                column.getName(),
                operators[random.nextInt(operators.length)],
                value(column.getType(), vector, dictionaries));
    }

    private static boolean hasOrder(ArrowType type) {
        return switch (type.getTypeID()) {
            case Null,
                    Interval,
                    List,
                    LargeList,
                    FixedSizeList,
                    ListView,
                    LargeListView,
                    Struct,
                    Map,
                    Union,
                    RunEndEncoded -> false;
            default -> true;
        };
    }

    private Object value(ArrowType type, FieldVector vector, DictionaryProvider dictionaries) {
        int rows = vector.getValueCount();
        Object drawn = rows == 0 ? null : NaiveFilter.value(vector, dictionaries, random.nextInt(rows));
        return switch (type.getTypeID()) {
            case Bool -> random.nextBoolean();
            case Int -> integer(drawn == null ? BigInteger.TEN : ((BigDecimal) drawn).toBigIntegerExact());
            case Decimal -> decimal(drawn == null ? BigDecimal.TEN : (BigDecimal) drawn);
            case FloatingPoint -> floating(drawn == null ? 1.0 : (Double) drawn);
            case Utf8, LargeUtf8, Utf8View ->
                text(drawn == null ? "x" : new String((byte[]) drawn, StandardCharsets.UTF_8));
            case Binary, LargeBinary, BinaryView -> bytes(drawn == null ? new byte[] {1} : (byte[]) drawn);
            case FixedSizeBinary -> drawn == null ? new byte[((ArrowType.FixedSizeBinary) type).getByteWidth()] : drawn;
            default -> time(type, drawn == null ? BigDecimal.ONE : (BigDecimal) drawn);
        };
    }

    private Object integer(BigInteger drawn) {
        BigInteger near = drawn.add(BigInteger.valueOf(random.nextInt(3) - 1));
        if (near.bitLength() < Long.SIZE && random.nextBoolean()) {
            return near.longValueExact();
        }
        return random.nextInt(4) == 0 ? new BigDecimal(near).add(new BigDecimal("0.5")) : near;
    }

    private Object decimal(BigDecimal drawn) {
        return switch (random.nextInt(4)) {
            case 0 -> drawn.add(new BigDecimal("0.0000000000000001"));
            case 1 -> drawn.setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
            default -> drawn;
        };
    }

    private Object floating(double drawn) {
        return switch (random.nextInt(6)) {
            case 0 -> Math.nextUp(drawn);
            case 1 -> (float) drawn;
            case 2 -> Double.isFinite(drawn) ? new BigDecimal(drawn).add(new BigDecimal("1e-400")) : Double.NaN;
            case 3 -> random.nextInt(100);
            default -> drawn;
        };
    }

    private Object text(String drawn) {
        return switch (random.nextInt(4)) {
            case 0 -> drawn + "\0";
            case 1 -> drawn.isEmpty() ? "m" : drawn.substring(0, drawn.offsetByCodePoints(0, 1));
            default -> drawn;
        };
    }

    private Object bytes(byte[] drawn) {
        return random.nextInt(3) == 0 ? Arrays.copyOf(drawn, drawn.length / 2) : drawn;
    }

    private Object time(ArrowType type, BigDecimal drawnNanos) {
        BigDecimal near = drawnNanos.add(BigDecimal.valueOf(random.nextInt(3) - 1));
        BigInteger[] parts = near.toBigIntegerExact().divideAndRemainder(BigInteger.valueOf(1_000_000_000));
        // Beyond what Java's calendar has.
        boolean fits = parts[0].bitLength() < 54;
        long seconds = fits ? parts[0].longValueExact() : random.nextInt();
        long nanos = fits ? parts[1].longValueExact() : 0;
        return switch (type.getTypeID()) {
            case Date -> LocalDate.ofEpochDay(Math.floorDiv(seconds, 86_400L));
            case Time -> LocalTime.ofNanoOfDay(Math.floorMod(seconds * 1_000_000_000 + nanos, 86_400_000_000_000L));
            case Timestamp -> {
                Instant instant = Instant.ofEpochSecond(seconds, nanos);
                yield ((ArrowType.Timestamp) type).getTimezone() == null
                        ? LocalDateTime.ofInstant(instant, ZoneOffset.UTC)
                        : instant;
            }
            default -> Duration.ofSeconds(seconds, nanos);
        };
    }
}
