package io.penstock.format.json;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** Values that hold values: lists and maps as arrays, structs as objects. */
final class NestedWriters {
    private NestedWriters() {}

    /** Any kind of list; what differs is where the elements of a value are. */
    abstract static class Sequence extends ValueWriter {
        private final JsonTarget target;
        final ValueWriter element;

        Sequence(JsonTarget target, ValueWriter element) {
            super(8);
            this.target = target;
            this.element = element;
        }

        abstract long begin(int index);

        abstract long end(int index);

        @Override
        void bindValues(FieldVector vector, DictionaryProvider dictionaries) {
            bindRuns(vector);
            element.bind(Children.elements(vector), dictionaries);
        }

        abstract void bindRuns(FieldVector vector);

        @Override
        final long writeValue(long start, int index) {
            int from = (int) begin(index);
            int to = (int) end(index);
            Memory.putByte(start, (byte) '[');
            long at = start + 1;
            for (int i = from; i < to; i++) {
                at = target.room(at, element.room + 1);
                if (i != from) {
                    Memory.putByte(at++, (byte) ',');
                }
                at = element.write(at, i);
            }
            at = target.room(at, 1);
            Memory.putByte(at, (byte) ']');
            return at + 1;
        }

        /** @param most elements that a value has */
        final long columnRoom(long most, long begin, long end) {
            long ofElement = begin == end ? element.room : element.columnRoom((int) begin, (int) end);
            return most >= UNKNOWN || ofElement >= UNKNOWN
                    ? UNKNOWN
                    : Math.min(UNKNOWN, room + (most + 1) * (ofElement + 1));
        }

        @Override
        final int largestRoom() {
            return Math.max(room, element.largestRoom() + 1);
        }

        @Override
        boolean isClean(int from, int to) {
            return from == to || element.isClean((int) begin(from), (int) end(to - 1));
        }

        @Override
        final String problemOfValue(int index) {
            for (int i = (int) begin(index); i < end(index); i++) {
                String problem = element.problem(i);
                if (problem != null) {
                    return "element " + (i - begin(index)) + " " + problem;
                }
            }
            return null;
        }
    }

    /** List, LargeList and Map: each value ends where the next begins. */
    static final class Run extends Sequence {
        private final boolean large;
        private long offsets;

        Run(JsonTarget target, ValueWriter element, boolean large) {
            super(target, element);
            this.large = large;
        }

        @Override
        void bindRuns(FieldVector vector) {
            offsets = vector.getOffsetBuffer().memoryAddress();
        }

        @Override
        long begin(int index) {
            return large ? Memory.getLong(offsets + 8L * index) : Memory.getInt(offsets + 4L * index);
        }

        @Override
        long end(int index) {
            return begin(index + 1);
        }

        @Override
        long columnRoom(int from, int to) {
            long most = 0;
            for (int i = from; i < to; i++) {
                most = Math.max(most, end(i) - begin(i));
            }
            return columnRoom(most, begin(from), begin(to));
        }
    }

    static final class FixedSize extends Sequence {
        private int size;

        FixedSize(JsonTarget target, ValueWriter element) {
            super(target, element);
        }

        @Override
        void bindRuns(FieldVector vector) {
            size = ((FixedSizeListVector) vector).getListSize();
        }

        @Override
        long begin(int index) {
            return (long) size * index;
        }

        @Override
        long end(int index) {
            return (long) size * index + size;
        }

        @Override
        long columnRoom(int from, int to) {
            return columnRoom(size, begin(from), begin(to));
        }
    }

    /** ListView and LargeListView: values lie in any order, and may share elements. */
    static final class View extends Sequence {
        private final boolean large;
        private long offsets;
        private long sizes;

        View(JsonTarget target, ValueWriter element, boolean large) {
            super(target, element);
            this.large = large;
        }

        @Override
        void bindRuns(FieldVector vector) {
            offsets = vector.getOffsetBuffer().memoryAddress();
            sizes = Children.sizes(vector).memoryAddress();
        }

        @Override
        long begin(int index) {
            return large ? Memory.getLong(offsets + 8L * index) : Memory.getInt(offsets + 4L * index);
        }

        @Override
        long end(int index) {
            return begin(index) + (large ? Memory.getLong(sizes + 8L * index) : Memory.getInt(sizes + 4L * index));
        }

        @Override
        long columnRoom(int from, int to) {
            return UNKNOWN;
        }

        @Override
        boolean isClean(int from, int to) {
            return false;
        }
    }

    /** A struct as an object, with a member for each field in the order of the schema; a map's entry as an array of two. */
    static final class Struct extends ValueWriter {
        private final JsonTarget target;
        private final ValueWriter[] fields;
        private final Key[] keys;
        private final byte close;

        Struct(JsonTarget target, ValueWriter[] fields, Key[] keys, char close) {
            super(8);
            this.target = target;
            this.fields = fields;
            this.keys = keys;
            this.close = (byte) close;
        }

        @Override
        void bindValues(FieldVector vector, DictionaryProvider dictionaries) {
            for (int i = 0; i < fields.length; i++) {
                fields[i].bind(Children.field(vector, i), dictionaries);
            }
        }

        @Override
        long writeValue(long start, int index) {
            long at = start;
            if (fields.length == 0) {
                Memory.putByte(at++, (byte) '{');
            }
            for (int i = 0; i < fields.length; i++) {
                at = target.room(at, keys[i].room + fields[i].room);
                at = fields[i].write(keys[i].put(at), index);
            }
            at = target.room(at, 1);
            Memory.putByte(at, close);
            return at + 1;
        }

        @Override
        long columnRoom(int from, int to) {
            long all = room;
            for (int i = 0; i < fields.length; i++) {
                all += keys[i].room + fields[i].columnRoom(from, to);
            }
            return Math.min(UNKNOWN, all);
        }

        @Override
        int largestRoom() {
            int largest = room;
            for (int i = 0; i < fields.length; i++) {
                largest = Math.max(largest, keys[i].room + fields[i].largestRoom());
            }
            return largest;
        }

        @Override
        boolean isClean(int from, int to) {
            boolean clean = true;
            for (ValueWriter field : fields) {
                clean &= field.isClean(from, to);
            }
            return clean;
        }

        @Override
        String problemOfValue(int index) {
            for (ValueWriter field : fields) {
                String problem = field.problem(index);
                if (problem != null) {
                    return problem;
                }
            }
            return null;
        }
    }
}
