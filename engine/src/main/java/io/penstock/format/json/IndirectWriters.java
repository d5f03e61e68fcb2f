package io.penstock.format.json;

import io.penstock.buffer.Memory;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Values that lie elsewhere: in a dictionary, in a run, in one of several vectors. */
final class IndirectWriters {
    private IndirectWriters() {}

    /** A value that is nothing but null. */
    static final class Nothing extends ValueWriter {
        Nothing() {
            super(4);
        }

        @Override
        boolean hasValidity() {
            return false;
        }

        @Override
        void bindValues(FieldVector vector, DictionaryProvider dictionaries) {}

        @Override
        long writeValue(long at, int index) {
            return writeNull(at);
        }
    }

    /** The value that an index stands for. */
    static final class Encoded extends ValueWriter {
        private final int indexBytes;
        private final boolean signed;
        private final long dictionaryId;
        private final ValueWriter value;
        private long indices;
        private int dictionarySize;

        Encoded(ArrowType.Int indexType, long dictionaryId, ValueWriter value) {
            super(value.room);
            this.indexBytes = indexType.getBitWidth() / 8;
            this.signed = indexType.getIsSigned();
            this.dictionaryId = dictionaryId;
            this.value = value;
        }

        @Override
        void bindValues(FieldVector vector, DictionaryProvider dictionaries) {
            indices = vector.getDataBufferAddress();
            FieldVector dictionary = dictionaries.lookup(dictionaryId).getVector();
            dictionarySize = dictionary.getValueCount();
            value.bind(dictionary, dictionaries);
        }

        private int entry(int index) {
            return switch (indexBytes) {
                case 1 -> signed ? Memory.getByte(indices + index) : Memory.getByte(indices + index) & 0xff;
                case 2 ->
                    signed ? Memory.getShort(indices + 2L * index) : Memory.getShort(indices + 2L * index) & 0xffff;
                case 4 -> Memory.getInt(indices + 4L * index);
                default -> (int) Memory.getLong(indices + 8L * index);
            };
        }

        @Override
        long writeValue(long at, int index) {
            return value.write(at, entry(index));
        }

        @Override
        long columnRoom(int from, int to) {
            long longest = room;
            for (int i = from; i < to; i++) {
                int entry = isNull(i) ? -1 : entry(i);
                // Below a null struct an index may be anything.
                if (entry >= 0 && entry < dictionarySize) {
                    longest = Math.max(longest, value.columnRoom(entry, entry + 1));
                }
            }
            return longest;
        }

        @Override
        int largestRoom() {
            return value.largestRoom();
        }

        @Override
        boolean isClean(int from, int to) {
            // A dictionary may be far larger than the batch: then only the entries that it uses are looked at.
            return dictionarySize <= 4L * (to - from) && value.isClean(0, dictionarySize);
        }

        @Override
        String problemOfValue(int index) {
            return value.problem(entry(index));
        }
    }

    /** A value of a union as an array of its type id and the value. */
    static final class Union extends ValueWriter {
        private final JsonTarget target;
        private final boolean dense;
        private final ValueWriter[] byTypeId = new ValueWriter[128];
        private final ValueWriter[] members;
        private long types;
        private long offsets;

        Union(JsonTarget target, ArrowType.Union type, ValueWriter[] members) {
            super(8);
            this.target = target;
            this.dense = type.getMode() == UnionMode.Dense;
            this.members = members;
            for (int i = 0; i < members.length; i++) {
                byTypeId[typeId(type, i)] = members[i];
            }
        }

        static int typeId(ArrowType.Union type, int member) {
            return type.getTypeIds() == null ? member : type.getTypeIds()[member];
        }

        @Override
        boolean hasValidity() {
            return false;
        }

        @Override
        void bindValues(FieldVector vector, DictionaryProvider dictionaries) {
            if (dense) {
                types = ((DenseUnionVector) vector).getTypeBuffer().memoryAddress();
                offsets = vector.getOffsetBuffer().memoryAddress();
            } else {
                types = ((UnionVector) vector).getTypeBufferAddress();
            }
            List<FieldVector> children = Children.members(vector);
            for (int i = 0; i < members.length; i++) {
                members[i].bind(children.get(i), dictionaries);
            }
        }

        private int at(int index) {
            return dense ? Memory.getInt(offsets + 4L * index) : index;
        }

        @Override
        long writeValue(long start, int index) {
            int type = Memory.getByte(types + index);
            ValueWriter member = byTypeId[type];
            Memory.putByte(start, (byte) '[');
            long at = Digits.putTrimmed(start + 1, type);
            Memory.putByte(at, (byte) ',');
            at = member.write(target.room(at + 1, member.room), at(index));
            at = target.room(at, 1);
            Memory.putByte(at, (byte) ']');
            return at + 1;
        }

        @Override
        long columnRoom(int from, int to) {
            return UNKNOWN;
        }

        @Override
        int largestRoom() {
            int largest = room;
            for (ValueWriter member : members) {
                largest = Math.max(largest, member.largestRoom());
            }
            return largest;
        }

        @Override
        boolean isClean(int from, int to) {
            return false;
        }

        @Override
        String problemOfValue(int index) {
            return byTypeId[Memory.getByte(types + index)].problem(at(index));
        }
    }

    /** The value of the run that an index falls into. */
    static final class RunEnd extends ValueWriter {
        private final int endBytes;
        private final ValueWriter value;
        private long ends;
        private int runs;
        private int current;

        RunEnd(ArrowType.Int endType, ValueWriter value) {
            super(value.room);
            this.endBytes = endType.getBitWidth() / 8;
            this.value = value;
        }

        @Override
        boolean hasValidity() {
            return false;
        }

        @Override
        void bindValues(FieldVector vector, DictionaryProvider dictionaries) {
            RunEndEncodedVector encoded = (RunEndEncodedVector) vector;
            ends = encoded.getRunEndsVector().getDataBufferAddress();
            runs = encoded.getRunEndsVector().getValueCount();
            current = 0;
            value.bind(encoded.getValuesVector(), dictionaries);
        }

        private long end(int run) {
            return switch (endBytes) {
                case 2 -> Memory.getShort(ends + 2L * run);
                case 4 -> Memory.getInt(ends + 4L * run);
                default -> Memory.getLong(ends + 8L * run);
            };
        }

        /** Values are mostly asked for in order, so that the run is the one of the value before, or the next. */
        private int run(int index) {
            if (current > 0 && end(current - 1) > index) {
                current = 0;
            }
            while (current < runs - 1 && end(current) <= index) {
                current++;
            }
            return current;
        }

        @Override
        long writeValue(long at, int index) {
            return value.write(at, run(index));
        }

        @Override
        long columnRoom(int from, int to) {
            return UNKNOWN;
        }

        @Override
        int largestRoom() {
            return value.largestRoom();
        }

        @Override
        boolean isClean(int from, int to) {
            return from == to || value.isClean(run(from), run(to - 1) + 1);
        }

        @Override
        String problemOfValue(int index) {
            return value.problem(run(index));
        }
    }
}
