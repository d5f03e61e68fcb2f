package io.penstock.format.json;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * Writes the values of one vector as text, one at a call, straight from the vector's memory. Bound to the vector of each batch
 * anew; the addresses it keeps are good for that batch only.
 */
abstract class ValueWriter {
    /** More than any block of rows has. */
    static final long UNKNOWN = 1L << 31;

    private static final int NULL = 'n' | 'u' << 8 | 'l' << 16 | 'l' << 24;

    /** The bytes that a caller of {@link #write} has claimed: enough for the text, or for its beginning where it has no limit. */
    final int room;

    /** Of the validity bitmap; 0 if no value is null. */
    private long validity;

    /** @param longestText of a value, or of its beginning */
    ValueWriter(int longestText) {
        room = longestText + 8;
    }

    /** Takes the addresses of a vector that is about to be written. */
    final void bind(FieldVector bound, DictionaryProvider dictionaries) {
        FieldVector vector = bound instanceof ExtensionTypeVector<?> extension
                ? (FieldVector) extension.getUnderlyingVector()
                : bound;
        validity = hasValidity() && vector.getNullCount() != 0 ? vector.getValidityBufferAddress() : 0;
        bindValues(vector, dictionaries);
    }

    boolean hasValidity() {
        return true;
    }

    abstract void bindValues(FieldVector vector, DictionaryProvider dictionaries);

    final boolean isNull(int index) {
        return validity != 0 && !Memory.getBit(validity, index);
    }

    /** Writes a value or {@code null}; returns where its text ends. */
    final long write(long at, int index) {
        return isNull(index) ? writeNull(at) : writeValue(at, index);
    }

    static long writeNull(long at) {
        Memory.putInt(at, NULL);
        return at + 4;
    }

    /** Writes a value that is not null. */
    abstract long writeValue(long at, int index);

    /**
     * The most bytes that the text of any value from {@code from} to before {@code to}, null or not, needs, with all that is claimed on
     * the way; at least {@link #room}, and {@link #UNKNOWN} if that would take long to find out.
     */
    long columnRoom(int from, int to) {
        return room;
    }

    /**
     * Appends the key and the value to each of {@code count} rows, whose text ends at {@code ends}, where there is {@link #columnRoom}.
     * A final class passes on to {@link #writeEach} itself: compiled there, the loop knows whose method it calls.
     */
    void writeColumn(Key key, long[] ends, int from, int count) {
        writeEach(key, ends, from, count);
    }

    final void writeEach(Key key, long[] ends, int from, int count) {
        for (int i = 0; i < count; i++) {
            ends[i] = write(key.put(ends[i]), from + i);
        }
    }

    /** The most that anything in this writer claims at once. */
    int largestRoom() {
        return room;
    }

    /**
     * Whether all the values from {@code from} to before {@code to} are known to have a text; if not, {@link #problem} settles it one
     * by one.
     */
    boolean isClean(int from, int to) {
        return true;
    }

    /** Why a value, which may be null, cannot be written; null if it can. */
    final String problem(int index) {
        return isNull(index) ? null : problemOfValue(index);
    }

    String problemOfValue(int index) {
        return null;
    }
}
