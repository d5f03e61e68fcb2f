package io.penstock.testing;

import io.penstock.testing.RandomBatches.Nulls;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Fills a vector of any type, and its children, by loading buffers of exactly the size its values need. */
final class RandomVectors {
    private final Random random;
    private final BufferAllocator allocator;
    private final Map<Long, Dictionary> dictionaries;
    private final RandomValues values;

    RandomVectors(Random random, BufferAllocator allocator, Map<Long, Dictionary> dictionaries) {
        this.random = random;
        this.allocator = allocator;
        this.dictionaries = dictionaries;
        this.values = new RandomValues(random);
    }

    int dictionarySize() {
        return 1 + random.nextInt(30);
    }

    /** @param field of the vector: a union vector does not know the type ids it was made with */
    void fill(FieldVector vector, Field field, int count, Nulls nulls) {
        ArrowType type = field.getType();
        BitSet valid = valid(field, count, nulls);
        List<byte[]> buffers = new ArrayList<>();
        if (type instanceof ArrowType.Null
                || type instanceof ArrowType.RunEndEncoded
                || type instanceof ArrowType.Union) {
            valid.set(0, count);
        } else {
            buffers.add(bitmap(valid, count));
        }
        if (type instanceof ArrowType.Utf8 || type instanceof ArrowType.Binary) {
            variableWidth(field, count, 4, buffers);
        } else if (type instanceof ArrowType.LargeUtf8 || type instanceof ArrowType.LargeBinary) {
            variableWidth(field, count, 8, buffers);
        } else if (type instanceof ArrowType.Utf8View || type instanceof ArrowType.BinaryView) {
            views(field, count, buffers);
        } else if (type instanceof ArrowType.List || type instanceof ArrowType.Map) {
            fillChild(vector, field, 0, offsets(count, 4, buffers), nulls);
        } else if (type instanceof ArrowType.LargeList) {
            fillChild(vector, field, 0, offsets(count, 8, buffers), nulls);
        } else if (type instanceof ArrowType.ListView) {
            fillChild(vector, field, 0, listViews(count, 4, buffers), nulls);
        } else if (type instanceof ArrowType.LargeListView) {
            fillChild(vector, field, 0, listViews(count, 8, buffers), nulls);
        } else if (type instanceof ArrowType.FixedSizeList list) {
            fillChild(vector, field, 0, count * list.getListSize(), nulls);
        } else if (type instanceof ArrowType.Struct) {
            for (int child = 0; child < field.getChildren().size(); child++) {
                fillChild(vector, field, child, count, nulls);
            }
        } else if (type instanceof ArrowType.Union) {
            union(vector, field, count, nulls, buffers);
        } else if (type instanceof ArrowType.RunEndEncoded) {
            runs(vector, field, count, nulls);
        } else if (type instanceof ArrowType.Bool) {
            buffers.add(bytes((count + 7) / 8));
        } else if (!(type instanceof ArrowType.Null)) {
            buffers.add(fixedWidth(field, valid, count));
        }
        load(vector, count, count - valid.cardinality(), buffers);
    }

    private BitSet valid(Field field, int count, Nulls nulls) {
        BitSet valid = new BitSet(count);
        valid.set(0, count);
        if (!field.isNullable() || count == 0) {
            return valid;
        }
        Nulls[] kinds = Nulls.values();
        Nulls kind = nulls == Nulls.MIXED ? kinds[random.nextInt(kinds.length - 1)] : nulls;
        switch (kind) {
            case ALL -> valid.clear();
            case RANDOM -> {
                for (int i = 0; i < count; i++) {
                    valid.set(i, random.nextInt(3) != 0);
                }
            }
            case RUNS -> {
                for (int i = 0; i < count; ) {
                    int end = Math.min(count, i + 1 + random.nextInt(200));
                    valid.set(i, end, random.nextBoolean());
                    i = end;
                }
            }
            case NONE, MIXED -> {}
        }
        return valid;
    }

    private byte[] bitmap(BitSet valid, int count) {
        byte[] bitmap = new byte[(count + 7) / 8];
        for (int i = 0; i < count; i++) {
            if (valid.get(i)) {
                bitmap[i / 8] |= (byte) (1 << (i % 8));
            }
        }
        return bitmap;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] fixedWidth(Field field, BitSet valid, int count) {
        if (field.getDictionary() != null
                && dictionaries.containsKey(field.getDictionary().getId())) {
            return indices(field, valid, count);
        }
        int width = RandomValues.width(field.getType());
        byte[] data = bytes(count * width);
        for (int i = valid.nextSetBit(0); i >= 0; i = valid.nextSetBit(i + 1)) {
            System.arraycopy(values.fixedWidth(field.getType()), 0, data, i * width, width);
        }
        return data;
    }

    private byte[] indices(Field field, BitSet valid, int count) {
        int size = dictionaries.get(field.getDictionary().getId()).getVector().getValueCount();
        int width = RandomValues.width(field.getType());
        byte[] data = bytes(count * width);
        for (int i = valid.nextSetBit(0); i >= 0; i = valid.nextSetBit(i + 1)) {
            putInteger(data, i, width, random.nextInt(size));
        }
        return data;
    }

