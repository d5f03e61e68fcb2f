package io.penstock.cli;

import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordType;
import java.util.Arrays;

/**
 * The record that the CSV parser has read last, in arrays that are used again for the next: nothing is allocated once they are
 * large enough.
 */
final class CsvRecord extends CsvCallbackHandler<CsvRecord> {
    private char[] chars = new char[1 << 10];
    private int[] ends = new int[16];
    private boolean[] quoted = new boolean[16];
    private int count;
    private long line;

    /** The line of the file, from 1, on which the record begins. */
    long line() {
        return line;
    }

    /** The number of fields; 0 for an empty line. */
    int count() {
        return count;
    }

    /** Where all fields lie, one after the other. */
    char[] chars() {
        return chars;
    }

    int start(int field) {
        return field == 0 ? 0 : ends[field - 1];
    }

    int end(int field) {
        return ends[field];
    }

    boolean isEmpty(int field) {
        return start(field) == ends[field];
    }

    /** Whether nothing stands between the separators, not even quotes. */
    boolean isAbsent(int field) {
        return isEmpty(field) && !quoted[field];
    }

    String text(int field) {
        return new String(chars, start(field), ends[field] - start(field));
    }

    @Override
    protected void beginRecord(long startingLineNumber) {
        line = startingLineNumber;
        count = 0;
    }

    @Override
    protected void addField(char[] source, int offset, int length, boolean inQuotes) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
            quoted = Arrays.copyOf(quoted, 2 * count);
        }
        int start = start(count);
        int end = Math.addExact(start, length);
        if (end > chars.length) {
            chars = Arrays.copyOf(chars, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(end, 2L * chars.length)));
        }
        System.arraycopy(source, offset, chars, start, length);
        ends[count] = end;
        quoted[count] = inQuotes;
        count++;
    }

    @Override
    protected void setEmpty() {
        count = 0;
    }

    @Override
    protected void setComment(char[] source, int offset, int length) {
        throw new IllegalStateException("a comment, which is not asked for");
    }

    @Override
    protected RecordType getRecordType() {
        return count == 0 ? RecordType.EMPTY : RecordType.DATA;
    }

    @Override
    protected int getFieldCount() {
        return count;
    }

    @Override
    protected CsvRecord buildRecord() {
        return this;
    }
}
