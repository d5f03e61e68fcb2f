package io.penstock;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;

/** Finds the appender for a field: the one place that knows which types rows can fill. */
final class Columns {
    private final RowBatch batch;

    private final Map<Long, Dictionary> dictionaries;
    private final Map<Long, DictionaryValues> values = new LinkedHashMap<>();

    /** @param dictionaries the vectors of the values, by the dictionary's id */
    Columns(RowBatch batch, Map<Long, Dictionary> dictionaries) {
        this.batch = batch;
        this.dictionaries = dictionaries;
    }

    /** The dictionaries of the appenders that were asked for. */
    List<DictionaryValues> values() {
        return List.copyOf(values.values());
    }

    /**
     * The appender to {@code vector}.
     *
     * @param path names it in messages
     * @param field its field, in message format
     * @throws IllegalArgumentException if rows cannot fill such a type
     */
    ColumnAppender appender(String path, Field field, FieldVector vector) {
        return field.getDictionary() == null
                ? plain(path, field, vector)
                : new DictionaryAppender(vector, Place.of(path, field, batch), indexBytes(vector), values(path, field));
    }

    private DictionaryValues values(String path, Field field) {
        DictionaryEncoding encoding = field.getDictionary();
        return values.computeIfAbsent(encoding.getId(), id -> {
                    FieldVector vector = dictionaries.get(id).getVector();
                    ColumnAppender appender = plain(path, field, vector);
                    if (!(appender instanceof FixedWidthAppender || appender instanceof BytesAppender)) {
                        throw refused(appender.place.toString(), "a dictionary of " + appender.place.type());
                    }
                    return new DictionaryValues(
                            vector, appender, dictionaries.get(id).getEncoding().getIndexType());
                })
                .addColumn();
    }

    private static int indexBytes(FieldVector indices) {
        return ((ArrowType.Int) indices.getField().getType()).getBitWidth() / Byte.SIZE;
    }

    private static IllegalArgumentException refused(String column, String type) {
        return new IllegalArgumentException(column + " is " + type + ", which rows cannot fill: append Arrow batches");
    }

