package io.penstock.format.json;

import io.penstock.buffer.Memory;
import io.penstock.format.VectorMemory;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Values whose vector has no values of its own: null, unions and runs. */
final class IndirectReaders {
    private IndirectReaders() {}

    /** Nothing but null. */
    static final class Nothing extends ValueReader {
        Nothing(Place place) {
            super(place);
        }

        @Override
        void beginValues(int count) {}

        @Override
        boolean growValues(int count, int used) {
            return true;
        }

        @Override
        String expectation() {
            return "null";
        }

        @Override
        long readValue(long at, int index) throws IOException {
            throw source.expected(expectation(), at, column);
        }

        @Override
        void putNothing(int index) {}

        @Override
        void load(FieldVector vector, int count) {
            vector.loadFieldBuffers(node(count), List.of());
        }
    }

    /** A value of a union from an array of its type id and the value. */
    static final class Union extends ValueReader {
        private final ValueReader[] members;
        private final int[] typeIds;
        private final boolean dense;
        private final VectorMemory types;
        private final VectorMemory offsets;
        private final int[] used;

        Union(Place place, ArrowType.Union type, ValueReader[] members) {
            super(place);
            this.members = members;
            typeIds = new int[members.length];
            for (int i = 0; i < typeIds.length; i++) {
                typeIds[i] = IndirectWriters.Union.typeId(type, i);
            }
            dense = type.getMode() == UnionMode.Dense;
            types = new VectorMemory(place.allocator());
            offsets = new VectorMemory(place.allocator());
            used = new int[members.length];
        }

        @Override
        void beginValues(int count) {
            types.begin(count);
            offsets.begin(dense ? 4L * count : 0);
            for (int i = 0; i < members.length; i++) {
                members[i].begin(count);
                used[i] = 0;
            }
        }

        @Override
        boolean growValues(int count, int used) throws IOException {
            if (!dense) {
                for (ValueReader member : members) {
                    member.require(count - 1);
                }
            }
            return types.grow(count, used) && (!dense || offsets.grow(4L * count, 4L * used));
        }

        @Override
        String expectation() {
            return "an array of type id and value";
        }

        @Override
        long readValue(long start, int index) throws IOException {
            if (Memory.getByte(start) != '[') {
                throw source.expected(expectation(), start, column);
            }
            long at = source.ensure(source.skipSpace(start + 1));
            long idAt = at;
            int id = 0;
            for (int digit = Memory.getByte(at) - '0'; digit >= 0 && digit <= 9 && at - idAt < 3; at++) {
                id = id * 10 + digit;
                digit = Memory.getByte(at + 1) - '0';
            }
            int member = 0;
            while (member < typeIds.length && (typeIds[member] != id || at == idAt)) {
                member++;
            }
            if (member == typeIds.length) {
                throw source.expected("a type id of the union", idAt, column);
            }
            at = source.skipSpace(at);
            if (Memory.getByte(at) != ',') {
                throw source.expected("',' and a value", at, column);
            }
            at = source.ensure(source.skipSpace(at + 1));
            ValueReader reader = members[member];
            if (dense) {
                reader.require(used[member]);
            }
            at = source.skipSpace(reader.read(at, dense ? used[member] : index));
            if (Memory.getByte(at) != ']') {
                throw source.expected("']'", at, column);
            }
            put(index, member);
            return at + 1;
        }

        private void put(int index, int member) throws IOException {
            Memory.putByte(types.address() + index, (byte) typeIds[member]);
            if (dense) {
                Memory.putInt(offsets.address() + 4L * index, used[member]++);
            } else {
                for (int i = 0; i < members.length; i++) {
                    if (i != member) {
                        members[i].putUnderNull(index);
                    }
                }
            }
        }

        @Override
        void putNothing(int index) throws IOException {
            if (dense) {
                members[0].require(used[0]);
            }
            members[0].putUnderNull(dense ? used[0] : index);
            put(index, 0);
        }

        @Override
        void load(FieldVector vector, int count) {
            vector.loadFieldBuffers(
                    node(count), dense ? List.of(types.buffer(), offsets.buffer()) : List.of(types.buffer()));
            List<FieldVector> children = Children.members(vector);
            for (int i = 0; i < members.length; i++) {
                members[i].load(children.get(i), dense ? used[i] : count);
            }
        }

        @Override
        public void close() {
            super.close();
            types.close();
            offsets.close();
            for (ValueReader member : members) {
                member.close();
            }
        }
    }

    /** Run-end encoded values: read back as one run for each value. */
    static final class RunEnd extends ValueReader {
        private final ValueReader value;
        private final VectorMemory ends;
        private final int endBytes;

        RunEnd(Place place, ArrowType.Int endType, ValueReader value) {
            super(place);
            this.value = value;
            ends = new VectorMemory(place.allocator());
            endBytes = endType.getBitWidth() / 8;
        }

        @Override
        void beginValues(int count) {
            ends.begin((long) endBytes * count);
            value.begin(count);
        }

        @Override
        boolean growValues(int count, int used) throws IOException {
            value.require(count - 1);
            return ends.grow((long) endBytes * count, (long) endBytes * used);
        }

        @Override
        String expectation() {
            return value.expectation();
        }

        @Override
        long read(long at, int index) throws IOException {
            putEnd(index);
            return value.read(at, index);
        }

        @Override
        long readValue(long at, int index) throws IOException {
            return read(at, index);
        }

        private void putEnd(int index) throws IOException {
            switch (endBytes) {
                case 2 -> {
                    if (index >= Short.MAX_VALUE) {
                        throw source.broken(
                                column,
                                source.offset(0),
                                "run ends of 16 bits hold at most 32767 rows; read fewer at once");
                    }
                    Memory.putShort(ends.address() + 2L * index, (short) (index + 1));
                }
                case 4 -> Memory.putInt(ends.address() + 4L * index, index + 1);
                default -> Memory.putLong(ends.address() + 8L * index, index + 1L);
            }
        }

        @Override
        void putNothing(int index) throws IOException {
            putEnd(index);
            value.putUnderNull(index);
        }

        @Override
        void load(FieldVector vector, int count) {
            vector.loadFieldBuffers(node(count), List.of());
            List<FieldVector> children = vector.getChildrenFromFields();
            children.get(0).loadFieldBuffers(node(count), List.of(validity(count), ends.buffer()));
            value.load(children.get(1), count);
        }

        @Override
        public void close() {
            super.close();
            ends.close();
            value.close();
        }
    }
}
