package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.format.Encoding;

/**
 * The values of one leaf, without nulls: those of the page being filled in physical form, and the choice of how the pages of a chunk are
 * encoded. A chunk begins with a dictionary unless a look at the first page shows that it would not pay; when the dictionary is full,
 * or from the start, values go as such, in the one encoding that the first such page chose.
 */
abstract sealed class StagedValues implements AutoCloseable permits StagedFixed, StagedBytes {
    /** So many values tell of most columns without any repeats that they have none. */
    private static final int SAMPLE = 2048;

    /** Fewer tell nothing. */
    private static final int MIN_SAMPLE = 256;

    /** Indices below this bit width: larger dictionaries do not pay for the readers' cache misses. */
    private static final int MAX_ENTRIES = 1 << 17;

    /** The memory of a dictionary that is kept for the next chunk's. */
    static final long KEPT_DICTIONARY_BYTES = 32 << 10;

    final Encodings choice;
    /** Values of the page being filled. */
    int count;
    /** How the last page was encoded. */
    Encoding encoding;

    final long pageBytes;
    private boolean dictionaryOpen;
    private boolean firstPage;
    private Encoding fallback;

    /** The dictionary that the values of the next vector are in; null if they are in none, or in one that is too large for them. */
    private FieldVector source;
    /** Whether {@link #entryOfSlot} is what it is to be for {@link #source} and this chunk. */
    private boolean mapped;

    private final Scratch entryOfSlot;
    /** The entries of the first {@link #indexed} values of the page. */
    private final Scratch indices;

    private int indexed;
    private boolean unusedEntries;

    /** @param pageBytes the size of a page, which a dictionary may have in any case */
    StagedValues(Encodings choice, long pageBytes, BufferAllocator allocator) {
        this.choice = choice;
        this.pageBytes = pageBytes;
        entryOfSlot = new Scratch(allocator);
        indices = new Scratch(allocator);
    }

    /** The vector that the next values come from; not an extension's own. */
    abstract void begin(FieldVector vector);

    /** How many slots from {@code from} on, none of which is null, take no more than {@code room} bytes; at most {@code count}. */
    abstract int fitting(int from, int slots, long room);

    /** The same for the slots that {@code slots} int32 at {@code indices} name. */
    abstract int fittingAt(long indices, int slots, long room);

    abstract void addRange(int from, int slots);

    /** @param ascending whether the indices ascend and skip nothing but nulls */
    abstract void addAt(long indices, int slots, boolean ascending);

    /** Takes the values behind the first {@code values} of the page away again. */
    abstract void truncate(int values);

    /** The bytes of the values of the page being filled. */
    abstract long stagedBytes();

    /** All memory that is kept between pages. */
    abstract long heldBytes();

    /** Finds the bounds of the page, which was encoded just before, with the same scratch memory. */
    abstract void findBounds(Bounds bounds, WriteScratch scratch);

    /** The bytes of the values alone if they are byte arrays, otherwise 0. */
    abstract long unencodedBytes();

    /** The entries of the chunk's dictionary. */
    abstract int dictionaryEntries();

    /** The size of the dictionary's page. */
    abstract long dictionaryBytes();

    /** Writes the dictionary's page, and returns the end. */
    abstract long writeDictionary(long target);

    /**
     * Adds values of the page to the dictionary and writes their indices.
     *
     * @return how many there was room for
     */
    abstract int addToDictionary(int from, int values, long indices, int maxEntries, long maxBytes);

    /** What the chunk's dictionary page may become now. */
    long maxDictionaryBytes() {
        return pageBytes;
    }

    /** Whether the next page may make the dictionary so large that it takes of what all leaves share. */
    boolean asksForRoom() {
        return false;
    }

    /** Takes what the dictionary has grown by, or gives back. Not while another thread adds to a dictionary. */
    void settleRoom() {}

    /** Forgets the dictionary, and its memory if that is worth while. */
    abstract void resetDictionary();

    /** Adds the values of the page, of which there are some. */
    abstract void addTo(BloomFilter filter);

    abstract void addDictionaryTo(BloomFilter filter);

    /** What the page would take without a dictionary, nearly. */
    abstract long bytesWithoutDictionary(WriteScratch scratch);

