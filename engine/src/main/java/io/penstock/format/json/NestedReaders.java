package io.penstock.format.json;

import io.penstock.buffer.Memory;
import io.penstock.format.VectorMemory;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** Values that hold values: arrays and objects. */
final class NestedReaders {
    private NestedReaders() {}

    /** Any kind of list but those of a fixed size. */
    static final class Sequence extends ValueReader {
        private final VectorMemory offsets;
        private final VectorMemory sizes;
        private final ValueReader element;
        private final boolean large;
        private final boolean view;
        private final BatchSize size;
        private final int elementBytes;
        private int used;

        /** @param elementBytes what an element takes at least */
        Sequence(Place place, ValueReader element, boolean large, boolean view, BatchSize size, int elementBytes) {
            super(place);
            offsets = new VectorMemory(place.allocator());
            sizes = view ? new VectorMemory(place.allocator()) : null;
            this.element = element;
            this.large = large;
            this.view = view;
            this.size = size;
            this.elementBytes = elementBytes;
        }

        @Override
        void beginValues(int count) {
            offsets.begin(bytes(count + 1L));
            if (view) {
                sizes.begin(bytes(count));
            }
            element.begin(count);
            used = 0;
            put(offsets, 0, 0);
        }

        private long bytes(long count) {
            return count << (large ? 3 : 2);
        }

        @Override
        boolean growValues(int count, int used) {
            return offsets.grow(bytes(count + 1L), bytes(used + 1L))
                    && (!view || sizes.grow(bytes(count), bytes(used)));
        }

        private void put(VectorMemory buffer, int index, int value) {
            if (large) {
                Memory.putLong(buffer.address() + 8L * index, value);
            } else {
                Memory.putInt(buffer.address() + 4L * index, value);
            }
        }

        @Override
        String expectation() {
            return "an array";
        }

        @Override
        long readValue(long start, int index) throws IOException {
            if (Memory.getByte(start) != '[') {
                throw source.expected(expectation(), start, column);
            }
            int begin = used;
            long at = source.skipSpace(start + 1);
            if (Memory.getByte(at) == ']') {
                at++;
            } else {
                byte separator = ',';
                while (separator == ',') {
                    element.require(used);
                    at = source.skipSpace(element.read(source.ensure(at), used));
                    used++;
                    separator = Memory.getByte(at);
                    at++;
                    if (separator == ',') {
                        at = source.skipSpace(at);
                    } else if (separator != ']') {
                        throw source.expected("',' or ']'", at - 1, column);
                    }
                }
            }
            size.add((long) elementBytes * (used - begin));
            end(index, begin);
            return at;
        }

        private void end(int index, int begin) {
            if (view) {
                put(offsets, index, begin);
                put(sizes, index, used - begin);
            } else {
                put(offsets, index + 1, used);
            }
        }

        @Override
        void putNothing(int index) {
            end(index, used);
        }

        @Override
        void load(FieldVector vector, int count) {
            vector.loadFieldBuffers(
                    node(count),
                    view
                            ? List.of(validity(count), offsets.buffer(), sizes.buffer())
                            : List.of(validity(count), offsets.buffer()));
            element.load(Children.elements(vector), used);
        }

        @Override
        public void close() {
            super.close();
            offsets.close();
            if (view) {
                sizes.close();
            }
            element.close();
        }
    }

    /** FixedSizeList. */
    static final class FixedSize extends ValueReader {
        private final ValueReader element;
        private final int listSize;

        FixedSize(Place place, ValueReader element, int listSize) {
            super(place);
            this.element = element;
            this.listSize = listSize;
        }

        @Override
        void beginValues(int count) {
            element.begin(Math.multiplyExact(count, listSize));
        }

        @Override
        boolean growValues(int count, int used) {
            return (long) count * listSize < Integer.MAX_VALUE - 64;
        }

        @Override
        String expectation() {
            return "an array of " + listSize + " values";
        }