    private void variableWidth(Field field, int count, int offsetWidth, List<byte[]> buffers) {
        byte[] offsets = new byte[(count + 1) * offsetWidth];
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(bytes(count > 0 && random.nextInt(4) == 0 ? random.nextInt(20) : 0));
        putInteger(offsets, 0, offsetWidth, data.size());
        for (int i = 0; i < count; i++) {
            data.writeBytes(values.bytes(field.getType()));
            putInteger(offsets, i + 1, offsetWidth, data.size());
        }
        buffers.add(count == 0 && random.nextBoolean() ? new byte[0] : offsets);
        buffers.add(data.toByteArray());
    }

    private void views(Field field, int count, List<byte[]> buffers) {
        byte[] views = new byte[count * 16];
        List<ByteArrayOutputStream> data = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] value = values.bytes(field.getType());
            putInteger(views, i * 4, 4, value.length);
            if (value.length <= 12) {
                System.arraycopy(value, 0, views, i * 16 + 4, value.length);
            } else {
                if (data.isEmpty() || data.get(data.size() - 1).size() > 1000) {
                    data.add(new ByteArrayOutputStream());
                }
                int index = random.nextInt(data.size());
                System.arraycopy(value, 0, views, i * 16 + 4, 4);
                putInteger(views, i * 4 + 2, 4, index);
                putInteger(views, i * 4 + 3, 4, data.get(index).size());
                data.get(index).writeBytes(value);
            }
        }
        buffers.add(views);
        data.forEach(buffer -> buffers.add(buffer.toByteArray()));
    }

    /** Adds the offsets and returns how many children there are. */
    private int offsets(int count, int width, List<byte[]> buffers) {
        byte[] offsets = new byte[(count + 1) * width];
        int end = count > 0 && random.nextInt(4) == 0 ? random.nextInt(5) : 0;
        putInteger(offsets, 0, width, end);
        for (int i = 0; i < count; i++) {
            end += listLength(count);
            putInteger(offsets, i + 1, width, end);
        }
        buffers.add(offsets);
        return end;
    }

    /** Adds offsets in no order, overlapping, and sizes; returns how many children there are. */
    private int listViews(int count, int width, List<byte[]> buffers) {
        byte[] offsets = new byte[count * width];
        byte[] sizes = new byte[count * width];
        int items = count == 0 ? 0 : 5 + random.nextInt(count + 1);
        for (int i = 0; i < count; i++) {
            int size = random.nextInt(5);
            putInteger(offsets, i, width, random.nextInt(items - size + 1));
            putInteger(sizes, i, width, size);
        }
        buffers.add(offsets);
        buffers.add(sizes);
        return items;
    }

    private int listLength(int count) {
        return random.nextInt(50) == 0 && count < 2000 ? random.nextInt(40) : random.nextInt(4);
    }

    private void union(FieldVector vector, Field field, int count, Nulls nulls, List<byte[]> buffers) {
        ArrowType.Union union = (ArrowType.Union) field.getType();
        int[] typeIds = union.getTypeIds();
        int[] used = new int[typeIds.length];
        byte[] types = new byte[count];
        byte[] offsets = new byte[count * 4];
        for (int i = 0; i < count; i++) {
            int child = random.nextInt(typeIds.length);
            types[i] = (byte) typeIds[child];
            putInteger(offsets, i, 4, used[child]++);
        }
        buffers.add(types);
        boolean dense = union.getMode() == UnionMode.Dense;
        if (dense) {
            buffers.add(offsets);
        }
        for (int child = 0; child < typeIds.length; child++) {
            fillChild(vector, field, child, dense ? used[child] : count, nulls);
        }
    }

    private void runs(FieldVector vector, Field field, int count, Nulls nulls) {
        List<Integer> ends = new ArrayList<>();
        for (int end = 0; end < count; ) {
            end = Math.min(count, end + 1 + random.nextInt(10));
            ends.add(end);
        }
        byte[] data = new byte[ends.size() * 4];
        for (int run = 0; run < ends.size(); run++) {
            putInteger(data, run, 4, ends.get(run));
        }
        BitSet valid = new BitSet();
        valid.set(0, ends.size());
        load(child(vector, 0), ends.size(), 0, List.of(bitmap(valid, ends.size()), data));
        fillChild(vector, field, 1, ends.size(), nulls);
    }

    private void fillChild(FieldVector vector, Field field, int index, int count, Nulls nulls) {
        fill(child(vector, index), field.getChildren().get(index), count, nulls);
    }

    private void load(FieldVector vector, int count, int nullCount, List<byte[]> buffers) {
        List<ArrowBuf> owned = new ArrayList<>();
        List<ArrowBuf> exact = new ArrayList<>();
        for (byte[] bytes : buffers) {
            ArrowBuf buffer = allocator.buffer(bytes.length);
            buffer.setBytes(0, bytes);
            owned.add(buffer);
            exact.add(buffer.slice(0, bytes.length));
        }
        vector.loadFieldBuffers(new ArrowFieldNode(count, nullCount), exact);
        owned.forEach(ArrowBuf::close);
    }

    private static FieldVector child(FieldVector vector, int index) {
        return vector.getChildrenFromFields().get(index);
    }

    private static void putInteger(byte[] target, int index, int width, long value) {
        for (int k = 0; k < width; k++) {
            target[index * width + k] = (byte) (value >>> (8 * k));
        }
    }
}