    /** How values of pages like this one are best encoded without a dictionary. */
    abstract Encoding chooseFallback(PageWriter writer);

    /** What {@link #encodeAs} may write. */
    abstract long maxBytes(Encoding as);

    /** Writes the values of the page, and returns the end. */
    abstract long encodeAs(Encoding as, long target, WriteScratch scratch);

    final void beginChunk() {
        dictionaryOpen = choice.dictionary();
        firstPage = true;
        fallback = null;
        mapped = false;
        unusedEntries = false;
        resetDictionary();
        settleRoom();
    }

    final boolean dictionaryOpen() {
        return dictionaryOpen;
    }

    /**
     * Says that the vector of the next values is a dictionary, whose entries are looked up once for all rows that refer to them.
     *
     * @param vector as of {@link #begin}; null if it is none
     * @param rows how many slots refer to it
     */
    final void beginDictionary(FieldVector vector, int rows) {
        source = vector != null && vector.getValueCount() <= 2L * rows ? vector : null;
        mapped = false;
    }

    /** Adds the values in the slots that {@code slots} int32 at {@code positions} name, in any order. */
    final void addSlots(long positions, int slots, WriteScratch scratch) {
        if (source != null && dictionaryOpen && indexed == count && (mapped || map(scratch))) {
            long target = indices.grow(4L * (count + slots), 4L * count) + 4L * count;
            long entries = entryOfSlot.address();
            for (int i = 0; i < slots; i++) {
                Memory.putInt(target + 4L * i, Memory.getInt(entries + 4L * Memory.getInt(positions + 4L * i)));
            }
            indexed += slots;
        }
        addAt(positions, slots, false);
    }

    /** Adds all values of {@link #source} to the chunk's dictionary, if they have room there. */
    private boolean map(WriteScratch scratch) {
        int size = source.getValueCount();
        long positions = scratch.compressed.ensure(4L * size);
        int present =
                size == 0 ? 0 : ValidPositions.find(source.getValidityBuffer().memoryAddress(), 0, size, positions);
        int before = count;
        int added = 0;
        long entries = scratch.indices.ensure(4L * present);
        if (present > 0 && fittingAt(positions, present, pageBytes) == present) {
            addAt(positions, present, true);
            added = addToDictionary(before, present, entries, MAX_ENTRIES, maxDictionaryBytes());
            truncate(before);
        }
        if (added < present) {
            source = null;
            if (firstPage && before == 0) {
                resetDictionary();
            } else {
                unusedEntries |= added > 0;
            }
            return false;
        }
        long target = entryOfSlot.ensure(4L * size);
        for (int i = 0; i < present; i++) {
            Memory.putInt(target + 4L * Memory.getInt(positions + 4L * i), Memory.getInt(entries + 4L * i));
        }
        mapped = true;
        unusedEntries = true;
        return true;
    }

    /** What {@link #heldBytes} does not count: the memory for values that come by their indices. */
    final long heldIndexBytes() {
        return entryOfSlot.capacity() + indices.capacity();
    }

    /** Whether a page of this chunk has indices. */
    final boolean hasDictionary() {
        return dictionaryEntries() > 0;
    }

    /** Whether all values of the chunk so far are in its dictionary, and nothing else. */
    final boolean onlyDictionary() {
        return dictionaryOpen && !unusedEntries;
    }

    /**
     * Encodes the page behind the first {@code used} bytes of {@code body}, which grows as needed.
     *
     * @param writer of this thread
     * @param pagesLikeThis how many pages of this size the chunk is going to have, this one included
     * @return how many bytes of {@code body} are used then
     */
    final long encode(PageWriter writer, Scratch body, long used, double pagesLikeThis) {
        if (count == 0) {
            // A page of nulls: nothing is read of it, whatever the encoding.
            encoding = Encoding.PLAIN;
            return used;
        }
        if (dictionaryOpen) {
            long end = encodeIndices(writer.scratch, body, used, pagesLikeThis);
            if (end > 0) {
                firstPage = false;
                return end;
            }
            dictionaryOpen = false;
            if (firstPage) {
                resetDictionary();
            }
        }
        if (fallback == null) {
            fallback = choice.forced() != null && choice.forced() != Encoding.RLE_DICTIONARY
                    ? choice.forced()
                    : chooseFallback(writer);
        }
        firstPage = false;
        encoding = fallback;
        long address = body.grow(used + maxBytes(encoding), used);
        return encodeAs(encoding, address + used, writer.scratch) - address;
    }

