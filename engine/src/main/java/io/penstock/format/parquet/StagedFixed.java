package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/** Values of a fixed width. Booleans take a byte each until they are encoded. */
final class StagedFixed extends StagedValues {
    private final Type type;
    private final int width;
    private final FixedSource source;
    private final ParquetOptions.Compression compression;
    private final Scratch values;
    private final FixedDictionary dictionary;

    /** @param compression of the pages, to try encodings with */
    StagedFixed(
            Type type,
            FixedSource source,
            Encodings choice,
            long pageBytes,
            ParquetOptions.Compression compression,
            BufferAllocator allocator) {
        super(choice, pageBytes, allocator);
        this.type = type;
        this.source = source;
        this.width = source.width;
        this.compression = compression;
        values = new Scratch(allocator);
        dictionary = choice.dictionary() ? new FixedDictionary(allocator, width) : null;
    }

    @Override
    void begin(FieldVector vector) {
        source.begin(vector);
    }

    @Override
    int fitting(int from, int slots, long room) {
        return (int) Math.min(slots, room / Math.max(1, width));
    }

    @Override
    int fittingAt(long indices, int slots, long room) {
        return fitting(0, slots, room);
    }

    @Override
    void addRange(int from, int slots) {
        source.range(from, slots, room(slots));
        count += slots;
    }

    @Override
    void addAt(long indices, int slots, boolean ascending) {
        source.gather(indices, slots, room(slots));
        count += slots;
    }

    @Override
    void truncate(int values) {
        count = values;
    }

    private long room(int slots) {
        long used = (long) count * width;
        return values.grow(used + (long) slots * width, used) + used;
    }

    @Override
    long stagedBytes() {
        return (long) count * width;
    }

    @Override
    long heldBytes() {
        return values.capacity() + (dictionary == null ? 0 : dictionary.heldBytes());
    }

    @Override
    void findBounds(Bounds bounds, WriteScratch scratch) {
        bounds.find(values.address(), count);
    }

    @Override
    long unencodedBytes() {
        return 0;
    }

    @Override
    int dictionaryEntries() {
        return dictionary == null ? 0 : dictionary.entries();
    }

    @Override
    long dictionaryBytes() {
        return (long) dictionary.entries() * width;
    }

    @Override
    long writeDictionary(long target) {
        Memory.copy(dictionary.values(), target, dictionaryBytes());
        return target + dictionaryBytes();
    }

    @Override
    int addToDictionary(int from, int count, long indices, int maxEntries, long maxBytes) {
        return dictionary.add(values.address() + (long) from * width, count, indices, maxEntries, maxBytes);
    }

    @Override
    void resetDictionary() {
        if (dictionary != null) {
            dictionary.reset();
            if (dictionary.heldBytes() > KEPT_DICTIONARY_BYTES) {
                dictionary.close();
            }
        }
    }

    @Override
    void addTo(BloomFilter filter) {
        filter.addFixed(values.address(), width, count);
    }

    @Override
    void addDictionaryTo(BloomFilter filter) {
        filter.addFixed(dictionary.values(), width, dictionary.entries());
    }

    @Override
    long bytesWithoutDictionary(WriteScratch scratch) {
        return type == Type.INT32 || type == Type.INT64
                ? Math.min(stagedBytes(), sizeAs(Encoding.DELTA_BINARY_PACKED, scratch))
                : stagedBytes();
    }

    @Override
    Encoding chooseFallback(PageWriter writer) {
        WriteScratch scratch = writer.scratch;
        return switch (type) {
            case BOOLEAN -> sizeAs(Encoding.RLE, scratch) < (count + 7L) / 8 ? Encoding.RLE : Encoding.PLAIN;
            case INT32, INT64 ->
                sizeAs(Encoding.DELTA_BINARY_PACKED, scratch) < stagedBytes()
                        ? Encoding.DELTA_BINARY_PACKED
                        : Encoding.PLAIN;
            case FIXED_LEN_BYTE_ARRAY -> Encoding.PLAIN;
            case FLOAT, DOUBLE ->
                choice.compressed() && splittingPays(writer.compressor(compression), scratch)
                        ? Encoding.BYTE_STREAM_SPLIT
                        : Encoding.PLAIN;
            case INT96, BYTE_ARRAY -> throw new IllegalStateException(type + " values of a fixed width");
        };
    }

    private long sizeAs(Encoding as, WriteScratch scratch) {
        long target = scratch.compressed.ensure(maxBytes(as));
        return encodeAs(as, target, scratch) - target;
    }

    private boolean splittingPays(Compressor compressor, WriteScratch scratch) {
        long bytes = stagedBytes();
        long bound = compressor.maxBytes(bytes);
        long split = scratch.compressed.ensure(bytes + bound);
        long whole = compressor.compress(values.address(), bytes, split + bytes, bound);
        ByteStreamSplit.encode(values.address(), count, width, split);
        return compressor.compress(split, bytes, split + bytes, bound) < whole;
    }

    @Override
    long maxBytes(Encoding as) {
        return switch (as) {
            case RLE -> 4 + HybridEncoder.maxBytes(count, 1);
            case DELTA_BINARY_PACKED -> DeltaBinaryEncoder.maxBytes(count, width);
            case DELTA_BYTE_ARRAY -> BytesEncoders.maxDeltaBytes(count, stagedBytes());
            default -> stagedBytes();
        };
    }

    @Override
    long encodeAs(Encoding as, long target, WriteScratch scratch) {
        switch (as) {
            case PLAIN -> {
                if (type == Type.BOOLEAN) {
                    return packBooleans(target);
                }
                Memory.copy(values.address(), target, stagedBytes());
                return target + stagedBytes();
            }
            case RLE -> {
                long end = HybridEncoder.encodeBytes(values.address(), count, 1, target + 4);
                Memory.putInt(target, (int) (end - target - 4));
                return end;
            }
            case DELTA_BINARY_PACKED -> {
                return width == 4
                        ? DeltaBinaryEncoder.encodeInts(values.address(), count, target)
                        : DeltaBinaryEncoder.encodeLongs(values.address(), count, target);
            }
            case BYTE_STREAM_SPLIT -> {
                ByteStreamSplit.encode(values.address(), count, width, target);
                return target + stagedBytes();
            }
            case DELTA_BYTE_ARRAY -> {
                return BytesEncoders.deltaBytes(offsets(scratch), values.address(), count, target);
            }
            default -> throw new IllegalStateException(type + " values as " + as);
        }
    }

    private long offsets(WriteScratch scratch) {
        long offsets = scratch.indices.ensure(4L * (count + 1L));
        for (int i = 0; i <= count; i++) {
            Memory.putInt(offsets + 4L * i, width * i);
        }
        return offsets;
    }

    private long packBooleans(long target) {
        long address = values.address();
        long at = target;
        int i = 0;
        for (; i + 8 <= count; i += 8) {
            // Eight bytes of 0 or 1: the product has the i-th of them in bit 56 + i.
            Memory.putByte(at++, (byte) (Memory.getLong(address + i) * 0x0102040810204080L >>> 56));
        }
        if (i < count) {
            int last = 0;
            for (int bit = 0; i < count; bit++, i++) {
                last |= Memory.getByte(address + i) << bit;
            }
            Memory.putByte(at++, (byte) last);
        }
        return at;
    }

    @Override
    void clearPage() {
        super.clearPage();
        if (values.capacity() > 4 * pageBytes) {
            values.close();
        }
    }

    @Override
    public void close() {
        super.close();
        values.close();
        if (dictionary != null) {
            dictionary.close();
        }
    }
}
