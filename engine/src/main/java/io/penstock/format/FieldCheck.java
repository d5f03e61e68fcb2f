package io.penstock.format;

import io.penstock.buffer.Memory;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * One field of a schema: what its vectors, and those below, must be. A dictionary-encoded field is its indices here, and has another
 * check for the dictionary's values.
 */
final class FieldCheck {
    /** Stands for dictionaries that are not there yet: indices are not checked. */
    static final DictionaryProvider ANY_DICTIONARY = new DictionaryProvider.MapDictionaryProvider();

    private static final FieldCheck[] NO_CHILDREN = {};

    private final String path;
    private final Field field;
    private final ArrowType type;
    private final DictionaryEncoding encoding;
    private final Layout layout;
    private final int width;
    private final FieldCheck values;
    private final FieldCheck[] children;
    private final int[] typeIds;
    private final Offsets offsets;
    private FieldVector known;
    private FieldVector dictionary;

    static FieldCheck of(Field field) {
        return new FieldCheck(field.getName(), field, field.getDictionary());
    }

    private FieldCheck(String path, Field field, DictionaryEncoding encoding) {
        this.path = path;
        this.field = field;
        this.encoding = encoding;
        this.offsets = new Offsets(path);
        if (encoding != null) {
            type = encoding.getIndexType();
            values = new FieldCheck(path, field, null);
            children = NO_CHILDREN;
        } else {
            type = field.getType();
            values = null;
            children = children(path, field);
        }
        FieldShape shape = FieldShape.of(path, type, encoding == null ? field.getChildren() : List.of());
        layout = shape.layout();
        width = shape.width();
        typeIds = shape.typeIds();
    }

    private static FieldCheck[] children(String path, Field field) {
        List<Field> fields = field.getChildren();
        FieldCheck[] children = new FieldCheck[fields.size()];
        for (int i = 0; i < children.length; i++) {
            Field child = fields.get(i);
            children[i] = new FieldCheck(path + "." + child.getName(), child, child.getDictionary());
        }
        return children;
    }

    void requireName(FieldVector vector, int column) {
        if (vector != known && !vector.getName().equals(field.getName())) {
            throw new IllegalArgumentException(
                    "Column " + column + ": expected '" + field.getName() + "' and got '" + vector.getName() + "'");
        }
    }

    /**
     * Whether a null may stand where the schema requires a value; {@link #requireNoneMissing} finds out.
     *
     * @throws IllegalArgumentException if the vector is of another type, or broken
     */
    boolean requireSound(FieldVector outer, DictionaryProvider dictionaries) {
        if (outer != known) {
            requireType(outer);
        }
        FieldVector vector = outer instanceof ExtensionTypeVector<?> extension
                ? (FieldVector) extension.getUnderlyingVector()
                : outer;
        int count = vector.getValueCount();
        if (count < 0) {
            throw refusal("has " + count + " values");
        }
        if (layout.hasValidity() && count > 0) {
            require(vector.getValidityBuffer(), (count + 7L) / 8, "validity");
        }
        boolean missing = !field.isNullable() && hasNulls(vector, count);
        missing |= requireSoundValues(vector, count, dictionaries);
        if (encoding != null && dictionaries != ANY_DICTIONARY) {
            missing |= requireSoundDictionary((BaseIntVector) vector, count, dictionaries);
        }
        known = outer;
        return missing;
    }

    private void requireType(FieldVector vector) {
        Field actual = vector.getField();
        DictionaryEncoding actualEncoding = actual.getDictionary();
        if (encoding == null && actualEncoding != null && !isValuesOfDictionary()) {
            throw mismatch(
                    field.getType() + " without a dictionary", "indices into dictionary " + actualEncoding.getId());
        }
        if (encoding != null && actualEncoding == null) {
            throw mismatch(
                    "indices into dictionary " + encoding.getId() + " (" + encoding.getIndexType() + ")",
                    "plain " + actual.getType());
        }
        if (encoding != null && encoding.getId() != actualEncoding.getId()) {
            throw mismatch(
                    "indices into dictionary " + encoding.getId(), "indices into dictionary " + actualEncoding.getId());
        }
        // Arrow for Java does not tell the type ids a union was made with.
        boolean sameUnion = type instanceof ArrowType.Union
                && actual.getType() instanceof ArrowType.Union
                && layout == Layout.of(actual.getType());
        if (!sameUnion && !type.equals(actual.getType())) {
            throw mismatch(type.toString(), actual.getType().toString());
        }
    }

    private boolean isValuesOfDictionary() {
        return field.getDictionary() != null;
    }