    /** Returns 0 if the page is not to be encoded so. */
    private long encodeIndices(WriteScratch scratch, Scratch body, long used, double pagesLikeThis) {
        long target = scratch.indices.ensure(4L * count);
        if (indexed == count) {
            Memory.copy(indices.address(), target, 4L * count);
            return putIndices(target, body, used);
        }
        boolean trial = firstPage && choice.forced() != Encoding.RLE_DICTIONARY;
        int sample = trial ? Math.min(count >>> 1, SAMPLE) : 0;
        if (add(0, sample, target) < sample || sample >= MIN_SAMPLE && hopeless(sample, count * pagesLikeThis)) {
            return 0;
        }
        int half = Math.max(sample, count >>> 1);
        if (add(sample, half - sample, target) < half - sample) {
            return 0;
        }
        int entriesAtHalf = dictionaryEntries();
        if (add(half, count - half, target) < count - half) {
            return 0;
        }
        long end = putIndices(target, body, used);
        return trial && !pays(entriesAtHalf, end - used, pagesLikeThis, bytesWithoutDictionary(scratch)) ? 0 : end;
    }

    /** Encodes indices behind the first {@code used} bytes, and returns how many are used then. */
    private long putIndices(long ints, Scratch body, long used) {
        int bitWidth = PageLevels.bitWidth(dictionaryEntries() - 1);
        long address = body.grow(used + 1 + HybridEncoder.maxBytes(count, bitWidth), used);
        Memory.putByte(address + used, (byte) bitWidth);
        encoding = Encoding.RLE_DICTIONARY;
        return HybridEncoder.encodeInts(ints, count, bitWidth, address + used + 1) - address;
    }

    private int add(int from, int values, long target) {
        return values == 0 ? 0 : addToDictionary(from, values, target + 4L * from, MAX_ENTRIES, maxDictionaryBytes());
    }

    /**
     * Whether the sample has so few repeats that the chunk, if its values are spread evenly, has more than half as many distinct values
     * as values: of {@code n} draws from {@code d} about {@code n * n / 2d} repeat.
     */
    private boolean hopeless(int sample, double valuesOfChunk) {
        double repeats = Math.max(1, sample - dictionaryEntries());
        return repeats < sample / 4.0 && (double) sample * sample / (2 * repeats) > valuesOfChunk / 2;
    }

    /**
     * Whether the dictionary, as it is going to be at the end of the chunk, and all indices are smaller than the values. New entries
     * are expected to come ever more slowly, or not, as in the two halves of this page.
     */
    private boolean pays(int entriesAtHalf, long indexBytes, double pagesLikeThis, long bytesWithout) {
        int entries = dictionaryEntries();
        int bitWidth = PageLevels.bitWidth(entries - 1);
        double added = entries - entriesAtHalf;
        double ratio = entriesAtHalf == 0 ? 0 : Math.min(1, added / entriesAtHalf);
        double halvesToCome = 2 * (pagesLikeThis - 1);
        double toCome = ratio > 0.999
                ? added * halvesToCome
                : added * ratio * (1 - Math.pow(ratio, halvesToCome)) / (1 - ratio);
        double atEnd = entries + toCome;
        double dictionary = dictionaryBytes() * (atEnd / entries);
        double finalWidth = 32 - Integer.numberOfLeadingZeros((int) Math.min(atEnd, 1 << 30));
        double indices = indexBytes * pagesLikeThis * Math.max(1, bitWidth == 0 ? 1 : finalWidth / bitWidth);
        return dictionary <= maxDictionaryBytes() && dictionary + indices < bytesWithout * pagesLikeThis;
    }

    void clearPage() {
        count = 0;
        indexed = 0;
    }

    @Override
    public void close() {
        entryOfSlot.close();
        indices.close();
    }
}
