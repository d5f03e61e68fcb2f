package io.penstock.log;

import io.penstock.format.CorruptFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What a reader and a writer of a table have to know; the {@code protocol} action of its log. Whoever does not know all of it refuses the
 * table, as the protocol demands, instead of misreading it.
 *
 * @param features beyond the protocol's first version
 */
record DeltaProtocol(Set<String> features) {
    /** The one format of Delta Lake itself: its readers take all data files for such, without a look at the format's name. */
    private static final String PARQUET = "parquet";

    private static final int READER_VERSION = 1;
    private static final int WRITER_VERSION = 2;

    /** The versions that list their features. */
    private static final int READER_FEATURES_VERSION = 3;

    private static final int WRITER_FEATURES_VERSION = 7;

    /** Timestamps without a zone. */
    private static final String LOCAL_TIMESTAMPS = "timestampNtz";

    /** Ours: types that Delta does not have, so that only Penstock reads them. */
    private static final String OTHER_TYPES = "penstockTypes";

    /** Ours: data files that are not Parquet's. */
    private static final String OTHER_FORMATS = "penstockFormats";

    /** What the writer version 2 means. */
    private static final List<String> WRITER_BASICS = List.of("appendOnly", "invariants");

    private static final Set<String> KNOWN =
            Set.of(LOCAL_TIMESTAMPS, OTHER_TYPES, OTHER_FORMATS, WRITER_BASICS.get(0), WRITER_BASICS.get(1));

    private static final int MAX_PRECISION = 38;

    static DeltaProtocol of(TableMetadata metadata) {
        Set<String> features = new HashSet<>();
        if (metadata.provider().equals(PARQUET)) {
            add(metadata.schema().getFields(), features);
        } else {
            features.add(OTHER_FORMATS);
        }
        return new DeltaProtocol(features);
    }

    Map<String, Object> action() {
        if (features.isEmpty()) {
            return LogFormat.map("minReaderVersion", READER_VERSION, "minWriterVersion", WRITER_VERSION);
        }
        List<String> ofReader = features.stream().sorted().toList();
        List<String> ofWriter = new ArrayList<>(WRITER_BASICS);
        ofWriter.addAll(ofReader);
        return LogFormat.map(
                "minReaderVersion",
                READER_FEATURES_VERSION,
                "minWriterVersion",
                WRITER_FEATURES_VERSION,
                "readerFeatures",
                ofReader,
                "writerFeatures",
                ofWriter);
    }

    /**
     * Refuses a table that asks for more than Penstock knows.
     *
     * @param name of the log entry, for messages
     * @param action as {@link #action} makes it
     */
    static void require(String name, Map<String, Object> action) throws CorruptFileException {
        long reader = version(name, action, "minReaderVersion");
        long writer = version(name, action, "minWriterVersion");
        boolean readerKnown = reader <= READER_VERSION || reader == READER_FEATURES_VERSION;
        boolean writerKnown = writer <= WRITER_VERSION || writer == WRITER_FEATURES_VERSION;
        if (!readerKnown || !writerKnown) {
            throw new CorruptFileException(
                    name,
                    "the table needs reader version " + reader + " and writer version " + writer
                            + " of the Delta protocol; Penstock has " + READER_VERSION + " and " + WRITER_VERSION
                            + ", and some features of " + READER_FEATURES_VERSION + " and " + WRITER_FEATURES_VERSION);
        }
        if (reader == READER_FEATURES_VERSION) {
            requireKnown(name, action, "readerFeatures");
        }
        if (writer == WRITER_FEATURES_VERSION) {
            requireKnown(name, action, "writerFeatures");
        }
    }

    private static long version(String name, Map<String, Object> action, String field) throws CorruptFileException {
        if (action.get(field) instanceof Number number) {
            return number.longValue();
        }
        throw new CorruptFileException(name, "the protocol's '" + field + "' is " + action.get(field));
    }

    private static void requireKnown(String name, Map<String, Object> action, String field)
            throws CorruptFileException {
        if (!(action.get(field) instanceof List<?> features)) {
            throw new CorruptFileException(name, "the protocol's '" + field + "' is " + action.get(field));
        }
        for (Object feature : features) {
            if (!KNOWN.contains(String.valueOf(feature))) {
                throw new CorruptFileException(
                        name,
                        "the table needs the feature '" + feature
                                + "' of the Delta protocol, which Penstock does not have");
            }
        }
    }

    private static void add(List<Field> fields, Set<String> features) {
        Set<String> names = new HashSet<>();
        for (Field field : fields) {
            if (!names.add(field.getName().toLowerCase(Locale.ROOT))) {
                // Delta tells names apart by their letters, not by the case of those.
                features.add(OTHER_TYPES);
            }
            ArrowType type = field.getType();
            String feature =
                    feature(type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type);
            if (feature != null) {
                features.add(feature);
            }
            add(field.getChildren(), features);
        }
    }

    /** The feature that a type asks for; null if it asks for none. */
    private static String feature(ArrowType type) {
        return switch (type.getTypeID()) {
            case Bool, Utf8, LargeUtf8, Utf8View, Binary, LargeBinary, BinaryView, FixedSizeBinary, Duration -> null;
            case List, LargeList, FixedSizeList, ListView, LargeListView, Struct, Map, RunEndEncoded -> null;
            // The others lie in the file as a signed type that is not the next wider one.
            case Int -> otherUnless(((ArrowType.Int) type).getIsSigned() || ((ArrowType.Int) type).getBitWidth() < 32);
            case FloatingPoint ->
                otherUnless(((ArrowType.FloatingPoint) type).getPrecision() != FloatingPointPrecision.HALF);
            case Decimal -> otherUnless(((ArrowType.Decimal) type).getPrecision() <= MAX_PRECISION);
            case Date -> ((ArrowType.Date) type).getUnit() == DateUnit.DAY ? null : LOCAL_TIMESTAMPS;
            case Timestamp -> timestamp((ArrowType.Timestamp) type);
            case NONE, Null, Time, Interval, Union -> OTHER_TYPES;
        };
    }

    private static String otherUnless(boolean ofDelta) {
        return ofDelta ? null : OTHER_TYPES;
    }

    private static String timestamp(ArrowType.Timestamp type) {
        if (type.getUnit() == TimeUnit.NANOSECOND) {
            return OTHER_TYPES;
        }
        return type.getTimezone() == null ? LOCAL_TIMESTAMPS : null;
    }
}