    private boolean requireSoundValues(FieldVector vector, int count, DictionaryProvider dictionaries) {
        return switch (layout) {
            case NULL -> {
                requireClass(vector, NullVector.class);
                yield false;
            }
            case BITS -> {
                requireClass(vector, BitVector.class);
                require(vector.getDataBuffer(), (count + 7L) / 8, "values");
                yield false;
            }
            case FIXED_WIDTH -> {
                int actualWidth =
                        requireClass(vector, BaseFixedWidthVector.class).getTypeWidth();
                if (actualWidth != width) {
                    throw refusal("is " + type + ", whose values take " + width + " bytes, in a vector of "
                            + actualWidth + " bytes each");
                }
                require(vector.getDataBuffer(), (long) count * width, "values");
                yield false;
            }
            case BYTES -> {
                requireClass(vector, BaseVariableWidthVector.class);
                requireOffsets(vector, count, vector.getDataBuffer().capacity());
                require(vector.getDataBuffer(), 0, "values");
                yield false;
            }
            case LARGE_BYTES -> {
                requireClass(vector, BaseLargeVariableWidthVector.class);
                requireLargeOffsets(vector, count, vector.getDataBuffer().capacity());
                require(vector.getDataBuffer(), 0, "values");
                yield false;
            }
            case VIEWS -> {
                BaseVariableWidthViewVector views = requireClass(vector, BaseVariableWidthViewVector.class);
                require(views.getDataBuffer(), 16L * count, "views");
                List<ArrowBuf> buffers = views.getDataBuffers();
                for (int i = 0; i < buffers.size(); i++) {
                    require(buffers.get(i), 0, "values");
                }
                offsets.requireViews(views, count, buffers);
                yield false;
            }
            case LIST -> {
                FieldVector items = requireClass(vector, ListVector.class).getDataVector();
                boolean missing = requireSoundChild(0, items, dictionaries);
                requireOffsets(vector, count, items.getValueCount());
                yield missing;
            }
            case LARGE_LIST -> {
                FieldVector items = requireClass(vector, LargeListVector.class).getDataVector();
                boolean missing = requireSoundChild(0, items, dictionaries);
                requireLargeOffsets(vector, count, items.getValueCount());
                yield missing;
            }
            case LIST_VIEW -> {
                ListViewVector list = requireClass(vector, ListViewVector.class);
                FieldVector items = list.getDataVector();
                boolean missing = requireSoundChild(0, items, dictionaries);
                require(list.getOffsetBuffer(), 4L * count, "offsets");
                require(list.getSizeBuffer(), 4L * count, "sizes");
                offsets.requireListViews(list, list.getSizeBuffer().memoryAddress(), 4, count, items.getValueCount());
                yield missing;
            }
            case LARGE_LIST_VIEW -> {
                LargeListViewVector list = requireClass(vector, LargeListViewVector.class);
                FieldVector items = list.getDataVector();
                boolean missing = requireSoundChild(0, items, dictionaries);
                require(list.getOffsetBuffer(), 8L * count, "offsets");
                require(list.getSizeBuffer(), 8L * count, "sizes");
                offsets.requireListViews(list, list.getSizeBuffer().memoryAddress(), 8, count, items.getValueCount());
                yield missing;
            }
            case FIXED_SIZE_LIST -> {
                FixedSizeListVector list = requireClass(vector, FixedSizeListVector.class);
                boolean missing = requireSoundChild(0, list.getDataVector(), dictionaries);
                requireCount(list.getDataVector(), (long) count * list.getListSize());
                yield missing;
            }
            case STRUCT -> requireSoundStruct(requireClass(vector, StructVector.class), count, dictionaries);
            case SPARSE_UNION -> requireSoundSparse(requireClass(vector, UnionVector.class), count, dictionaries);
            case DENSE_UNION -> requireSoundDense(requireClass(vector, DenseUnionVector.class), count, dictionaries);
            case RUN_END_ENCODED ->
                requireSoundRuns(requireClass(vector, RunEndEncodedVector.class), count, dictionaries);
        };
    }

    private void requireOffsets(FieldVector vector, int count, long end) {
        if (count > 0) {
            require(vector.getOffsetBuffer(), 4L * (count + 1L), "offsets");
            offsets.require(vector.getOffsetBuffer().memoryAddress(), count, end);
        }
    }

    private void requireLargeOffsets(FieldVector vector, int count, long end) {
        if (count > 0) {
            require(vector.getOffsetBuffer(), 8L * (count + 1L), "offsets");
            offsets.requireLarge(vector.getOffsetBuffer().memoryAddress(), count, end);
        }
    }