    private ColumnAppender plain(String path, Field field, FieldVector vector) {
        Place place = Place.of(path, field, batch);
        ArrowType type = vector.getField().getType();
        return switch (vector.getMinorType()) {
            case NULL -> new NullAppender(vector, place);
            case BIT -> new BooleanAppender(vector, place);
            case TINYINT -> IntegerAppender.of(vector, place, 1, true);
            case SMALLINT -> IntegerAppender.of(vector, place, 2, true);
            case INT -> IntegerAppender.of(vector, place, 4, true);
            case BIGINT -> IntegerAppender.of(vector, place, 8, true);
            case UINT1 -> IntegerAppender.of(vector, place, 1, false);
            case UINT2 -> IntegerAppender.of(vector, place, 2, false);
            case UINT4 -> IntegerAppender.of(vector, place, 4, false);
            case UINT8 -> IntegerAppender.of(vector, place, 8, false);
            case FLOAT2 -> new FloatAppender.Halves(vector, place);
            case FLOAT4 -> new FloatAppender.Floats(vector, place);
            case FLOAT8 -> new FloatAppender.Doubles(vector, place);
            case DECIMAL, DECIMAL256 -> new DecimalAppender(vector, place, (ArrowType.Decimal) type);
            case VARCHAR -> new BytesAppender.Offsets(vector, place, true);
            case LARGEVARCHAR -> new BytesAppender.LargeOffsets(vector, place, true);
            case VIEWVARCHAR -> new BytesAppender.Views(vector, place, true);
            case VARBINARY -> new BytesAppender.Offsets(vector, place, false);
            case LARGEVARBINARY -> new BytesAppender.LargeOffsets(vector, place, false);
            case VIEWVARBINARY -> new BytesAppender.Views(vector, place, false);
            case FIXEDSIZEBINARY ->
                new FixedBytesAppender(vector, place, ((ArrowType.FixedSizeBinary) type).getByteWidth());
            case DATEDAY -> new TemporalAppenders.Days(vector, place);
            case DATEMILLI -> new TemporalAppenders.DayMillis(vector, place);
            case TIMESEC -> new TemporalAppenders.Times(vector, place, TimeUnit.SECOND);
            case TIMEMILLI -> new TemporalAppenders.Times(vector, place, TimeUnit.MILLISECOND);
            case TIMEMICRO -> new TemporalAppenders.Times(vector, place, TimeUnit.MICROSECOND);
            case TIMENANO -> new TemporalAppenders.Times(vector, place, TimeUnit.NANOSECOND);
            case TIMESTAMPSEC -> new TemporalAppenders.LocalDateTimes(vector, place, TimeUnit.SECOND);
            case TIMESTAMPMILLI -> new TemporalAppenders.LocalDateTimes(vector, place, TimeUnit.MILLISECOND);
            case TIMESTAMPMICRO -> new TemporalAppenders.LocalDateTimes(vector, place, TimeUnit.MICROSECOND);
            case TIMESTAMPNANO -> new TemporalAppenders.LocalDateTimes(vector, place, TimeUnit.NANOSECOND);
            case TIMESTAMPSECTZ -> new TemporalAppenders.Instants(vector, place, TimeUnit.SECOND);
            case TIMESTAMPMILLITZ -> new TemporalAppenders.Instants(vector, place, TimeUnit.MILLISECOND);
            case TIMESTAMPMICROTZ -> new TemporalAppenders.Instants(vector, place, TimeUnit.MICROSECOND);
            case TIMESTAMPNANOTZ -> new TemporalAppenders.Instants(vector, place, TimeUnit.NANOSECOND);
            case DURATION -> new TemporalAppenders.Durations(vector, place, ((ArrowType.Duration) type).getUnit());
            case INTERVALYEAR -> new IntervalAppenders.Months(vector, place);
            case INTERVALDAY -> new IntervalAppenders.DayMillis(vector, place);
            case INTERVALMONTHDAYNANO -> new IntervalAppenders.MonthDayNanos(vector, place);
            case LIST -> new ListLayouts.Offsets(vector, place, elements(path, field, vector));
            case LARGELIST -> new ListLayouts.LargeOffsets(vector, place, elements(path, field, vector));
            case LISTVIEW -> new ListLayouts.Views(vector, place, 4, elements(path, field, vector));
            case LARGELISTVIEW -> new ListLayouts.Views(vector, place, 8, elements(path, field, vector));
            case FIXED_SIZE_LIST ->
                new ListLayouts.FixedSize(
                        vector, place, ((ArrowType.FixedSizeList) type).getListSize(), elements(path, field, vector));
            case STRUCT -> struct(path, field, vector);
            case MAP -> {
                FieldVector entries = vector.getChildrenFromFields().get(0);
                yield new ListLayouts.Maps(
                        vector, place, struct(path, field.getChildren().get(0), entries));
            }
            case EXTENSIONTYPE -> {
                FieldVector storage = (FieldVector) ((ExtensionTypeVector<?>) vector).getUnderlyingVector();
                yield plain(path, field, storage);
            }
            case UNION, DENSEUNION, RUNENDENCODED ->
                throw new IllegalArgumentException(
                        place + " is " + place.type() + ", which rows cannot fill: append Arrow batches");
        };
    }

    private ColumnAppender elements(String path, Field field, FieldVector vector) {
        return appender(
                path + "[]",
                field.getChildren().get(0),
                vector.getChildrenFromFields().get(0));
    }

    private StructAppender struct(String path, Field field, FieldVector vector) {
        List<FieldVector> children = vector.getChildrenFromFields();
        List<ColumnAppender> appenders = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < children.size(); i++) {
            Field child = field.getChildren().get(i);
            names.add(child.getName());
            appenders.add(appender(path + "." + child.getName(), child, children.get(i)));
        }
        return new StructAppender(
                vector,
                Place.of(path, field, batch),
                names.toArray(new String[0]),
                appenders.toArray(new ColumnAppender[0]));
    }
}