        @Override
        long readValue(long start, int index) throws IOException {
            if (Memory.getByte(start) != '[') {
                throw source.expected(expectation(), start, column);
            }
            long at = start + 1;
            int first = index * listSize;
            if (listSize > 0) {
                element.require(first + listSize - 1);
            }
            for (int i = 0; i < listSize; i++) {
                at = source.skipSpace(at);
                if (i > 0) {
                    if (Memory.getByte(at) != ',') {
                        throw source.expected("',' and " + (listSize - i) + " more values", at, column);
                    }
                    at = source.skipSpace(at + 1);
                }
                at = element.read(source.ensure(at), first + i);
            }
            at = source.skipSpace(at);
            if (Memory.getByte(at) != ']') {
                throw source.expected("']' after " + listSize + " values", at, column);
            }
            return at + 1;
        }

        @Override
        void putNothing(int index) throws IOException {
            if (listSize > 0) {
                element.require(index * listSize + listSize - 1);
            }
            for (int i = 0; i < listSize; i++) {
                element.putUnderNull(index * listSize + i);
            }
        }

        @Override
        void load(FieldVector vector, int count) {
            vector.loadFieldBuffers(node(count), List.of(validity(count)));
            element.load(Children.elements(vector), count * listSize);
        }

        @Override
        public void close() {
            super.close();
            element.close();
        }
    }

    /** A struct from an object, or from an array of its fields in order, as a map's entry is. */
    static final class Struct extends ValueReader {
        private final ValueReader[] fields;
        private final MemberNames names;

        /** @param names null for an array */
        Struct(Place place, ValueReader[] fields, MemberNames names) {
            super(place);
            this.fields = fields;
            this.names = names;
        }

        @Override
        void beginValues(int count) {
            for (ValueReader field : fields) {
                field.begin(count);
            }
        }

        @Override
        boolean growValues(int count, int used) throws IOException {
            for (ValueReader field : fields) {
                field.require(count - 1);
            }
            return true;
        }

        @Override
        String expectation() {
            return names == null ? "an array of key and value" : "an object";
        }

        @Override
        long readValue(long start, int index) throws IOException {
            if (Memory.getByte(start) != (names == null ? '[' : '{')) {
                throw source.expected(expectation(), start, column);
            }
            return names == null
                    ? readArray(start, index)
                    : readObject(start, index, source, fields, null, names, column);
        }

        private long readArray(long start, int index) throws IOException {
            long at = start;
            for (int i = 0; i < fields.length; i++) {
                if (i > 0 && Memory.getByte(at) != ',') {
                    throw source.expected("',' and a value", at, column);
                }
                at = source.ensure(source.skipSpace(at + 1));
                at = source.skipSpace(fields[i].read(at, index));
            }
            if (Memory.getByte(at) != ']') {
                throw source.expected("']'", at, column);
            }
            return at + 1;
        }

        @Override
        void putNothing(int index) throws IOException {
            for (ValueReader field : fields) {
                field.putUnderNull(index);
            }
        }

        @Override
        void load(FieldVector vector, int count) {
            vector.loadFieldBuffers(node(count), List.of(validity(count)));
            for (int i = 0; i < fields.length; i++) {
                fields[i].load(Children.field(vector, i), count);
            }
        }

        @Override
        public void close() {
            super.close();
            for (ValueReader field : fields) {
                field.close();
            }
        }
    }

    /**
     * Reads the object whose brace is at {@code start}; returns where it ends.
     *
     * @param readers by member; null for one to skip
     * @param skipped null if there is none to skip
     */
    static long readObject(
            long start,
            int index,
            JsonSource source,
            ValueReader[] readers,
            SkippedValue skipped,
            MemberNames names,
            String column)
            throws IOException {
        names.begin();
        long at = source.skipSpace(start + 1);
        if (Memory.getByte(at) == '}') {
            at++;
        } else {
            byte separator = ',';
            while (separator == ',') {
                at = source.ensure(at);
                if (Memory.getByte(at) != '"') {
                    throw source.expected("a key", at, column);
                }
                at = source.ensure(source.skipSpace(names.read(at)));
                ValueReader reader = readers[names.member];
                at = reader == null ? skipped.skip(at, column) : reader.read(at, index);
                at = source.skipSpace(at);
                separator = Memory.getByte(at);
                at++;
                if (separator == ',') {
                    at = source.skipSpace(at);
                } else if (separator != '}') {
                    throw source.expected("',' or '}'", at - 1, column);
                }
            }
        }
        if (!names.isComplete()) {
            for (int i = 0; i < readers.length; i++) {
                if (readers[i] != null && names.isMissing(i)) {
                    readers[i].missing(at, index);
                }
            }
        }
        return at;
    }
}