    private boolean requireSoundChild(int child, FieldVector vector, DictionaryProvider dictionaries) {
        if (children.length <= child) {
            throw refusal("has a schema without the field of its items");
        }
        return children[child].requireSound(vector, dictionaries);
    }

    private void requireCount(FieldVector child, long atLeast) {
        if (child.getValueCount() < atLeast) {
            throw refusal("needs " + atLeast + " values of '" + child.getName() + "' and has " + child.getValueCount());
        }
    }

    private boolean requireSoundStruct(StructVector struct, int count, DictionaryProvider dictionaries) {
        if (struct.size() != children.length) {
            throw mismatch(
                    "a struct of " + names(field.getChildren()),
                    "a struct of " + names(struct.getField().getChildren()));
        }
        boolean missing = false;
        for (int i = 0; i < children.length; i++) {
            FieldVector child = (FieldVector) struct.getChildByOrdinal(i);
            missing |= requireSoundNamed(i, child, dictionaries);
            requireCount(child, count);
        }
        return missing;
    }

    private boolean requireSoundNamed(int i, FieldVector child, DictionaryProvider dictionaries) {
        FieldCheck check = children[i];
        if (child != check.known && !child.getName().equals(check.field.getName())) {
            throw refusal("has a field '" + child.getName() + "' where '" + check.field.getName() + "' was expected");
        }
        return check.requireSound(child, dictionaries);
    }

    private static List<String> names(List<Field> fields) {
        return fields.stream().map(Field::getName).toList();
    }

    private boolean requireSoundSparse(UnionVector union, int count, DictionaryProvider dictionaries) {
        List<FieldVector> variants = union.getChildrenFromFields();
        requireVariants(variants.size());
        boolean missing = false;
        for (int i = 0; i < children.length; i++) {
            missing |= requireSoundNamed(i, variants.get(i), dictionaries);
            requireCount(variants.get(i), count);
        }
        require(union.getTypeBuffer(), count, "types");
        offsets.requireTypes(union.getTypeBuffer().memoryAddress(), count, typeIds);
        return missing;
    }

    private boolean requireSoundDense(DenseUnionVector union, int count, DictionaryProvider dictionaries) {
        List<FieldVector> variants = union.getChildrenFromFields();
        requireVariants(variants.size());
        boolean missing = false;
        for (int i = 0; i < children.length; i++) {
            if (union.getVectorByType((byte) typeIds[i]) != variants.get(i)) {
                throw refusal("has its variants not in the order of their type ids");
            }
            missing |= requireSoundNamed(i, variants.get(i), dictionaries);
        }
        require(union.getTypeBuffer(), count, "types");
        require(union.getOffsetBuffer(), 4L * count, "offsets");
        long types = union.getTypeBuffer().memoryAddress();
        offsets.requireTypes(types, count, typeIds);
        offsets.requireVariantOffsets(types, union.getOffsetBuffer().memoryAddress(), count, typeIds, variants);
        return missing;
    }

    private void requireVariants(int actual) {
        if (actual != children.length) {
            throw mismatch("a union of " + children.length, "a union of " + actual);
        }
    }

    private boolean requireSoundRuns(RunEndEncodedVector vector, int count, DictionaryProvider dictionaries) {
        FieldVector ends = vector.getRunEndsVector();
        FieldVector runs = vector.getValuesVector();
        boolean missing = requireSoundChild(0, ends, dictionaries) | requireSoundChild(1, runs, dictionaries);
        int width = requireClass(ends, BaseFixedWidthVector.class).getTypeWidth();
        int endCount = ends.getValueCount();
        if (children[0].hasNulls(ends, endCount)) {
            throw refusal("has a run without an end");
        }
        requireCount(runs, endCount);
        offsets.requireRunEnds(ends.getDataBuffer().memoryAddress(), width, endCount, count);
        return missing;
    }

    private boolean requireSoundDictionary(BaseIntVector indices, int count, DictionaryProvider dictionaries) {
        Dictionary found = dictionaries == null ? null : dictionaries.lookup(encoding.getId());
        if (found == null) {
            throw refusal("is encoded by dictionary " + encoding.getId() + ", which the batch does not bring");
        }
        dictionary = found.getVector();
        boolean missing = values.requireSound(dictionary, dictionaries);
        boolean signed = encoding.getIndexType().getIsSigned();
        offsets.requireIndices((FieldVector) indices, signed ? width : -width, count, dictionary.getValueCount());
        return missing;
    }

    /** Refuses a null at any row where the schema, at this field or below, requires a value. */
    void requireNoneMissing(ValueVector vector, int rows) {
        for (int row = 0; row < rows; row++) {
            FieldCheck missing = missing(vector, row);
            if (missing != null) {
                throw new IllegalArgumentException("Column '" + missing.path + "' is required but row " + row
                        + (missing == this ? " is null" : " has a null there"));
            }
        }
    }

    private FieldCheck missing(ValueVector outer, int i) {
        ValueVector vector =
                outer instanceof ExtensionTypeVector<?> extension ? extension.getUnderlyingVector() : outer;
        if (layout == Layout.NULL
                || layout.hasValidity()
                        && !Memory.getBit(vector.getValidityBuffer().memoryAddress(), i)) {
            return field.isNullable() ? null : this;
        }
        if (encoding != null) {
            FieldCheck missing = values.missing(dictionary, (int) ((BaseIntVector) vector).getValueAsLong(i));
            return missing == values ? this : missing;
        }
        return switch (layout) {
            case NULL, BITS, FIXED_WIDTH, BYTES, LARGE_BYTES, VIEWS -> null;
            case LIST, LARGE_LIST, LIST_VIEW, LARGE_LIST_VIEW, FIXED_SIZE_LIST -> missingItem(vector, i);
            case STRUCT -> missingField((StructVector) vector, i);
            case SPARSE_UNION -> {
                int variant = variant(((UnionVector) vector).getTypeBuffer().getByte(i));
                yield children[variant].missing(
                        ((UnionVector) vector).getChildrenFromFields().get(variant), i);
            }
            case DENSE_UNION -> {
                DenseUnionVector union = (DenseUnionVector) vector;
                byte id = union.getTypeId(i);
                yield children[variant(id)].missing(union.getVectorByType(id), union.getOffset(i));
            }
            case RUN_END_ENCODED -> {
                RunEndEncodedVector runs = (RunEndEncodedVector) vector;
                int run = Offsets.runOf(runs.getRunEndsVector().getDataBuffer().memoryAddress(), children[0].width, i);
                yield children[1].missing(runs.getValuesVector(), run);
            }
        };
    }

    private FieldCheck missingItem(ValueVector list, int i) {
        long start;
        long end;
        FieldVector items = ((FieldVector) list).getChildrenFromFields().get(0);
        if (list instanceof FixedSizeListVector fixed) {
            start = (long) i * fixed.getListSize();
            end = start + fixed.getListSize();
        } else {
            boolean large = layout == Layout.LARGE_LIST || layout == Layout.LARGE_LIST_VIEW;
            long starts = list.getOffsetBuffer().memoryAddress();
            start = Offsets.at(starts, large, i);
            end = switch (layout) {
                case LIST_VIEW ->
                    start + Offsets.at(((ListViewVector) list).getSizeBuffer().memoryAddress(), false, i);
                case LARGE_LIST_VIEW ->
                    start
                            + Offsets.at(
                                    ((LargeListViewVector) list).getSizeBuffer().memoryAddress(), true, i);
                default -> Offsets.at(starts, large, i + 1);
            };
        }
        for (long k = start; k < end; k++) {
            FieldCheck missing = children[0].missing(items, (int) k);
            if (missing != null) {
                return missing;
            }
        }
        return null;
    }

    private FieldCheck missingField(StructVector struct, int i) {
        for (int k = 0; k < children.length; k++) {
            FieldCheck missing = children[k].missing(struct.getChildByOrdinal(k), i);
            if (missing != null) {
                return missing;
            }
        }
        return null;
    }

    private int variant(byte id) {
        int variant = 0;
        while (typeIds[variant] != id) {
            variant++;
        }
        return variant;
    }

    private boolean hasNulls(FieldVector vector, int count) {
        if (layout == Layout.NULL) {
            return count > 0;
        }
        return layout.hasValidity()
                && count > 0
                && Offsets.hasZeroBit(vector.getValidityBuffer().memoryAddress(), count);
    }

    private <T> T requireClass(FieldVector vector, Class<T> expected) {
        if (!expected.isInstance(vector)) {
            throw refusal("is " + type + " in a " + vector.getClass().getSimpleName());
        }
        return expected.cast(vector);
    }

    private void require(ArrowBuf buffer, long bytes, String what) {
        if (buffer.capacity() < bytes) {
            throw refusal("needs " + bytes + " bytes of " + what + " and has " + buffer.capacity());
        }
        if (buffer.capacity() > 0 && buffer.refCnt() <= 0) {
            throw refusal("has " + what + " in memory that was released");
        }
    }

    private IllegalArgumentException mismatch(String expected, String actual) {
        return new IllegalArgumentException("Column '" + path + "': expected " + expected + " and got " + actual);
    }

    private IllegalArgumentException refusal(String problem) {
        return new IllegalArgumentException("Column '" + path + "' " + problem);
    }
}
